"""Telegram as a bot sees it: what it refuses, in its words. No HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BOT = {"id": 4242, "is_bot": True, "first_name": "Story", "username": "story_test_bot"}
LONGEST_TEXT = 4_096
LONGEST_QUOTE = 1_024
MOST_ENTITIES = 100
GROUP_PER_MINUTE = 20
PRIVATE_PER_SECOND = 1.0
PRIVATE_BURST = 12.0
CONTENT = ("text", "entities", "reply_markup")
_QUOTED_FORMATS = ("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji")
_REPLIED = ("message_id", "date", "chat", "from", "text", "caption", "document", "entities")

Params = Mapping[str, str]


class Refusal(Exception):
    """The Bot API's answer to what it does not do."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def part(text: str, offset: int, length: int) -> str:
    """A part of a text by UTF-16 units; fails inside of an emoji."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


@dataclass
class Chat:
    """A chat, with all its messages by number."""

    id: int
    title: str
    topics: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    actions: int = 0
    allowance: float = PRIVATE_BURST
    filled_at: float = 0.0
    is_blocked: bool = False
    moved_to: int | None = None

    @property
    def is_private(self) -> bool:
        return self.id > 0

    def as_json(self) -> dict[str, Any]:
        if self.is_private:
            return {"id": self.id, "type": "private", "first_name": self.title}
        forum = {"is_forum": True} if self.topics else {}
        return {"id": self.id, "type": "supergroup", "title": self.title, **forum}

    def of_bot(self) -> list[dict[str, Any]]:
        """The bot's messages, in order."""
        return [m for m in self.messages.values() if m["from"]["id"] == BOT["id"]]

    def charge(self, now: float) -> None:
        """Count a message against the chat's allowance. Raises Refusal."""
        rate = PRIVATE_PER_SECOND if self.is_private else GROUP_PER_MINUTE / 60
        self.allowance = min(PRIVATE_BURST, self.allowance + (now - self.filled_at) * rate)
        self.filled_at = now
        if self.allowance < 1:
            seconds = int((1 - self.allowance) / rate) + 1
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self.allowance -= 1


def content(params: Params) -> dict[str, Any]:
    text = params.get("text", "")
    if not text.strip():
        raise bad("message text is empty")
    if units(text) > LONGEST_TEXT:
        raise bad("message is too long")
    found: dict[str, Any] = {"text": text}
    if entities := json.loads(params.get("entities") or "[]"):
        _check_entities(text, entities)
        found["entities"] = entities
    if markup := json.loads(params.get("reply_markup") or "null"):
        for row in markup["inline_keyboard"]:
            for button in row:
                if not 1 <= len(button["callback_data"].encode()) <= 64:
                    raise bad("BUTTON_DATA_INVALID")
                if not button["text"].strip():
                    raise bad("Text buttons are unallowed in the inline keyboard")
        found["reply_markup"] = markup
    return found


def reply(chat: Chat, wanted: dict[str, Any] | None) -> dict[str, Any]:
    if wanted is None:
        return {}
    replied = chat.messages.get(wanted["message_id"])
    if replied is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    found = {"reply_to_message": {k: v for k, v in replied.items() if k in _REPLIED}}
    quote = wanted.get("quote")
    if quote is None:
        return found
    at = wanted.get("quote_position") or 0
    text = replied.get("text", "")
    if units(quote) > LONGEST_QUOTE or part(text, at, units(quote)) != quote:
        raise bad("QUOTE_TEXT_INVALID")
    formats = _formats(replied.get("entities", []), at, units(quote))
    if formats != _formats(wanted.get("quote_entities") or [], 0, units(quote)):
        raise bad("QUOTE_TEXT_INVALID")
    return found | {"quote": {"text": quote, "position": at}}


def _formats(entities: list[dict[str, Any]], at: int, length: int) -> list[tuple[str, int, int]]:
    """The formats that count in a quote, cut to `length` units from `at`."""
    found = []
    for entity in entities:
        begin = max(entity["offset"], at) - at
        end = min(entity["offset"] + entity["length"], at + length) - at
        if entity["type"] in _QUOTED_FORMATS and begin < end:
            found.append((entity["type"], begin, end))
    return sorted(found)


def _check_entities(text: str, entities: list[dict[str, Any]]) -> None:
    if len(entities) > MOST_ENTITIES:
        raise bad("can't parse entities: too many entities")
    quotes: list[tuple[int, int]] = []
    for entity in entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        if begin < 0 or entity["length"] < 1 or end > units(text):
            raise bad("can't parse entities: entity is outside of the text")
        try:
            part(text, begin, entity["length"])
        except UnicodeDecodeError:
            raise bad("can't parse entities: entity cuts a character") from None
        if entity["type"] == "text_link" and "url" not in entity:
            raise bad("can't parse entities: a link without an address")
        if entity["type"] in ("blockquote", "expandable_blockquote"):
            if any(begin < other_end and other < end for other, other_end in quotes):
                raise bad("can't parse entities: blockquotes can't be nested")
            quotes.append((begin, end))
