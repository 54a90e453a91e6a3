"""What an answer rests on, as probabilities."""

from __future__ import annotations

import pytest

from bot.answering.citations import Candidate, StoryWords, align
from bot.answering.support import (
    Weighing,
    calibration,
    carries,
    log_odds,
    signals,
)
from index.sentences import split_sentences
from index.story import Hit, Passage, Story

TEXT = (
    "The new mill\n\nAnna Brook has bought the mill. She is 41 and comes from Hale. "
    "The miller before her, Otto Lund, is 72. He has moved to the coast."
)
STORY = Story(id="mill", title="The new mill", text=TEXT, source="mill.txt")
WORDS = StoryWords(STORY, split_sentences(TEXT))
CANDIDATES = [Candidate(WORDS, n, 0.5) for n in range(len(WORDS.sentences))]


def hits(*scores: float) -> list[Hit]:
    return [Hit("mill", Passage(0, 0, 10, 0, 0), score, score, 0.0) for score in scores]


def weighed(yes: float, asked: str, claim: str) -> float:
    evidence = align(claim, asked, CANDIDATES)
    assert evidence is not None
    found = signals(yes, evidence, hits(0.8, 0.5, 0.4, 0.3), asked=asked)
    return calibration().holds.probability(found)


def test_the_calibration_of_the_project_tells_sure_from_doubtful() -> None:
    asked, claim = "How old is Otto Lund?", "Otto Lund is 72."
    least = calibration().least
    assert 0 < least < 1
    assert weighed(0.99, asked, claim) > least > weighed(0.01, asked, claim)


def test_evidence_about_somebody_else_counts_less() -> None:
    claim = "Otto Lund is 72."
    asked, other = "How old is Otto Lund?", "How old is Maria Stone?"
    assert weighed(0.6, asked, claim) > weighed(0.6, other, claim)


def test_log_odds_are_bounded() -> None:
    assert log_odds(0) == -log_odds(1)
    assert log_odds(0.5) == 0


def test_a_weighing_is_a_logistic_function() -> None:
    weighing = Weighing(bias=1.0, weights={"a": 2.0})
    assert weighing.probability({"a": -0.5, "not weighed": 9.0}) == pytest.approx(0.5)


def test_a_claim_with_a_number_of_its_own_is_not_carried() -> None:
    asked = "How old is Anna Brook?"
    for claim, expected in (("Anna Brook is 41.", True), ("Anna Brook is 14.", False)):
        evidence = align(claim, asked, CANDIDATES)
        assert evidence is not None
        assert carries(evidence, claim, asked=asked) == expected
