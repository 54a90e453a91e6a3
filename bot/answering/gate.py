"""The gate before a sentence: signals are taken, weighed, and held to a threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import prompts
from bot.answering.citations import Evidence
from bot.answering.support import calibration, carries, signals
from bot.llm.model import Excerpt, LanguageModel
from index.story import Hit


class Gate:
    """Lets through what is likely enough to be what the story says."""

    def __init__(self, model: LanguageModel, *, least: float | None = None) -> None:
        """`least` is the least probability that passes; None: as calibrated, 0: no doubts."""
        self._model = model
        self._least = calibration().least if least is None else least

    def probability(
        self, claim: str, evidence: Evidence, hits: Sequence[Hit], *, asked: str, words: str
    ) -> float:
        """How likely a written sentence is the story's answer; 0 if its evidence does not carry it.

        The model, shown nothing but the cited sentences and those before them, is
        asked whether they state an answer to `asked`; of `words` the claim may
        repeat what it likes.
        """
        if not carries(evidence, claim, asked=words):
            return 0.0
        if not self._least:
            return 1.0
        order = prompts.fill("states", question=asked)
        yes = self._model.probability_of_yes([_excerpt(evidence)], order)
        return self.weigh(signals(yes, evidence, hits, asked=words))

    def opens(self, probability: float) -> bool:
        """True if that is likely enough; never for what is not carried at all."""
        return 0 < probability >= self._least

    def weigh(self, found: Mapping[str, float]) -> float:
        """The probability that signals come to."""
        return calibration().holds.probability(found)


def _excerpt(evidence: Evidence) -> Excerpt:
    """The cited sentences and those right before them."""
    lent = sorted({s.number for s in (*evidence.sentences, *evidence.before)})
    return Excerpt(evidence.story, evidence.all_sentences, tuple(lent))
