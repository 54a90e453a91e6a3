"""Messages owed to chats, kept until Telegram has them; in order within a chat.

A message that is already there can be edited again and again with the same
outcome; a new one cannot be sent twice without being seen twice. So what an
errand shows goes, where it can, into the one message it has (`show`). Where the
fate of a new message is unknown it is sent again, because an answer that never
comes is worse than one that comes twice, and it is counted.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from telegram import Bot, Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.telegram import payloads
from bot.telegram.clock import Clock
from bot.telegram.fate import Fate, fate
from bot.telegram.formatting import Formatted
from bot.telegram.logs import event
from bot.telegram.pace import Pace
from bot.telegram.rendering import Rows
from bot.telegram.state import DAY, State

_log = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0
_NO_SUCH_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Outbox:
    """Plans messages in the state's transactions, and sends them, each chat on its own."""

    def __init__(self, bot: Bot, state: State, pace: Pace, clock: Clock) -> None:
        self._bot = bot
        self._state = state
        self._pace = pace
        self._clock = clock
        self._workers: dict[int, asyncio.Task[None]] = {}
        self.on_gone: Callable[[int], None] = lambda chat: None
        """Called when a chat cannot be written to any more."""
        self.on_moved: Callable[[int, int], None] = lambda chat, to: None
        """Called when a group has another id from now on."""

    # ---- planning ----

    def send(
        self,
        chat: int,
        thread: int,
        message: Formatted | str,
        *,
        buttons: Rows | None = None,
        reply: payloads.Reply | None = None,
        errand: int | None = None,
    ) -> None:
        """Owe a chat a new message."""
        self._plan("send", chat, thread, errand, payloads.pack(message, buttons, reply))

    def show(
        self,
        errand: int,
        message: Formatted | str,
        *,
        buttons: Rows | None = None,
        reply: payloads.Reply | None = None,
    ) -> None:
        """Show this as the one message of an errand: a new one at first, edited from then on."""
        row = self._state.row("SELECT chat, thread FROM errands WHERE id = ?", errand)
        if row is not None:
            payload = payloads.pack(message, buttons, reply)
            self._plan("show", row["chat"], row["thread"], errand, payload)

    def _plan(self, kind: str, chat: int, thread: int, errand: int | None, payload: str) -> None:
        self._state.write(
            "INSERT INTO deliveries(chat, thread, errand, kind, payload, state, at)"
            " VALUES (?, ?, ?, ?, ?, 'planned', ?)",
            chat,
            thread,
            errand,
            kind,
            payload,
            self._clock.now(),
        )
        # Runs after the transaction that this stands in.
        asyncio.get_running_loop().call_soon(self.wake, chat)

    # ---- sending ----

    def restore(self) -> None:
        """Go on with what was owed when the bot last ended."""
        self._state.write(
            "UPDATE deliveries SET unknown = unknown + 1 WHERE state = 'sending' AND (kind = 'send'"
            " OR (SELECT shown FROM errands WHERE errands.id = errand) IS NULL)"
        )
        self._state.write("UPDATE deliveries SET state = 'planned' WHERE state = 'sending'")
        for row in self._state.rows("SELECT DISTINCT chat FROM deliveries WHERE state = 'planned'"):
            self.wake(row["chat"])

    def unknown_fates(self) -> int:
        """How many times a new message was sent again because its fate was unknown."""
        return int(self._state.value("SELECT coalesce(sum(unknown), 0) FROM deliveries"))

    async def emptied(self) -> None:
        """Wait until nothing is owed that can be sent."""
        while self._workers:
            await asyncio.wait(self._workers.values())

    async def stop(self) -> None:
        """Stop sending; what is still owed stays for the next start."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    def wake(self, chat: int) -> None:
        """Send what is owed to a chat, if nobody does."""
        if chat not in self._workers and self._next(chat) is not None:
            worker = asyncio.get_running_loop().create_task(self._work(chat), name=f"outbox {chat}")
            self._workers[chat] = worker
            worker.add_done_callback(lambda done: self._ended(chat, done))

    def _ended(self, chat: int, worker: asyncio.Task[None]) -> None:
        del self._workers[chat]
        if worker.cancelled():
            return
        if error := worker.exception():
            _log.error("sending failed", exc_info=error)
        else:
            self.wake(chat)  # what was planned while it ended

    def _next(self, chat: int) -> sqlite3.Row | None:
        return self._state.row(
            "SELECT * FROM deliveries WHERE chat = ? AND state = 'planned' ORDER BY id LIMIT 1",
            chat,
        )

    async def _work(self, chat: int) -> None:
        tries = 0
        while (row := self._next(chat)) is not None:
            if row["kind"] == "show" and self._is_superseded(row):
                self._finish(row, "superseded")
                continue
            await self._pace.take(chat)
            if await self._attempt(row):
                tries = 0
                continue
            tries += 1
            if self._clock.now() - row["at"] > DAY:
                self._finish(row, "failed")
            await self._clock.sleep(min(_LONGEST_PAUSE, 0.5 * 2 ** min(tries, 8)))

    def _is_superseded(self, row: sqlite3.Row) -> bool:
        later = "SELECT 1 FROM deliveries WHERE errand = ? AND kind = 'show' AND id > ?"
        return self._state.row(later, row["errand"], row["id"]) is not None

    async def _attempt(self, row: sqlite3.Row) -> bool:
        """Send or edit once; True if this delivery needs no pause before what comes next."""
        shown: int | None = None
        if row["kind"] == "show":
            shown = self._state.value("SELECT shown FROM errands WHERE id = ?", row["errand"])
        self._state.write("UPDATE deliveries SET state = 'sending' WHERE id = ?", row["id"])
        try:
            message = await self._request(row, shown)
        except asyncio.CancelledError:
            raise  # the row says that it was being sent
        except RetryAfter as error:
            self._pace.cool(row["chat"], payloads.seconds(error.retry_after))
            self._again(row)
            return True
        except TelegramError as error:
            return self._mend(row, shown, error)
        with self._state.transaction():
            self._finish(row, "sent", message=message)
            if row["kind"] == "show":
                self._state.write(
                    "UPDATE errands SET shown = ? WHERE id = ?", message, row["errand"]
                )
        return True

    async def _request(self, row: sqlite3.Row, shown: int | None) -> int:
        content = payloads.unpack(row["payload"], self._bot)
        if shown is None:
            sent = await self._bot.send_message(
                row["chat"],
                message_thread_id=row["thread"] or None,
                reply_parameters=payloads.reply_parameters(row["payload"]),
                **content,
            )
            return sent.message_id
        try:
            edited = await self._bot.edit_message_text(
                chat_id=row["chat"], message_id=shown, **content
            )
        except BadRequest as error:
            if "not modified" not in str(error).lower():
                raise
            return shown  # an earlier try went through after all
        return edited.message_id if isinstance(edited, Message) else shown

    def _mend(self, row: sqlite3.Row, shown: int | None, error: TelegramError) -> bool:
        """Decide what follows from an error."""
        found = fate(error)
        is_new = shown is None
        event(
            _log,
            "delivery failed",
            level=logging.WARNING,
            chat=row["chat"],
            delivery=row["id"],
            error=type(error).__name__,
            fate=found.name,
            is_new=is_new,
        )
        if found is not Fate.REFUSED:
            self._again(row, is_unknown=is_new and found is Fate.UNKNOWN)
            return False
        if isinstance(error, ChatMigrated):
            self._again(row)
            self.on_moved(row["chat"], error.new_chat_id)
            return True
        if isinstance(error, Forbidden):
            self._finish(row, "failed")
            self.on_gone(row["chat"])
            return True
        if isinstance(error, InvalidToken):
            self._again(row)  # an operator may put a new token in place
            return False
        return self._simplify(row, shown, str(error).lower())

    def _simplify(self, row: sqlite3.Row, shown: int | None, complaint: str) -> bool:
        """Take out what the server refused and try again; without anything to take out, fail."""
        if shown is not None and any(words in complaint for words in _NO_SUCH_MESSAGE):
            self._state.write("UPDATE errands SET shown = NULL WHERE id = ?", row["errand"])
            self._again(row)
            return True
        simpler = payloads.without_refused(row["payload"], complaint)
        if "thread not found" in complaint and row["thread"]:
            self._state.write("UPDATE deliveries SET thread = 0 WHERE id = ?", row["id"])
            self._again(row)
        elif simpler != row["payload"]:
            self._state.write("UPDATE deliveries SET payload = ? WHERE id = ?", simpler, row["id"])
            self._again(row)
        else:
            event(_log, "delivery refused", level=logging.ERROR, chat=row["chat"], why=complaint)
            self._finish(row, "failed")
        return True

    def _again(self, row: sqlite3.Row, *, is_unknown: bool = False) -> None:
        self._state.write(
            "UPDATE deliveries SET state = 'planned', unknown = unknown + ? WHERE id = ?",
            int(is_unknown),
            row["id"],
        )

    def _finish(self, row: sqlite3.Row, state: str, *, message: Any = None) -> None:
        """A delivery is over; its text is not kept."""
        self._state.write(
            "UPDATE deliveries SET state = ?, message = ?, payload = '{}' WHERE id = ?",
            state,
            message,
            row["id"],
        )
