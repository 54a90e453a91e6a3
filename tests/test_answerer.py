"""The plot of an answer, with a real library and a model that says what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.answer import NOT_IN_STORY, Answer, CitedSentence, Verdict
from bot.answering.answerer import LONGEST_QUESTION, Answerer
from bot.errors import StorychatError
from index.library import Library
from index.readers import read_source
from index.story import Story
from tests.scripted_model import ScriptedModel


@pytest.fixture
def shelf(library: Library, harbour: Path) -> Library:
    library.add(read_source(str(harbour)))
    return library


def told(
    shelf: Library, model: ScriptedModel, question: str = "What did the works cost?"
) -> tuple[list[CitedSentence], Answer]:
    *sentences, answer = Answerer(shelf, model, passages=4).answer(question)
    assert isinstance(answer, Answer)
    return [s for s in sentences if isinstance(s, CitedSentence)], answer


def test_every_sentence_is_shown_with_its_footnotes(shelf: Library) -> None:
    model = ScriptedModel("The works cost 14 million crowns. Mayor Ines Okar said so.")
    shown, answer = told(shelf, model)
    assert [s.text for s in shown] == [
        "The works cost 14 million crowns.",
        "Mayor Ines Okar said so.",
    ]
    assert all(s.footnotes for s in shown)
    assert answer.sentences == tuple(shown)
    assert answer.citations[0].text == "The works cost 14 million crowns."
    assert answer.verdict is Verdict.ANSWERED and not answer.nearest


def test_a_sentence_without_support_is_not_shown(shelf: Library) -> None:
    model = ScriptedModel("The works cost 14 million crowns. Napoleon conquered Egypt in 1798.")
    shown, _ = told(shelf, model)
    assert [s.text for s in shown] == ["The works cost 14 million crowns."]


def test_where_nothing_is_supported_the_story_does_not_say(shelf: Library) -> None:
    _, answer = told(shelf, ScriptedModel("Napoleon conquered Egypt in 1798."))
    assert answer.abstained and answer.text == NOT_IN_STORY
    assert answer.citations == ()
    assert answer.nearest and all(citation.number == 0 for citation in answer.nearest)


def test_where_the_model_sees_no_answer_none_is_written(shelf: Library) -> None:
    model = ScriptedModel("The works cost 14 million crowns.", yes=0.01)
    _, answer = told(shelf, model)
    assert answer.abstained
    assert model.asked == []


def test_a_silent_model_means_that_the_story_does_not_say(shelf: Library) -> None:
    assert told(shelf, ScriptedModel(""))[1].abstained


def test_the_model_sees_found_sentences_in_story_order(shelf: Library) -> None:
    model = ScriptedModel("The works cost 14 million crowns.")
    told(shelf, model)
    ((excerpt,), question) = model.asked[0]
    assert question == "What did the works cost?"
    assert list(excerpt.lent) == sorted(set(excerpt.lent))


def test_several_stories_are_asked_together_and_named(shelf: Library) -> None:
    shelf.add(Story(id="mill", title="The mill", text="The mill burned in 1911.", source="m"))
    model = ScriptedModel("The mill burned in 1911.")
    _, answer = told(shelf, model, "When did the mill burn?")
    assert answer.citations[0].story_id == "mill"
    assert answer.citations[0].title == "The mill"


def test_times_run_from_the_questions_arrival(shelf: Library) -> None:
    _, answer = told(shelf, ScriptedModel("The works cost 14 million crowns."))
    assert 0 < answer.first_word_seconds <= answer.total_seconds


def test_closing_the_answer_cancels_the_model(shelf: Library) -> None:
    model = ScriptedModel("The works cost 14 million crowns. " * 20)
    answer = Answerer(shelf, model, passages=4).answer("What did the works cost?")
    next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert model.cancelled == 1


@pytest.mark.parametrize("question", ["", "  \n ", "x" * (LONGEST_QUESTION + 1)])
def test_what_cannot_be_asked_is_said(shelf: Library, question: str) -> None:
    with pytest.raises(StorychatError):
        told(shelf, ScriptedModel("Anything."), question)


def test_an_empty_library_is_said(library: Library) -> None:
    with pytest.raises(StorychatError, match="no story yet"):
        told(library, ScriptedModel("Anything."))


def test_a_replaced_story_is_cited_by_its_new_text(shelf: Library) -> None:
    answerer = Answerer(shelf, ScriptedModel("The works cost 14 million crowns."), passages=4)
    list(answerer.answer("What did the works cost?"))
    shelf.remove("harbour-news")
    text = "New report.\n\nThe works cost 14 million crowns, we hear."
    shelf.add(Story(id="harbour-news", title="New", text=text, source="n"))
    *_, answer = answerer.answer("What did the works cost?")
    assert isinstance(answer, Answer)
    assert answer.citations[0].text == text[answer.citations[0].start : answer.citations[0].end]
