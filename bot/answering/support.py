"""How likely what was found answers a question, and how likely a sentence is that answer.

Decided from evidence, not by asking the model to abstain: small models do not.
Each probability is a logistic combination of a few signals. Its weights lie in
weights.json, where tests/evaluation/calibrate.py has put them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.answering.evidence import Evidence
from bot.answering.particulars import figures, is_about_another, made_up, names
from index.story import Hit
from index.words import words

WEIGHTS = Path(__file__).parent / "weights.json"
LEAST_SUPPORT = 0.6
"""The weighted share of a sentence's words that its cited sentences, or the question, must hold."""
_MOST_ODDS = 7.0
_LEAST_CERTAINTY = 0.01


@dataclass(frozen=True, slots=True)
class Weighing:
    """A fitted combination: the probability is logistic(bias + sum of weight x signal)."""

    bias: float
    weights: Mapping[str, float]

    def needed(self, signal: str, signals: Mapping[str, float], probability: float) -> float:
        """The value of a positively weighed `signal` from which `probability` is reached."""
        rest = sum(w * signals[name] for name, w in self.weights.items() if name != signal)
        return (log_odds(probability) - self.bias - rest) / self.weights[signal]

    def probability(self, signals: Mapping[str, float]) -> float:
        """0..1. `signals` must have every signal that is weighed."""
        return _logistic(self.bias + sum(w * signals[name] for name, w in self.weights.items()))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted: for the question, for a sentence, and where a careful reader refuses."""

    stated: Weighing
    holds: Weighing
    least: float
    """The probability below which nothing is said."""
    sure: float
    """Above this probability that the answer is stated, the model is not asked again."""
    writes: float
    """Below this probability the story's own sentence answers, and the model writes none."""


@cache
def calibration(way: str) -> Calibration:
    """The project's own, from weights.json: for models that find, or that are only asked."""
    found = json.loads(WEIGHTS.read_text(encoding="utf-8"))[way]
    return Calibration(
        Weighing(**found["stated"]),
        Weighing(**found["holds"]),
        **{name: found[name] for name in ("least", "sure", "writes")},
    )


def question_signals(
    model_says: float, hits: Sequence[Hit], *, follows: bool = False
) -> dict[str, float]:
    """What tells whether the story states an answer.

    `model_says` is the model's own probability that it does, `hits` what was
    found: how near the nearest passage is, and how much nearer than the fourth;
    both mean less of a question that `follows` another, whose words are looked up
    with it. Without hits the model sees what it asked about itself.
    """
    cosines = sorted((hit.cosine for hit in hits), reverse=True) or [0.7]
    lead = cosines[0] - cosines[min(3, len(cosines) - 1)]
    return {
        "model": log_odds(model_says),
        "relevance": cosines[0],
        "lead": lead,
        "follows": float(follows),
    }


def sentence_signals(stated: float, evidence: Evidence, *, asked: str) -> dict[str, float]:
    """What tells whether a proposed sentence is the answer to what was asked.

    `stated` is how likely the story states one. One person's facts do not answer
    a question about another: `named` is the share of the question's names that
    stand where the evidence does. Weighed beside them is what the model says of
    the cited sentences alone, see signals_here.
    """
    shown = set(words(f"{evidence.lead_in()}\n{evidence.cited()}"))
    wanted = names(asked)
    named = sum(not shown.isdisjoint(name) for name in wanted)
    return {
        "stated": log_odds(stated),
        "share": evidence.support,
        "named": named / len(wanted) if wanted else 1.0,
    }


def signals_here(stated: float, *, certainty: float = 0.0) -> dict[str, float]:
    """What the model says once it is shown nothing but the cited sentences.

    `here` tells how likely they answer by themselves, `again` how sure the model
    is, where it reads only them, of the words that it found in all that was lent.
    """
    return {"here": log_odds(stated), "again": math.log(max(certainty, _LEAST_CERTAINTY))}


def carries(evidence: Evidence, claim: str, *, asked: str, found: str = "") -> bool:
    """True if the cited sentences carry the claim, and tell of whom was asked about.

    They must have its words, and all its names and numbers.
    A name may also stand in the sentences right before, for which a cited `he`
    or `the town` stands, or in the story's title. Whoever was `found` as the answer
    need not have been asked about.
    """
    if evidence.support < LEAST_SUPPORT:
        return False
    cited, before = evidence.cited(), evidence.lead_in()
    if is_about_another(asked, cited=cited, before=before, found=found):
        return False
    # A number belongs to whom its own sentence tells of, whoever else is cited beside it.
    numbers = figures(claim) - figures(asked)
    for sentence in evidence.sentences:
        alone = evidence.alone(sentence)
        told = alone.cited()
        if not numbers.isdisjoint(figures(told)) and is_about_another(
            asked, cited=told, before=alone.lead_in(), found=found
        ):
            return False
    return not made_up(claim, cited=cited, before=before, asked=asked)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), bounded."""
    if probability <= 0:
        return -_MOST_ODDS
    if probability >= 1:
        return _MOST_ODDS
    return max(-_MOST_ODDS, min(_MOST_ODDS, math.log(probability / (1 - probability))))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0
