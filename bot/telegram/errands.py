"""What people asked for that takes time: answers and new stories. Kept until done.

In one conversation (a chat, or a topic of it) errands are run one after the
other, in different ones side by side. An errand counts as waiting until it has
ended: one that was under way when the bot was killed is run again from its
beginning; what it shows is decided by the outbox, so it is shown once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.telegram.clock import Clock
from bot.telegram.logs import event
from bot.telegram.state import State

_log = logging.getLogger(__name__)

Conversation = tuple[int, int]
"""A chat and a topic in it; 0 where there are no topics."""
PAUSE_SECONDS = 10.0
"""Before errands are taken up again whose ends could not be kept."""
MOST_BEGINNINGS = 10
"""An errand that was cut short by as many kills is given up: it may be what kills the bot."""


class Kind(StrEnum):
    """What is wanted."""

    QUESTION = "question"
    STORY = "story"


class Ended(StrEnum):
    """How an errand ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing asked for; `message` is the message that asked."""

    id: int
    chat: int
    thread: int
    user: int
    message: int
    kind: Kind
    payload: dict[str, Any]
    begun: int
    """How many times a kill came while it was under way, and not only in line."""

    @property
    def conversation(self) -> Conversation:
        """Where it was asked for."""
        return self.chat, self.thread


class Stop:
    """Tells a running errand, in any thread, that it is to end and why."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._awaited = asyncio.Event()
        self.why = Ended.STOPPED
        self.over = asyncio.Event()
        """Set once the errand has ended."""

    def tell(self, why: Ended) -> None:
        """Ask for the end; call it in the event loop."""
        if not self._told.is_set():
            self.why = why
            self._told.set()
            self._awaited.set()

    @property
    def is_told(self) -> bool:
        """True once the errand is to end."""
        return self._told.is_set()

    async def or_done(self, work: asyncio.Future[Any]) -> bool:
        """Wait until the work is done or is to end; True if it is done and still wanted."""
        told: asyncio.Future[Any] = asyncio.ensure_future(self._awaited.wait())
        try:
            await asyncio.wait([work, told], return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
        return work.done() and not (self.is_told and self.why is Ended.STOPPED)


Run = Callable[[Errand, Stop], Awaitable[None]]
"""Carries out an errand; ends it by `Errands.end` in the transaction that plans its outcome."""


class Errands:
    """The list of errands, and whoever is running them."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._runs: dict[Kind, Run] = {}
        self._workers: dict[Conversation, asyncio.Task[None]] = {}
        self._stops: dict[int, Stop] = {}
        self._in_line: set[int] = set()
        """Errands under way that wait for others to be done with the model."""
        self._closing = False
        self.on_given_up: Callable[[Errand], None] = lambda errand: None
        """Called for an errand that is not begun again."""

    def register(self, kind: Kind, run: Run) -> None:
        """Say who carries out errands of a kind."""
        self._runs[kind] = run

    def add(
        self, kind: Kind, conversation: Conversation, *, user: int, message: int, **payload: Any
    ) -> int:
        """Keep an errand in the transaction that this stands in, and run it in its turn."""
        chat, thread = conversation
        number = self._state.write(
            "INSERT INTO errands(chat, thread, user, message, kind, payload, state, at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
            chat,
            thread,
            user,
            message,
            kind,
            json.dumps(payload),
            self._clock.now(),
        )
        asyncio.get_running_loop().call_soon(self._wake, conversation)
        return number

    def end(self, errand: int, how: Ended, *, answer: str | None = None) -> None:
        """Note how an errand ended; `answer` is kept for follow-ups. The question is in it."""
        self._state.write(
            "UPDATE errands SET state = ?, answer = ?, payload = '{}' WHERE id = ?",
            how,
            answer,
            errand,
        )

    def note_place(self, errand: int, ahead: int) -> None:
        """Note how many are ahead of an errand under way: while some are, no kill is its doing."""
        if errand not in self._stops or (ahead > 0) == (errand in self._in_line):
            return
        self._in_line ^= {errand}
        self._count_beginning(errand, -1 if ahead else 1)

    def restore(self) -> None:
        """Go on with what was not done when the bot last ended."""
        for row in self._state.rows(
            "SELECT DISTINCT chat, thread FROM errands WHERE state = 'waiting'"
        ):
            self._wake((row["chat"], row["thread"]))

    def wake(self, chat: int) -> None:
        """Go on with what waits in a chat."""
        for row in self._state.rows("SELECT DISTINCT thread FROM errands WHERE chat = ?", chat):
            self._wake((chat, row["thread"]))

    def open_in(self, conversation: Conversation) -> list[int]:
        """The errands of a conversation that are not done, the oldest first."""
        return [
            row["id"]
            for row in self._state.rows(
                "SELECT id FROM errands WHERE chat = ? AND thread = ?"
                " AND state = 'waiting' ORDER BY id",
                *conversation,
            )
        ]

    def stop(self, errand: int) -> bool:
        """End an errand that somebody no longer wants; False if it was over."""
        if errand in self._stops:
            self._stops[errand].tell(Ended.STOPPED)
            return True
        with self._state.transaction():
            waiting = self._state.value(
                "SELECT 1 FROM errands WHERE id = ? AND state = 'waiting'", errand
            )
            if waiting:
                self.end(errand, Ended.STOPPED)
        return bool(waiting)

    def is_done(self, errand: int) -> bool:
        """True once an errand has ended well."""
        state = self._state.value("SELECT state FROM errands WHERE id = ?", errand)
        return bool(state == Ended.DONE)

    def is_running(self, errand: int) -> bool:
        """True while an errand is carried out."""
        return errand in self._stops

    def stop_chat(self, chat: int, kinds: Collection[Kind] = tuple(Kind)) -> None:
        """End all errands of a chat."""
        for row in self._state.rows(
            "SELECT id, kind FROM errands WHERE chat = ? AND state = 'waiting'", chat
        ):
            if row["kind"] in kinds:
                self.stop(row["id"])

    async def end_all(self, chat: int, kinds: Collection[Kind]) -> None:
        """End all errands of a chat, and wait until those under way have ended."""
        rows = self._state.rows(
            "SELECT id, kind FROM errands WHERE chat = ? AND state = 'waiting'", chat
        )
        under_way = [self._stops.get(row["id"]) for row in rows if row["kind"] in kinds]
        self.stop_chat(chat, kinds)
        await asyncio.gather(*(stop.over.wait() for stop in under_way if stop is not None))

    async def finish(self, seconds: float) -> list[Errand]:
        """Let errands under way end within so many seconds, then break them off.

        Returns those that were waiting and will not be begun.
        """
        self._closing = True
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=seconds)
        for stop in self._stops.values():
            stop.tell(Ended.BROKEN_OFF)
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=seconds)
        rows = self._state.rows("SELECT * FROM errands WHERE state = 'waiting' ORDER BY id")
        return [_errand(row) for row in rows if row["id"] not in self._stops]

    def _wake(self, conversation: Conversation) -> None:
        if self._closing or conversation in self._workers or self._next(conversation) is None:
            return
        worker = asyncio.get_running_loop().create_task(
            self._work(conversation), name=f"errands {conversation}"
        )
        self._workers[conversation] = worker
        worker.add_done_callback(lambda done: self._ended(conversation, done))

    def _ended(self, conversation: Conversation, worker: asyncio.Task[None]) -> None:
        del self._workers[conversation]
        if worker.cancelled():
            return
        if worker.exception() is None:
            self._wake(conversation)
            return
        # Not even a failure could be written down: the disk is full.
        _log.error("errands stand still", exc_info=worker.exception())
        asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._wake, conversation)

    def _next(self, conversation: Conversation) -> Errand | None:
        row = self._state.row(
            "SELECT * FROM errands WHERE chat = ? AND thread = ? AND state = 'waiting'"
            " ORDER BY id LIMIT 1",
            *conversation,
        )
        return None if row is None else _errand(row)

    async def _work(self, conversation: Conversation) -> None:
        while not self._closing and (errand := self._next(conversation)) is not None:
            stop = self._stops[errand.id] = Stop()
            began = self._clock.now()
            try:
                self._count_beginning(errand.id, 1)
                if errand.begun < MOST_BEGINNINGS:
                    await self._runs[errand.kind](errand, stop)
                else:
                    with self._state.transaction():
                        self.on_given_up(errand)
                        self.end(errand.id, Ended.FAILED)
            except Exception:
                _log.exception("errand failed", extra={"fields": {"errand": errand.id}})
                self.end(errand.id, Ended.FAILED)
            finally:
                del self._stops[errand.id]
                self._in_line.discard(errand.id)
                stop.over.set()
            event(
                _log,
                f"{errand.kind} over",
                chat=errand.chat,
                errand=errand.id,
                how=self._state.value("SELECT state FROM errands WHERE id = ?", errand.id),
                seconds=round(self._clock.now() - began, 2),
            )

    def _count_beginning(self, errand: int, by: int) -> None:
        self._state.write("UPDATE errands SET begun = begun + ? WHERE id = ?", by, errand)


def _errand(row: sqlite3.Row) -> Errand:
    return Errand(
        id=row["id"],
        chat=row["chat"],
        thread=row["thread"],
        user=row["user"],
        message=row["message"],
        kind=Kind(row["kind"]),
        payload=json.loads(row["payload"]),
        begun=row["begun"],
    )
