from __future__ import annotations

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, MessageEntity

from bot.telegram.links import links_in, without


def message(text: str, *entities: MessageEntity) -> Message:
    return Message(1, datetime.now(UTC), Chat(7, "private"), text=text, entities=entities)


@pytest.mark.parametrize(
    ("text", "links", "rest"),
    [
        ("https://a.example/x", ["https://a.example/x"], ""),
        ("Look (https://a.example/x).", ["https://a.example/x"], "Look"),
        ("https://a.example/Mercury_(planet)", ["https://a.example/Mercury_(planet)"], ""),
        ("«https://a.example/новость», да?", ["https://a.example/новость"], "да?"),
        ("http://a.example http://b.example", ["http://a.example", "http://b.example"], ""),
        ("https://a.example/?q=1 Who won?", ["https://a.example/?q=1"], "Who won?"),
        ("Who won?", [], "Who won?"),
    ],
)
def test_links_are_taken_out_of_a_text(text: str, links: list[str], rest: str) -> None:
    assert links_in(message(text), text) == links
    assert without(links, text) == rest


def test_bare_address_is_a_link_only_by_itself() -> None:
    bare = MessageEntity(MessageEntity.URL, 0, 14)
    assert links_in(message("a.example/news", bare), "a.example/news") == ["https://a.example/news"]
    asked = "a.example/news is what?"
    assert links_in(message(asked, bare), asked) == []


def test_link_behind_words_is_found() -> None:
    behind = MessageEntity(MessageEntity.TEXT_LINK, 0, 4, url="https://a.example/x")
    assert links_in(message("Here it is", behind), "Here it is") == ["https://a.example/x"]
