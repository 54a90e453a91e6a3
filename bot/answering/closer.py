"""A closer look, after the words found in all that was lent did not hold, or there were none.

The sentences nearest to the question are read by themselves: among many others a model may
overlook what it sees there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.citations import Candidate, ranked, told_apart
from bot.answering.claims import (
    Claim,
    is_yes_or_no,
    itself,
    joined,
    lacks_number,
    may_answer,
    quotation,
)
from bot.answering.followup import Asked
from bot.answering.gate import Gate, Outlook
from bot.llm.model import Confirmed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_READ = 3
"""Sentences; to read one takes as long as to read the question."""


def look_closer(
    gate: Gate,
    candidates: Sequence[Candidate],
    meant: Asked,
    outlook: Outlook,
    *,
    embed: Callable[[str], NDArray[np.float32]],
) -> Iterator[tuple[Claim, str]]:
    """The first of the nearest sentences that answers by itself, with the words found; or nothing.

    `embed` makes a vector of unit length out of a text.
    """
    for near in ranked(meant.words, candidates)[:MOST_READ]:
        alone = near.evidence
        found = gate.find_alone(alone, asked=meant.asked)
        if not found.wordings:
            continue
        words, share = found.wordings[0]
        if is_yes_or_no(words):
            claim = itself(near)
        elif may_answer(words, meant.question):
            read = [c for c in candidates if c.is_cited_in(alone.with_those_before())]
            quoted = quotation(words, meant.words, told_apart(read, words, meant.question, embed))
            if quoted is None or lacks_number(quoted.text, meant.question, words):
                continue
            claim = joined(quoted, near, found=words, question=meant.words)
        else:
            continue
        claim = replace(claim, alone=Confirmed(found.stated, certainty=share))
        sure = gate.weigh(claim, outlook, asked=meant.asked, words=meant.words, found=words)
        if gate.opens(sure):
            yield claim, words
            return
