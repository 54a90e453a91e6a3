"""The gate before an answer: signals are asked of the model, weighed, and held to a threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import prompts
from bot.answering.citations import Evidence
from bot.answering.support import calibration, carries, question_signals, sentence_signals
from bot.llm.model import Excerpt, LanguageModel
from index.story import Hit

EARLY = 0.7
"""The share of the threshold below which nothing is even written: what is written tells more."""


class Gate:
    """Lets through what is likely enough to stand in the story."""

    def __init__(self, model: LanguageModel, *, least: float | None = None) -> None:
        """`least` is the least probability that passes; None: as calibrated, 0: no doubts."""
        self._model = model
        self._least = calibration().least if least is None else least

    def stated(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        hits: Sequence[Hit],
        *,
        on_place: Callable[[int], None] | None = None,
    ) -> float:
        """How likely the story states an answer, before one is written; 0..1."""
        if not self._least:
            return 1.0
        order = prompts.fill("states", question=question)
        yes = self._model.probability_of_yes(excerpts, order, on_place=on_place)
        return self.weigh_question(question_signals(yes, hits))

    def is_worth_writing(self, stated: float) -> bool:
        """True if an answer may turn out likely enough."""
        return stated >= EARLY * self._least

    def opens(self, probability: float) -> bool:
        """True if that is likely enough."""
        return probability >= self._least

    def holds(
        self, claim: str, evidence: Evidence, stated: float, *, asked: str, words: str
    ) -> bool:
        """True if a written sentence may be shown: its cited sentences carry it.

        `asked` is the question as the model was asked it, `words` what the claim
        may repeat of it. Where it is in doubt that the story states an answer,
        the model is asked again, and shown nothing but the cited sentences.
        """
        if not carries(evidence, claim, asked=words):
            return False
        if stated >= calibration().sure or not self._least:
            return True
        order = prompts.fill("states", question=asked)
        here = self._model.probability_of_yes([_excerpt(evidence)], order)
        return self.opens(
            self.weigh_sentence(sentence_signals(stated, here, evidence, asked=words))
        )

    def weigh_question(self, signals: Mapping[str, float]) -> float:
        """The probability that the signals come to."""
        return calibration().stated.probability(signals)

    def weigh_sentence(self, signals: Mapping[str, float]) -> float:
        """The same for a written sentence."""
        return calibration().holds.probability(signals)


def _excerpt(evidence: Evidence) -> Excerpt:
    """The cited sentences and those right before them."""
    lent = sorted({s.number for s in (*evidence.sentences, *evidence.before)})
    return Excerpt(evidence.story, evidence.all_sentences, tuple(lent))
