"""Which of the words that may answer a question are taken.

Where the model is not sure of the words it copies, the next likely ones stand in other
sentences, and one of these, read by itself, may answer where the first does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.answering.claims import Claim, lacks_number, may_answer
from bot.answering.support import log_odds
from bot.llm.model import Confirmed, Wording

SURE = 0.7
"""The share from which a sentence is taken unread."""
LEAST_READ = 0.05
"""The share below which a sentence is not worth reading."""
WEIGHT_ALONE = 0.2
"""Of what the model says of a sentence by itself beside how likely it takes its words; log-odds
beside logarithms. See tests/benchmarks/LOG.md."""


class Readings:
    """What the model says of claims' sentences by themselves; each is read but once."""

    def __init__(self, read: Callable[[Claim, str], Confirmed]) -> None:
        """`read` is given a claim and the words found."""
        self._read = read
        self._known: dict[tuple[str, str], Confirmed] = {}

    def of(self, claim: Claim, found: str) -> Confirmed:
        """The reading, anew or known."""
        known = self.known(claim, found)
        if known is None:
            known = self._known[claim.text, found] = self._read(claim, found)
        return known

    def known(self, claim: Claim, found: str) -> Confirmed | None:
        """The reading; None if there was none."""
        return self._known.get((claim.text, found))


def choose(
    wordings: Sequence[Wording],
    *,
    question: str,
    quotation: Callable[[str], Claim | None],
    readings: Readings,
) -> str:
    """The words to go on with; the first where there is no choice.

    `quotation` gives the story's sentence for words. Words that the same sentence has stand
    for one answer; their shares add up. Of several sentences that no reader is sure of,
    each is read by itself.
    """
    first = wordings[0].words if wordings else ""
    if len(wordings) < 2:
        return first
    answers = _by_sentence(wordings, question, quotation)
    if not answers:
        return first
    best = max(answers, key=lambda answer: answer.share)
    worth_reading = [answer for answer in answers if answer.share >= LEAST_READ]
    if best.share < SURE and len(worth_reading) > 1:
        best = max(worth_reading, key=lambda answer: answer.weight(readings))
    return best.words


class _Answer(NamedTuple):
    """A sentence of the story, the likeliest words that it has, and the share of all of them."""

    claim: Claim
    words: str
    share: float

    def weight(self, readings: Readings) -> float:
        """How much speaks for it."""
        alone = readings.of(self.claim, self.words)
        return math.log(self.share) + WEIGHT_ALONE * log_odds(alone.stated)


def _by_sentence(
    wordings: Sequence[Wording], question: str, quotation: Callable[[str], Claim | None]
) -> list[_Answer]:
    answers: dict[str, _Answer] = {}
    for words, share in sorted(wordings, key=lambda wording: -wording.share):
        if not may_answer(words, question):
            continue
        claim = quotation(words)
        if claim is None or not claim.is_carried or lacks_number(claim.text, question, words):
            continue
        known = answers.get(claim.text, _Answer(claim, words, 0.0))
        answers[claim.text] = known._replace(share=known.share + share)
    return list(answers.values())
