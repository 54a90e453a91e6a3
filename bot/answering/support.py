"""How likely a written sentence is the answer that the story gives.

Decided from evidence, not by asking the model to abstain: small models do not.
The probability is a logistic combination of a few signals. Its weights lie in
weights.json, where tests/evaluation/calibrate.py has put them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.answering.citations import Evidence
from bot.answering.particulars import made_up, names
from index.story import Hit
from index.words import words

WEIGHTS = Path(__file__).parent / "weights.json"
LEAST_SUPPORT = 0.6
"""The weighted share of a sentence's words that its cited sentences, or the question, must hold."""
_MOST_ODDS = 7.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """A fitted combination: the probability is logistic(bias + sum of weight x signal)."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """0..1. `signals` must have every signal that is weighed."""
        return _logistic(self.bias + sum(w * signals[name] for name, w in self.weights.items()))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted, and the probability below which a careful reader wants nothing said."""

    holds: Weighing
    least: float


@cache
def calibration() -> Calibration:
    """The project's own, from weights.json."""
    found = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Calibration(Weighing(**found["holds"]), found["least"])


def signals(yes: float, evidence: Evidence, hits: Sequence[Hit], *, asked: str) -> dict[str, float]:
    """What tells whether a written sentence is the answer to what was asked.

    `yes` is the model's own probability that the cited sentences state an answer.
    One person's facts do not answer a question about another: `named` is the share
    of the question's names that stand where the evidence does. Of the `hits` count
    how near the nearest is to the question, and how much nearer than the fourth.
    """
    cosines = sorted((hit.cosine for hit in hits), reverse=True)
    wanted, shown = names(asked), set(words(evidence.text()))
    found = sum(not name.isdisjoint(shown) for name in wanted)
    return {
        "yes": log_odds(yes),
        "share": evidence.support,
        "named": found / len(wanted) if wanted else 1.0,
        "relevance": cosines[0],
        "lead": cosines[0] - cosines[min(3, len(cosines) - 1)],
    }


def carries(evidence: Evidence, claim: str, *, asked: str) -> bool:
    """True if the cited sentences have the claim's words, and all its names and numbers.

    A name may also stand in the sentences right before, for which a cited `he`
    or `the town` stands, or in the story's title.
    """
    if evidence.support < LEAST_SUPPORT:
        return False
    return not made_up(claim, shown=evidence.text(), asked=asked)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), bounded."""
    if probability <= 0:
        return -_MOST_ODDS
    if probability >= 1:
        return _MOST_ODDS
    return max(-_MOST_ODDS, min(_MOST_ODDS, math.log(probability / (1 - probability))))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0
