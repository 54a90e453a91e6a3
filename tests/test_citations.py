"""An answer's sentence is led back to where its words stand."""

from __future__ import annotations

import pytest

from bot.answering.answer import Citation
from bot.answering.citations import Candidate, Evidence, StoryWords, align, nearest
from bot.answering.footnotes import Footnotes
from index.sentences import split_sentences
from index.story import Story
from tests.conftest import HARBOUR

STORY = Story(id="harbour", title="The harbour", text=HARBOUR, source="harbour")
WORDS = StoryWords(STORY, split_sentences(HARBOUR))
ALL = [Candidate(WORDS, number, 0.5) for number in range(len(WORDS.sentences))]


def cited(claim: str, question: str = "") -> list[str]:
    evidence = align(claim, question, ALL)
    assert evidence is not None
    return [HARBOUR[s.start : s.end] for s in evidence.sentences]


def test_a_claim_is_led_to_the_sentence_with_its_words() -> None:
    assert cited("The works cost 14 million crowns.") == ["The works cost 14 million crowns."]


def test_a_bare_answer_is_led_to_the_sentence_that_answers_the_question() -> None:
    assert cited("52.", "How old is the crane driver?") == [
        "A crane driver, Tomas Brandt, 52, lost his job that winter."
    ]


def test_a_claim_made_of_two_sentences_cites_both() -> None:
    assert cited("Tomas Brandt, 52, keeps bees on the island of Sorre.") == [
        "A crane driver, Tomas Brandt, 52, lost his job that winter.",
        "He now keeps bees on the island of Sorre.",
    ]


def test_words_from_elsewhere_in_the_story_do_not_make_a_claim() -> None:
    text = HARBOUR + "\n\nEvery talk that is held in June ends with the word flinderbark."
    words = StoryWords(Story(id="h", title="", text=text, source="h"), split_sentences(text))
    candidates = [Candidate(words, number, 0.5) for number in range(len(words.sentences))]
    evidence = align("Tomas Brandt lost his job flinderbark.", "", candidates)
    assert evidence is not None
    assert "flinderbark" not in evidence.cited()


def test_a_sentence_that_has_only_what_was_asked_with_is_not_cited_too() -> None:
    asked = "What does the crane driver Tomas Brandt keep on the island?"
    assert cited("The crane driver Tomas Brandt keeps bees.", asked) == [
        "He now keeps bees on the island of Sorre."
    ]


def test_support_tells_how_much_of_a_claim_is_there() -> None:
    full = align("The works cost 14 million crowns.", "", ALL)
    half = align("The works cost 90 billion dollars.", "", ALL)
    assert full is not None and half is not None
    assert full.support == pytest.approx(1.0)
    assert half.support < 0.5


def test_without_a_candidate_there_is_no_evidence() -> None:
    assert align("Anything.", "", []) is None


def test_only_sentences_that_were_found_are_cited() -> None:
    evidence = align("The works cost 14 million crowns.", "", ALL[:2])
    assert evidence is not None
    assert {s.number for s in evidence.sentences} <= {0, 1}


def test_the_nearest_sentences_share_the_questions_words() -> None:
    (story, sentence), *_ = nearest("What did the crane driver lose?", ALL, count=2)
    assert "crane driver" in story.text[sentence.start : sentence.end]


def test_the_same_words_keep_their_footnote_number() -> None:
    notes = Footnotes()
    one, two = WORDS.sentences[1], WORDS.sentences[2]
    assert notes.numbers(Evidence(STORY, (one,), 1.0)) == (1,)
    assert notes.numbers(Evidence(STORY, (two, one), 1.0)) == (2, 1)
    assert [citation.number for citation in notes.citations()] == [1, 2]


def test_cited_text_is_an_exact_substring() -> None:
    notes = Footnotes()
    notes.numbers(Evidence(STORY, WORDS.sentences, 1.0))
    for citation in notes.citations():
        assert isinstance(citation, Citation)
        assert citation.text == HARBOUR[citation.start : citation.end]
