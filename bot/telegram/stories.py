"""New stories: gathered, read, put on the chat's shelf, and told about."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any

from telegram.error import TelegramError

from bot.errors import StoppedError, StorychatError
from bot.telegram import rendering, sources, wording
from bot.telegram.errands import Conversation, Ended, Errand, Kind, Stop
from bot.telegram.formatting import Formatted, units
from bot.telegram.pace import is_group
from bot.telegram.payloads import Reply
from bot.telegram.shelves import Shelf
from bot.telegram.sources import Pasted
from bot.telegram.stage import Stage, Unfinished
from bot.telegram.streaming import Stream
from index.errors import LibraryError
from index.library import Added
from index.story import Story

_log = logging.getLogger(__name__)

LARGEST_FILE = 20_000_000
"""Bytes that Telegram hands to a bot."""
CUT_BY_TELEGRAM = 3_500
"""UTF-16 units from which a message may be the beginning of a longer paste."""
PASTE_GAP = 2.0
"""Seconds in which the next part of a paste follows."""
_DOWNLOAD_TRIES = 5


@dataclass(frozen=True, slots=True)
class StoryLimits:
    """How large a chat's shelf may be; `characters` for one story."""

    characters: int
    stories: int


class Stories:
    """Carries out errands of new stories."""

    def __init__(self, stage: Stage, limits: StoryLimits) -> None:
        self._stage = stage
        self._limits = limits
        self._embedding = asyncio.Semaphore(1)
        self._preparing: set[asyncio.Task[None]] = set()

    async def run(self, errand: Errand, stop: Stop) -> None:
        """Make a story of what was sent."""
        reply = Reply(errand.message) if is_group(errand.chat) else None
        async with Stream(
            self._stage, errand, opening=wording.READING, drafts=False, reply=reply
        ) as stream:
            adding = asyncio.ensure_future(self._add(errand, stop, stream))
            kept = await self._stage.outcome(errand, stop, adding)
        with self._stage.state.transaction():
            if isinstance(kept, Unfinished):
                self._stage.conclude(errand, kept, reply)
                return
            message = self._keep(errand, kept, reply)
        self._prepare(errand, kept, message)

    def append(
        self, conversation: Conversation, *, user: int, message: int, text: str, sent_at: float
    ) -> bool:
        """Take a text as the next part of a paste; False if it does not follow on one at once."""
        state = self._stage.state
        row = state.row(
            "SELECT id, payload FROM errands WHERE chat = ? AND thread = ? AND user = ?"
            " AND kind = ? AND state = 'waiting' ORDER BY id DESC LIMIT 1",
            *conversation,
            user,
            Kind.STORY,
        )
        payload = {} if row is None else json.loads(row["payload"])
        if row is None or not payload.get("is_gathering"):
            return False
        is_cut = units(payload["texts"][-1][1]) >= CUT_BY_TELEGRAM
        if not is_cut or sent_at - payload["sent_at"] > PASTE_GAP:
            return False
        payload["texts"].append([message, text])
        payload["sent_at"] = sent_at
        state.write("UPDATE errands SET payload = ? WHERE id = ?", json.dumps(payload), row["id"])
        return True

    async def close(self) -> None:
        """Stop preparing for questions."""
        preparing = list(self._preparing)
        for task in preparing:
            task.cancel()
        await asyncio.gather(*preparing, return_exceptions=True)

    async def _add(self, errand: Errand, stop: Stop, stream: Stream) -> _Kept:
        shelf = self._stage.shelves.of(errand.chat, to_add=True)
        if shelf.own_count() >= self._limits.stories:
            raise LibraryError(wording.too_many_stories(self._limits.stories))
        loop = asyncio.get_running_loop()
        payload = await self._gathered(errand)
        data = await self._download(payload["file"]) if "file" in payload else b""
        story, parts = await self._stage.threads.run(
            errand.chat, Kind.STORY, stop, lambda: _read(payload, data)
        )
        if len(story.text) > self._limits.characters:
            raise LibraryError(wording.too_long_story(len(story.text), self._limits.characters))

        def advance(done: int, total: int) -> None:
            if stop.is_told:
                raise StoppedError("Stopped.")  # nothing of the story is kept
            loop.call_soon_threadsafe(stream.tell, f"{wording.READING} {100 * done // total} %")

        async with self._embedding:
            added = await self._stage.threads.run(
                errand.chat, Kind.STORY, stop, lambda: shelf.add(story, advance=advance)
            )
        return _Kept(shelf, added, tuple(parts))

    async def _gathered(self, errand: Errand) -> dict[str, Any]:
        """What was sent, once no further part of a paste comes."""
        state, payload = self._stage.state, errand.payload
        while payload.get("is_gathering"):
            await self._stage.clock.sleep(PASTE_GAP)
            with state.transaction():
                text = state.value("SELECT payload FROM errands WHERE id = ?", errand.id)
                latest = json.loads(text or "{}")
                if latest == payload:
                    latest["is_gathering"] = False
                    state.write(
                        "UPDATE errands SET payload = ? WHERE id = ?",
                        json.dumps(latest),
                        errand.id,
                    )
            payload = latest
        return payload

    async def _download(self, file: str) -> bytes:
        """A file's content. Fetching can be repeated."""
        for attempt in range(_DOWNLOAD_TRIES):
            try:
                found = await self._stage.bot.get_file(file)
                return bytes(await found.download_as_bytearray())
            except TelegramError:
                if attempt == _DOWNLOAD_TRIES - 1:
                    raise
                await self._stage.clock.sleep(2.0**attempt)
        raise AssertionError("unreachable")

    def _keep(self, errand: Errand, kept: _Kept, reply: Reply | None) -> Formatted:
        """Choose the new story and owe the chat what was understood of it."""
        story = kept.added.story
        self._stage.conversations.choose(errand.conversation, story.id)
        for part in kept.parts:
            self._stage.state.write(
                'INSERT INTO pasted(chat, story, message, "start", "end") VALUES (?, ?, ?, ?, ?)',
                errand.chat,
                story.id,
                part.message,
                part.start,
                part.end,
            )
        message = rendering.added(
            story,
            sentences=sum(not s.set_aside for s in kept.shelf.sentences(story.id)),
            is_new=kept.added.is_new,
            set_aside=kept.added.set_aside,
        )
        self._stage.outbox.show(errand.id, message, reply=reply)
        self._stage.errands.end(errand.id, Ended.DONE)
        return message

    # ---- questions one could ask ----

    def _prepare(self, errand: Errand, kept: _Kept, message: Formatted) -> None:
        """Read ahead and think of questions while nobody waits for it."""
        task = asyncio.get_running_loop().create_task(self._suggest(errand, kept, message))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    async def _suggest(self, errand: Errand, kept: _Kept, message: Formatted) -> None:
        story_id = kept.added.story.id
        stop = Stop()
        try:
            questions = await self._stage.threads.run(
                errand.chat, Kind.QUESTION, stop, lambda: _read_ahead(kept.shelf, story_id)
            )
        except (StorychatError, LibraryError):
            return  # forgotten meanwhile, or the model is busy: the buttons are no more than a help
        except asyncio.CancelledError:
            stop.tell(Ended.BROKEN_OFF)
            raise
        if not questions:
            return
        suggested = {"story": story_id, "questions": questions}
        state = self._stage.state
        with state.transaction():
            state.write(
                "UPDATE errands SET answer = ? WHERE id = ?", json.dumps(suggested), errand.id
            )
            self._stage.outbox.show(
                errand.id,
                message,
                buttons=[
                    [(rendering.question_label(question), f"ask:{errand.id}:{number}")]
                    for number, question in enumerate(questions)
                ],
            )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A story on its shelf, and the messages that it was made of."""

    shelf: Shelf
    added: Added
    parts: tuple[Pasted, ...]


def _read(payload: dict[str, Any], data: bytes) -> tuple[Story, list[Pasted]]:
    if "file" in payload:
        return sources.read_file(data, name=payload["name"]), []
    if "link" in payload:
        return sources.read_link(payload["link"]), []
    texts = [(message, text) for message, text in payload["texts"]]
    return sources.read_texts(texts, name=payload["name"])


def _read_ahead(shelf: Shelf, story_id: str) -> list[str]:
    for _ in shelf.teller.read(story_id):
        pass
    return list(shelf.teller.suggest(story_id))
