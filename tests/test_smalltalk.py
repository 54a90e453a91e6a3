"""What is no question, in several languages, and what is said back."""

from __future__ import annotations

import pytest

import prompts
from bot.answering.answer import Answer, Verdict
from bot.answering.smalltalk import Wish, small_talk, spoken_language


def reply_to(said: str, *earlier: str) -> str | None:
    turns = [Answer(q, Verdict.ANSWERED, (), (), (), 0, 0, "m") for q in earlier]
    talk = small_talk(said, language=spoken_language(said, turns))
    return talk.reply if talk else None


def reply(kind: str, language: str) -> str:
    return str(prompts.small_talk()[language][kind]["reply"])


@pytest.mark.parametrize(
    ("said", "kind", "language"),
    [
        ("Hi!", "greeting", "en"),
        ("ok, thanks 😀", "thanks", "en"),
        ("Hello, who are you?", "self", "en"),
        ("Are you sure?", "self", "en"),
        ("Wo steht das?", "self", "de"),
        ("Danke schön!", "thanks", "de"),
        ("Who are the main characters?", "everybody", "en"),
        ("Qui sont les personnages ?", "everybody", "fr"),
        ("merci", "thanks", "fr"),
        ("¿Quién eres?", "self", "es"),
        ("Что ты умеешь?", "self", "ru"),
        ("你好，谢谢！", "thanks", "zh"),
        ("شُكراً", "thanks", "ar"),
        ("😀😀", "wordless", "en"),
        ("?!…", "wordless", "en"),
        ("https://example.org/story", "link", "en"),
    ],
)
def test_what_is_no_question_is_replied_to(said: str, kind: str, language: str) -> None:
    assert reply_to(said) == reply(kind, language)


@pytest.mark.parametrize(
    "question",
    ["Why?", "Hi, who is the captain?", "1994?", "Is https://example.org named?", "Who are they?"],
)
def test_question_is_no_small_talk(question: str) -> None:
    assert reply_to(question) is None


def test_what_all_languages_say_is_replied_to_in_the_talks_language() -> None:
    assert reply_to("ok", "Wie alt ist der Kapitän?") == reply("agreement", "de")
    assert reply_to("😀", "Сколько ему лет?") == reply("wordless", "ru")


def test_every_language_has_every_reply_and_a_refusal() -> None:
    kinds = set(prompts.small_talk()[prompts.ENGLISH])
    refusals = {prompts.refusal(language) for language in prompts.small_talk()}
    assert len(refusals) == len(prompts.small_talk()) >= 12
    for replies in prompts.small_talk().values():
        assert set(replies) == kinds
        without = {kind for kind, found in replies.items() if not found.get("reply")}
        assert without == {"author", "title"}  # questions, if the story has no such line


def test_refusal_in_an_unknown_language_is_english() -> None:
    assert prompts.refusal("xx") == prompts.refusal("") == prompts.refusal("en")


@pytest.mark.parametrize(
    "question",
    [
        "What is the story about?",
        "Hi! What's this article about?",
        "Summarize the story, please.",
        "tl;dr",
        "Worum geht es in der Geschichte?",
        "De quoi parle l’histoire ?",
        "¿De qué trata la historia?",
        "О чём эта история?",
        "这个故事讲了什么？",
    ],
)
def test_what_a_story_is_about_is_no_question_about_a_passage(question: str) -> None:
    talk = small_talk(question, language=spoken_language(question, ()))
    assert talk is not None and talk.wish is Wish.GIST


@pytest.mark.parametrize(
    "question", ["What is the letter about?", "What is the story of the tram?", "Please summon it."]
)
def test_what_something_in_a_story_is_about_is_a_question(question: str) -> None:
    assert small_talk(question, language="en") is None


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("Tell me more.", Wish.MORE),
        ("Thanks! What else?", Wish.MORE),
        ("Und weiter?", Wish.MORE),
        ("Dis-m’en plus !", Wish.MORE),
        ("Дальше", Wish.MORE),
        ("然后呢？", Wish.MORE),
        ("Who wrote this?", Wish.AUTHOR),
        ("Wer hat den Artikel geschrieben?", Wish.AUTHOR),
        ("¿Quién es el autor?", Wish.AUTHOR),
        ("What’s the headline of the article?", Wish.TITLE),
        ("Wie heißt die Geschichte?", Wish.TITLE),
        ("标题是什么？", Wish.TITLE),
    ],
)
def test_a_wish_to_hear_the_story_itself_is_known(said: str, wish: Wish) -> None:
    talk = small_talk(said, language=spoken_language(said, ()))
    assert talk is not None and talk.wish is wish


@pytest.mark.parametrize("said", ["No more!", "Stop.", "Enough"])
def test_who_has_enough_is_told_no_more(said: str) -> None:
    talk = small_talk(said, language="en")
    assert talk is not None and talk.wish is None


@pytest.mark.parametrize(
    "question", ["Who wrote it?", "What is his title?", "What else did Anna say?", "What more?"]
)
def test_a_question_about_something_in_a_story_is_no_wish(question: str) -> None:
    assert small_talk(question, language="en") is None
