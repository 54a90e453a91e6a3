"""The gate before an answer: signals are asked of the model, weighed, and held to a threshold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import prompts
from bot.answering.claims import Claim, is_yes_or_no
from bot.answering.evidence import Evidence
from bot.answering.excerpts import excerpt_around, excerpt_of
from bot.answering.support import (
    calibration,
    log_odds,
    question_signals,
    sentence_signals,
    signals_here,
)
from bot.llm.model import Confirmed, Excerpt, Found, LanguageModel, Wording
from index.story import Hit

EARLY = 0.7
"""The share of the threshold below which nothing is proposed; a proposed sentence tells more."""
FURTHER_STATED = 0.88
"""What the model must say of an answer in passages that were looked at because the best ones had
none: below it, as many wrong answers come of them as right ones."""
CLOSER_FROM = 0.1
"""How likely the story must state an answer for the nearest sentences to be read by themselves."""
CLOSER_STATED = 0.8
"""What the model must say of one of these. See tests/benchmarks/LOG.md."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known before an answer is written.

    How likely the story states one, 0..1, and what words of the story the model
    takes for it; none where it has not learned to find them.
    """

    probability: float
    wordings: tuple[Wording, ...] = ()

    @property
    def is_for_yes(self) -> bool:
        """True if what the model takes for the answer is a yes or a no."""
        return bool(self.wordings) and is_yes_or_no(self.wordings[0].words)


class Gate:
    """Lets through what is likely enough to stand in the story."""

    def __init__(self, model: LanguageModel, *, least: float | None = None) -> None:
        """`least` is the least probability that passes; None: as calibrated, 0: no doubts."""
        self._model = model
        self._calibration = calibration("finding" if model.finds else "asking")
        self._least = self._calibration.least if least is None else least

    def outlook(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        hits: Sequence[Hit],
        *,
        follows: bool = False,
        further: bool = False,
        on_place: Callable[[int], None] | None = None,
    ) -> Outlook:
        """How likely the story states an answer, and its likely words.

        `follows` says that the question leans on an earlier one, `further` that it
        is a second look at more passages, after the best ones did not answer.
        """
        if not self._least:
            return Outlook(1.0)
        if self._model.finds:
            signals = question_signals(0.5, hits, follows=follows)
            floor = FURTHER_STATED if further else 0.0
            least = max(floor, self._least_found(signals))
            found = self._model.find(excerpts, question, least=least, on_place=on_place)
            if found.stated < floor:
                return Outlook(0.0)
            signals["model"] = log_odds(found.stated)
            return Outlook(self.weigh_question(signals), found.wordings)
        order = prompts.fill("states", question=question)
        yes = self._model.probability_of_yes(excerpts, order, on_place=on_place)
        return Outlook(self.weigh_question(question_signals(yes, hits, follows=follows)))

    @property
    def looks_further(self) -> bool:
        """True if a question that the best passages do not answer is put to more of them."""
        return self._model.finds and self._least > 0

    def looks_closer(self, outlook: Outlook) -> bool:
        """True if the nearest sentences are worth reading by themselves, when nothing else held."""
        return self.looks_further and outlook.probability >= CLOSER_FROM

    def is_worth_saying(self, outlook: Outlook) -> bool:
        """True if an answer may turn out likely enough."""
        return outlook.probability >= EARLY * self._least

    def is_sure(self, probability: float, claim: Claim | None = None) -> bool:
        """True if the cited sentence need not be read once more by itself.

        A `claim` that has been, because there were several sentences to choose from, and that
        fails there is in doubt however sure the model was of all that it was lent.
        """
        has_failed = claim is not None and claim.fails_alone
        return (probability >= self._calibration.sure and not has_failed) or not self._least

    def may_write(self, probability: float) -> bool:
        """True if so little doubt is left that a sentence may be in the model's own words."""
        return probability >= self._calibration.writes or not self._least

    def opens(self, probability: float) -> bool:
        """True if that is likely enough; what is not carried never is."""
        return 0 < probability >= self._least

    def weigh(
        self, claim: Claim, outlook: Outlook, *, asked: str, words: str, found: str = ""
    ) -> float:
        """How likely a claim is the answer, 0..1; 0 if its cited sentences do not carry it.

        `asked` is the question as the model was asked it, `words` what the claim
        may repeat of it, `found` the words found. Where it is in doubt that the story
        states an answer, the model is asked again, and shown nothing but the cited sentences.
        """
        if not claim.is_carried:
            return 0.0
        if self.is_sure(outlook.probability, claim):
            return outlook.probability
        signals = sentence_signals(outlook.probability, claim.evidence, asked=words)
        signals |= self._signals_here(claim, asked, found)
        return self.weigh_sentence(signals)

    def read_alone(self, claim: Claim, found: str, *, asked: str) -> Confirmed:
        """What a model that finds says of the cited sentences, read by themselves."""
        return self._model.confirm([excerpt_around(claim.evidence)], asked, found)

    def find_alone(self, evidence: Evidence, *, asked: str) -> Found:
        """What a model that finds sees in sentences by themselves; words only if it is likely."""
        return self._model.find([excerpt_around(evidence)], asked, least=CLOSER_STATED)

    def states(self, evidence: Evidence, *, asked: str) -> float:
        """How likely a model that finds sees an answer in the cited sentences and nothing else."""
        return self._model.find([excerpt_of(evidence)], asked, least=1.0).stated

    def weigh_question(self, signals: Mapping[str, float]) -> float:
        """The probability that the signals come to."""
        return self._calibration.stated.probability(signals)

    def weigh_sentence(self, signals: Mapping[str, float]) -> float:
        """The same for a proposed sentence."""
        return self._calibration.holds.probability(signals)

    def _signals_here(self, claim: Claim, asked: str, found: str) -> dict[str, float]:
        """What the model says of the cited sentences, read by themselves; see signals_here."""
        if self._model.finds:
            here = claim.alone or self.read_alone(claim, found, asked=asked)
            return signals_here(here.stated, certainty=here.certainty)
        order, alone = prompts.fill("states", question=asked), [excerpt_around(claim.evidence)]
        return signals_here(self._model.probability_of_yes(alone, order))

    def _least_found(self, signals: Mapping[str, float]) -> float:
        """What the model must say for an answer to be worth writing: no words are sought below.

        `signals` are the question's, whatever they have in place of what the model says.
        """
        needed = self._calibration.stated.needed("model", signals, EARLY * self._least)
        return 1 / (1 + math.exp(-needed))
