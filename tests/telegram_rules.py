"""Telegram as a bot sees it: chats, messages and rules, as strict as the real one. No HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

BOT = {"id": 4242, "is_bot": True, "first_name": "Story", "username": "story_test_bot"}
LONGEST_TEXT = 4_096
LONGEST_QUOTE = 1_024
MOST_ENTITIES = 100
LARGEST_DOWNLOAD = 20_000_000
QUERY_SECONDS = 60.0
GROUP_PER_MINUTE = 20
PRIVATE_PER_SECOND = 1.0
PRIVATE_BURST = 12.0

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


class Telegram:
    """Everything there is; `call` is the Bot API. Guarded by `changed`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.changed = threading.Condition(threading.RLock())
        self.chats: dict[int, Chat] = {}
        self.updates: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.queries: dict[str, float] = {}
        self.notices: list[tuple[str, str]] = []
        self.menus: dict[str, list[dict[str, str]]] = {}
        self.webhook: tuple[str, str] | None = None
        self.missing: set[str] = set()
        self._last_message = 100
        self._last_update = 1_000

    # ---- what people do ----

    def chat(self, chat_id: int) -> Chat:
        with self.changed:
            if chat_id not in self.chats:
                self.chats[chat_id] = Chat(chat_id, f"Chat {chat_id}", filled_at=self.now())
            return self.chats[chat_id]

    def post(self, chat_id: int, user: int, **content: Any) -> int:
        """A person's message, with Telegram's own names for its fields; its number."""
        with self.changed:
            message = self._new_message(self.chat(chat_id), _person(user), content)
            self.update(message=message)
            return int(message["message_id"])

    def press(self, chat_id: int, user: int, message: int, label: str) -> str:
        """Press a button by what it says; the query's id."""
        with self.changed:
            shown = self.chat(chat_id).messages[message]
            rows = shown.get("reply_markup", {}).get("inline_keyboard", [])
            data = next(b["callback_data"] for row in rows for b in row if b["text"] == label)
            query = str(len(self.queries) + 1)
            self.queries[query] = self.now()
            self.update(
                callback_query={
                    "id": query,
                    "from": _person(user),
                    "chat_instance": str(chat_id),
                    "message": shown,
                    "data": data,
                }
            )
            return query

    def react(self, chat_id: int, user: int, message: int, *emoji: str) -> None:
        reactions = [{"type": "emoji", "emoji": e} for e in emoji]
        with self.changed:
            self.update(
                message_reaction={
                    "chat": self.chat(chat_id).as_json(),
                    "message_id": message,
                    "user": _person(user),
                    "date": int(self.now()),
                    "old_reaction": [],
                    "new_reaction": reactions,
                }
            )

    def keep_file(self, name: str, data: bytes) -> dict[str, Any]:
        """A document to be sent in a message."""
        file_id = f"file{len(self.files)}"
        self.files[file_id] = data
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "file_size": len(data),
        }

    def update(self, **content: Any) -> None:
        with self.changed:
            self._last_update += 1
            self.updates.append({"update_id": self._last_update, **json.loads(json.dumps(content))})
            self.changed.notify_all()

    def wait(self, met: Callable[[], Any], *, seconds: float = 10.0) -> Any:
        """Wait until something is so, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.changed:
                # Not everything waited for happens here: look again now and then.
                if found := self.changed.wait_for(met, timeout=0.05):
                    return found
        raise AssertionError("it did not come to that")

    # ---- what the bot does ----

    def call(self, method: str, params: Params) -> Any:
        """Carry out a method. Raises Refusal."""
        action = getattr(self, f"_{method}", None)
        if action is None or method in self.missing:
            raise Refusal(404, "Not Found: method not found")
        with self.changed:
            result = action(params)
            self.changed.notify_all()
            return json.loads(json.dumps(result))  # it may be changed while it is sent

    def _getMe(self, params: Params) -> Any:
        rights = {"can_join_groups": True, "can_read_all_group_messages": False}
        return {**BOT, **rights, "supports_inline_queries": False}

    def _getWebhookInfo(self, params: Params) -> Any:
        url = self.webhook[0] if self.webhook else ""
        count = len(self.updates)
        return {"url": url, "has_custom_certificate": False, "pending_update_count": count}

    def _setWebhook(self, params: Params) -> Any:
        self.webhook = (params["url"], params.get("secret_token", ""))
        return True

    def _deleteWebhook(self, params: Params) -> Any:
        self.webhook = None
        return True

    def _setMyCommands(self, params: Params) -> Any:
        scope = json.loads(params.get("scope", "{}")).get("type", "default")
        self.menus[scope] = json.loads(params["commands"])
        return True

    def _getUpdates(self, params: Params) -> Any:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset") or 0)
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        if not self.updates:
            self.changed.wait_for(lambda: self.updates, timeout=float(params.get("timeout") or 0))
        allowed = json.loads(params.get("allowed_updates") or "[]")
        return [u for u in self.updates[:100] if not allowed or set(u) & set(allowed)]

    def _sendMessage(self, params: Params) -> Any:
        chat = self._writable(params)
        content = self._content(params)
        if thread := int(params.get("message_thread_id") or 0):
            if thread not in chat.topics:
                raise bad("message thread not found")
            content |= {"message_thread_id": thread, "is_topic_message": True}
        content |= self._reply(chat, json.loads(params.get("reply_parameters") or "null"))
        self._charge(chat)
        return self._new_message(chat, BOT, content)

    def _editMessageText(self, params: Params) -> Any:
        chat = self._writable(params)
        message = chat.messages.get(int(params["message_id"]))
        if message is None:
            raise bad("message to edit not found")
        if message["from"]["id"] != BOT["id"]:
            raise bad("message can't be edited")
        content = self._content(params)
        if content == {key: message[key] for key in _CONTENT if key in message}:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        self._charge(chat)
        for key in _CONTENT:
            message.pop(key, None)
        message |= content
        message["edit_date"] = int(self.now())
        message["edits"] = message.get("edits", 0) + 1
        return {key: value for key, value in message.items() if key != "edits"}

    def _sendMessageDraft(self, params: Params) -> Any:
        chat = self._writable(params)
        if not chat.is_private:
            raise bad("drafts can be sent to private chats only")
        if not int(params["draft_id"]):
            raise bad("DRAFT_ID_INVALID")
        content = self._content(params) if params.get("text") else {"text": ""}
        self._charge(chat)
        chat.drafts.append({**content, "draft_id": int(params["draft_id"])})
        return True

    def _sendChatAction(self, params: Params) -> Any:
        self._writable(params).actions += 1
        return True

    def _answerCallbackQuery(self, params: Params) -> Any:
        asked_at = self.queries.pop(params["callback_query_id"], None)
        if asked_at is None or self.now() - asked_at > QUERY_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.notices.append((params["callback_query_id"], params.get("text", "")))
        return True

    def _getFile(self, params: Params) -> Any:
        data = self.files.get(params["file_id"])
        if data is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(data) > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        file_id = params["file_id"]
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": len(data),
            "file_path": f"documents/{file_id}",
        }

    # ---- rules ----

    def _writable(self, params: Params) -> Chat:
        chat = self.chats.get(int(params["chat_id"]))
        if chat is None:
            raise bad("chat not found")
        if chat.is_blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat.moved_to is not None:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        return chat

    def _charge(self, chat: Chat) -> None:
        """Count a message against the chat's allowance."""
        rate = PRIVATE_PER_SECOND if chat.is_private else GROUP_PER_MINUTE / 60
        now = self.now()
        chat.allowance = min(PRIVATE_BURST, chat.allowance + (now - chat.filled_at) * rate)
        chat.filled_at = now
        if chat.allowance < 1:
            seconds = int((1 - chat.allowance) / rate) + 1
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        chat.allowance -= 1

    def _content(self, params: Params) -> dict[str, Any]:
        text = params.get("text", "")
        if not text.strip():
            raise bad("message text is empty")
        if units(text) > LONGEST_TEXT:
            raise bad("message is too long")
        content: dict[str, Any] = {"text": text}
        if entities := json.loads(params.get("entities") or "[]"):
            _check_entities(text, entities)
            content["entities"] = entities
        if markup := json.loads(params.get("reply_markup") or "null"):
            for row in markup["inline_keyboard"]:
                for button in row:
                    if not 1 <= len(button["callback_data"].encode()) <= 64:
                        raise bad("BUTTON_DATA_INVALID")
                    if not button["text"].strip():
                        raise bad("Text buttons are unallowed in the inline keyboard")
            content["reply_markup"] = markup
        return content

    def _reply(self, chat: Chat, wanted: dict[str, Any] | None) -> dict[str, Any]:
        if wanted is None:
            return {}
        replied = chat.messages.get(wanted["message_id"])
        if replied is None:
            if wanted.get("allow_sending_without_reply"):
                return {}
            raise bad("message to be replied not found")
        reply = {"reply_to_message": {k: v for k, v in replied.items() if k in _REPLIED}}
        quote = wanted.get("quote")
        if quote is None:
            return reply
        at = wanted.get("quote_position") or 0
        text = replied.get("text", "")
        if units(quote) > LONGEST_QUOTE or part(text, at, units(quote)) != quote:
            raise bad("QUOTE_TEXT_INVALID")
        return reply | {"quote": {"text": quote, "position": at}}

    def _new_message(
        self, chat: Chat, sender: Mapping[str, Any], content: dict[str, Any]
    ) -> dict[str, Any]:
        self._last_message += 1
        message = {
            "message_id": self._last_message,
            "date": int(self.now()),
            "chat": chat.as_json(),
            "from": dict(sender),
            **content,
        }
        chat.messages[self._last_message] = message
        return message


_CONTENT = ("text", "entities", "reply_markup")
_REPLIED = ("message_id", "date", "chat", "from", "text", "caption", "document", "entities")


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"Person {user}"}


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
