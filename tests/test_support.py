"""What an answer rests on, as probabilities."""

from __future__ import annotations

import pytest

from bot.answering.citations import Candidate, StoryWords, align
from bot.answering.evidence import Evidence
from bot.answering.support import (
    Weighing,
    calibration,
    carries,
    log_odds,
    question_signals,
    sentence_signals,
    signals_here,
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


def test_the_calibration_of_the_project_can_be_read() -> None:
    found = calibration("asking")
    assert 0 < found.least < found.sure <= 1
    sure = found.stated.probability(question_signals(0.99, hits(1.0, 0.2, 0.2, 0.2)))
    doubtful = found.stated.probability(question_signals(0.05, hits(0.5, 0.5, 0.5, 0.5)))
    assert sure > found.least > doubtful


def test_more_evidence_makes_an_answer_likelier() -> None:
    evidence = align("She is 41.", "How old is Anna Brook?", CANDIDATES)
    assert evidence is not None
    weigh = calibration("asking").holds
    asked = "How old is Anna Brook?"
    signals = sentence_signals(0.5, evidence, asked=asked)
    low, high = (weigh.probability({**signals, "here": log_odds(yes)}) for yes in (0.1, 0.9))
    assert low < high


def test_words_confirmed_by_the_cited_sentences_make_an_answer_likelier() -> None:
    asked = "How old is Anna Brook?"
    evidence = align("She is 41.", asked, CANDIDATES)
    assert evidence is not None
    low, high = (
        calibration("finding").holds.probability(
            {
                **sentence_signals(0.5, evidence, asked=asked),
                **signals_here(0.7, certainty=certainty),
            }
        )
        for certainty in (0.2, 1.0)
    )
    assert low < high


@pytest.mark.parametrize("way", ["asking", "finding"])
def test_each_way_is_calibrated_for_itself(way: str) -> None:
    found = calibration(way)
    assert 0 < found.least < 1
    signals = question_signals(0.5, hits(0.7, 0.5, 0.5, 0.5))
    signals["model"] = found.stated.needed("model", signals, 0.4)
    assert found.stated.probability(signals) == pytest.approx(0.4)


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


def test_evidence_about_somebody_else_does_not_name_who_was_asked_about() -> None:
    asked = "How old is Maria Stone?"
    evidence = align("Maria Stone is 72.", asked, CANDIDATES)
    assert evidence is not None
    assert sentence_signals(0.5, evidence, asked=asked)["named"] == 0
    asked = "How old is Otto Lund?"
    evidence = align("Otto Lund is 72.", asked, CANDIDATES)
    assert evidence is not None
    assert sentence_signals(0.5, evidence, asked=asked)["named"] == 1


def test_a_number_belongs_to_whom_its_own_sentence_tells_of() -> None:
    asked, claim = "How old is Lea Quist?", "Lea Quist, who saw the leak, is 71."
    text = "Lea Quist saw the leak. It was dark. It rained. Ruth Oster, 71, had left the quay."
    story = Story(id="leak", title="The leak", text=text, source="leak.txt")
    sentences = split_sentences(text)
    evidence = Evidence(story, (sentences[0], sentences[3]), 1.0, sentences)
    assert not carries(evidence, claim, asked=asked)
