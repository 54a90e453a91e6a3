"""Whether what was retrieved answers a question, and whether a sentence is true to the story.

Decided from evidence, not by asking the model to abstain: small models do not.
"""

from __future__ import annotations

from bot.answering.citations import Evidence

LEAST_YES = 0.3
"""The model's own probability that the story states the answer, below which nothing is written."""
LEAST_SUPPORT = 0.6
"""The weighted share of a sentence's words that its cited sentences, or the question, must hold."""


def states_answer(probability_of_yes: float) -> bool:
    """True if an answer is worth writing."""
    return probability_of_yes >= LEAST_YES


def holds(evidence: Evidence | None) -> bool:
    """True if a written sentence may be shown."""
    return evidence is not None and evidence.support >= LEAST_SUPPORT
