from __future__ import annotations

from scripted_model import ScriptedModel

from bot.answering.citations import StoryWords
from bot.answering.gate import Gate
from bot.answering.suggestions import suggest
from index.sentences import split_sentences
from index.story import Story

STORY = Story("ferry", "The Ferry", "The ferry left at noon. Anna was its captain.\n", "test")


def suggested(written: str, *, yes: float = 0.9) -> list[str]:
    model = ScriptedModel(written, yes=yes)
    return suggest(model, Gate(model), StoryWords(STORY, split_sentences(STORY.text)))


def test_questions_are_taken_from_a_list_of_any_form() -> None:
    written = "1. Who was the captain?\n- When did it leave?\n* Who was the captain?\n\nWhy?"
    assert suggested(written) == ["Who was the captain?", "When did it leave?", "Why?"]


def test_what_is_no_question_or_too_long_for_a_button_is_left_out() -> None:
    assert suggested(f"Here they are:\nThe captain.\nWho {'was ' * 40}she?") == []


def test_questions_that_the_story_does_not_answer_are_left_out() -> None:
    assert suggested("Who was the captain?", yes=0.1) == []
