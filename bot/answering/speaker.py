"""What is said of an outlook: sentences that hold, each with the words that were found for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from bot.answering.citations import Candidate, told_apart
from bot.answering.claims import (
    Claim,
    answers_as_it_stands,
    claim_of,
    lacks_number,
    only_repeats,
    quotation,
    tells,
)
from bot.answering.closer import look_closer
from bot.answering.followup import Asked
from bot.answering.gate import Gate, Outlook
from bot.answering.quoting import quote
from bot.answering.wordings import Readings, choose
from bot.answering.written import written_sentences
from bot.answering.years import misses_year
from bot.llm.model import Excerpt, LanguageModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST_ANSWER = 160
"""Tokens; some 120 words."""


class Speaker:
    """Says what a model finds in excerpts, or writes of them, as far as a gate lets it through."""

    def __init__(
        self, model: LanguageModel, gate: Gate, embed: Callable[[str], NDArray[np.float32]]
    ) -> None:
        """`embed` makes a vector of unit length out of a text."""
        self._model = model
        self._gate = gate
        self._embed = embed

    def claims(
        self,
        excerpts: Sequence[Excerpt],
        candidates: Sequence[Candidate],
        meant: Asked,
        outlook: Outlook,
        *,
        on_place: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[Claim, str]]:
        """What is said, as far as it holds, each with the words found; nothing if not worth it.

        Where nothing of it holds, the nearest sentences are read by themselves; so they are where
        a yes or a no was found, which is not said: the sentence that decides it is. Where another
        question names a year of which the stories do not tell, nothing is said.
        """
        stories = {c.story.story.id: c.story.story for c in candidates}.values()
        told = (f"{story.title}\n{story.text}" for story in stories)
        if not outlook.is_for_yes and misses_year(meant.question, told):
            return
        embed = cache(self._embed)  # the same sentences are compared for all words
        is_said = False
        for said in self._found(excerpts, candidates, meant, outlook, embed, on_place):
            is_said = True
            yield said
        if not is_said and self._gate.looks_closer(outlook):
            yield from look_closer(self._gate, candidates, meant, outlook, embed=embed)

    def _found(
        self,
        excerpts: Sequence[Excerpt],
        candidates: Sequence[Candidate],
        meant: Asked,
        outlook: Outlook,
        embed: Callable[[str], NDArray[np.float32]],
        on_place: Callable[[int], None] | None,
    ) -> Iterator[tuple[Claim, str]]:
        """What the words that were found in the excerpts lead to."""
        gate, asked, words = self._gate, meant.asked, meant.words
        if outlook.is_for_yes or not gate.is_worth_saying(outlook):
            return
        readings = Readings(partial(gate.read_alone, asked=asked))
        apart = partial(told_apart, candidates, question=meant.question, embed=embed)
        found = choose(
            outlook.wordings,
            question=meant.question,
            quotation=lambda words_found: quotation(words_found, words, apart(words_found)),
            readings=readings,
        )
        if only_repeats(found, meant.question):
            return
        found, shown = found if tells(found) else "", False
        candidates, quoted = apart(found), None
        if found:
            quoted, candidates = quote(found, meant, candidates, readings)
        if found and not gate.is_sure(outlook.probability, quoted):
            if quoted is None:
                return
            outlook = Outlook(gate.weigh(quoted, outlook, asked=asked, words=words, found=found))
        in_doubt = bool(found) and not gate.may_write(outlook.probability)
        if quoted and quoted.is_carried and gate.opens(outlook.probability):
            as_it_stands = answers_as_it_stands(quoted, found, meant.question)
            if in_doubt or as_it_stands:  # in doubt the story speaks for itself
                yield quoted, found
                return
        if in_doubt:
            return
        # The first sentence is the answer; what follows explains it.
        pieces = self._model.write(excerpts, asked, max_tokens=LONGEST_ANSWER, on_place=on_place)
        for sentence in written_sentences(pieces):
            claim = claim_of(sentence, "" if shown else found, words, candidates)
            if claim is None or (not shown and lacks_number(claim.text, meant.question, found)):
                continue
            sure = gate.weigh(claim, outlook, asked=asked, words=words, found=found)
            if not gate.opens(sure):
                continue
            shown = True
            yield claim, found
            if claim.is_quoted:
                return
