"""Telegram as a bot sees it: chats, people, updates and the methods of the Bot API. No HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from telegram_rules import BOT, CONTENT, Chat, Params, Refusal, bad, content, reply

LARGEST_DOWNLOAD = 20_000_000
QUERY_SECONDS = 60.0


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

    def edit(self, chat_id: int, message: int, **content: Any) -> None:
        """A person changes their message."""
        with self.changed:
            shown = self.chat(chat_id).messages[message]
            shown |= {**content, "edit_date": int(self.now())}
            self.update(edited_message=shown)

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
        shown = content(params)
        if thread := int(params.get("message_thread_id") or 0):
            if thread not in chat.topics:
                raise bad("message thread not found")
            shown |= {"message_thread_id": thread, "is_topic_message": True}
        shown |= reply(chat, json.loads(params.get("reply_parameters") or "null"))
        chat.charge(self.now())
        return self._new_message(chat, BOT, shown)

    def _editMessageText(self, params: Params) -> Any:
        chat = self._writable(params)
        message = chat.messages.get(int(params["message_id"]))
        if message is None:
            raise bad("message to edit not found")
        if message["from"]["id"] != BOT["id"]:
            raise bad("message can't be edited")
        shown = content(params)
        if shown == {key: message[key] for key in CONTENT if key in message}:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        chat.charge(self.now())
        for key in CONTENT:
            message.pop(key, None)
        message |= shown
        message["edit_date"] = int(self.now())
        message["edits"] = message.get("edits", 0) + 1
        return {key: value for key, value in message.items() if key != "edits"}

    def _sendMessageDraft(self, params: Params) -> Any:
        chat = self._writable(params)
        if not chat.is_private:
            raise bad("drafts can be sent to private chats only")
        if not int(params["draft_id"]):
            raise bad("DRAFT_ID_INVALID")
        shown = content(params) if params.get("text") else {"text": ""}
        chat.charge(self.now())
        chat.drafts.append({**shown, "draft_id": int(params["draft_id"])})
        return True

    def _sendChatAction(self, params: Params) -> Any:
        self._writable(params).actions += 1
        return True

    def _getChatMember(self, params: Params) -> Any:
        chat, user = self._writable(params), int(params["user_id"])
        if not any(m["from"]["id"] == user for m in chat.messages.values()):
            raise bad("user not found")
        status = "creator" if user in chat.admins else "member"
        more = {"is_anonymous": False} if user in chat.admins else {}
        return {"status": status, "user": _person(user), **more}

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


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"Person {user}"}
