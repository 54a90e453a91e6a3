"""The stand-in is as strict as Telegram: what it let through would prove nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram_rules import Refusal
from telegram_world import Telegram

now = 1_000.0


@pytest.fixture
def telegram() -> Telegram:
    telegram = Telegram(lambda: now)
    telegram.post(7, 7, text="The 🐑 ferry left.")
    return telegram


def send(telegram: Telegram, text: str = "Hello", **more: Any) -> dict[str, Any]:
    params = {key: v if isinstance(v, str) else json.dumps(v) for key, v in more.items()}
    result: dict[str, Any] = telegram.call("sendMessage", {"chat_id": "7", "text": text} | params)
    return result


@pytest.mark.parametrize(
    ("text", "more", "complaint"),
    [
        (" \n", {}, "message text is empty"),
        ("a" * 4_097, {}, "message is too long"),
        ("🐑" * 2_049, {}, "message is too long"),
        ("Hi", {"chat_id": "8"}, "chat not found"),
        ("Hi", {"message_thread_id": "5"}, "message thread not found"),
        ("🐑", {"entities": [{"type": "bold", "offset": 1, "length": 1}]}, "cuts a character"),
        ("Hi", {"entities": [{"type": "bold", "offset": 0, "length": 3}]}, "outside"),
        ("Hi", {"entities": [{"type": "blockquote", "offset": 0, "length": 2}] * 2}, "nested"),
        ("Hi", {"reply_parameters": {"message_id": 1}}, "message to be replied not found"),
        ("Hi", {"reply_parameters": {"message_id": 101, "quote": "sea"}}, "QUOTE_TEXT_INVALID"),
        (
            "Hi",
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]}},
            "BUTTON_DATA_INVALID",
        ),
    ],
)
def test_what_telegram_refuses_is_refused(
    telegram: Telegram, text: str, more: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(Refusal, match=complaint):
        send(telegram, text, **more)


def test_words_of_a_message_are_quoted_by_utf16_units(telegram: Telegram) -> None:
    quote = {"message_id": 101, "quote": "ferry", "quote_position": 7}
    assert send(telegram, reply_parameters=quote)["quote"]["text"] == "ferry"


def test_message_edited_into_what_it_is_is_not_modified(telegram: Telegram) -> None:
    sent = send(telegram)
    edit = {"chat_id": "7", "message_id": str(sent["message_id"]), "text": "Hello"}
    with pytest.raises(Refusal, match="message is not modified"):
        telegram.call("editMessageText", edit)
    telegram.call("editMessageText", edit | {"text": "Hello again"})
    with pytest.raises(Refusal, match="message can't be edited"):
        telegram.call("editMessageText", edit | {"message_id": "101"})
    with pytest.raises(Refusal, match="message to edit not found"):
        telegram.call("editMessageText", edit | {"message_id": "999"})


def test_draft_goes_to_private_chats_only(telegram: Telegram) -> None:
    telegram.post(-5, 7, text="Hi")
    draft = {"draft_id": "1", "text": "Hel"}
    assert telegram.call("sendMessageDraft", {"chat_id": "7", **draft})
    with pytest.raises(Refusal, match="private chats only"):
        telegram.call("sendMessageDraft", {"chat_id": "-5", **draft})


def test_flood_is_told_how_long_to_wait(telegram: Telegram) -> None:
    with pytest.raises(Refusal) as refused:
        for _ in range(100):
            send(telegram)
    assert refused.value.code == 429
    assert refused.value.parameters["retry_after"] >= 1


def test_button_that_nobody_pressed_is_unknown(telegram: Telegram) -> None:
    with pytest.raises(Refusal, match="query is too old"):
        telegram.call("answerCallbackQuery", {"callback_query_id": "1"})


def test_method_that_is_missing_is_not_found(telegram: Telegram) -> None:
    telegram.missing.add("sendMessageDraft")
    with pytest.raises(Refusal, match="method not found"):
        telegram.call("sendMessageDraft", {})
