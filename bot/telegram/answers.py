"""Questions: asked in a thread, shown as the answer comes, delivered once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import Any, cast

from bot.answering.answer import Answer, CitedSentence
from bot.errors import StorychatError
from bot.telegram import rendering, turns, wording
from bot.telegram.conversations import Conversations
from bot.telegram.errands import Ended, Errand, Errands, Stop
from bot.telegram.formatting import bold, split, units
from bot.telegram.pace import is_group
from bot.telegram.payloads import Reply
from bot.telegram.shelves import Shelf, Shelves
from bot.telegram.streaming import Stage, Stream
from index.errors import LibraryError

_log = logging.getLogger(__name__)


class Answers:
    """Carries out questions."""

    def __init__(
        self,
        stage: Stage,
        errands: Errands,
        conversations: Conversations,
        shelves: Shelves,
        threads: Executor,
    ) -> None:
        self._stage = stage
        self._errands = errands
        self._conversations = conversations
        self._shelves = shelves
        self._threads = threads

    async def run(self, errand: Errand, stop: Stop) -> None:
        """Answer one question."""
        others = len(self._errands.open_in(errand.conversation)) > 1
        is_to_reply = errand.message and (is_group(errand.chat) or others)
        reply = Reply(errand.message) if is_to_reply else None
        async with Stream(
            self._stage, errand, opening=wording.LOOKING, drafts=True, reply=reply
        ) as stream:
            found = await self._found(errand, stop, stream)
        with self._stage.state.transaction():
            if isinstance(found, Answer):
                self._deliver(errand, found, reply)
                self._errands.end(errand.id, Ended.DONE, answer=turns.to_json(found))
            else:
                how, sentence = found
                self._stage.outbox.show(errand.id, sentence, reply=reply)
                self._errands.end(errand.id, how)

    async def _found(
        self, errand: Errand, stop: Stop, stream: Stream
    ) -> Answer | tuple[Ended, str]:
        """The answer, or how it ended without one and what to say."""
        shelf = self._shelves.of(errand.chat)
        story = errand.payload.get("story") or self._conversations.story(errand.conversation)
        if story and not shelf.has(story):
            story = ""  # it was deleted
        earlier = self._conversations.earlier(errand.conversation, before=errand.id)
        telling = _Telling(shelf, errand.payload["question"], story or None, earlier, stop, stream)
        loop = asyncio.get_running_loop()
        asking = loop.run_in_executor(self._threads, telling.run)
        try:
            # A stopped thread may be waiting for the model; it lets go at the next sentence.
            answer = await asking if await stop.or_done(asking) else None
        except (StorychatError, LibraryError) as error:
            return Ended.FAILED, str(error)
        except Exception:
            _log.exception("answering failed", extra={"fields": {"errand": errand.id}})
            return Ended.FAILED, wording.DEFECT
        finally:
            asking.add_done_callback(_ignore_outcome)
        if answer is not None:
            return answer
        broken_off = stop.why is Ended.BROKEN_OFF
        return stop.why, wording.BROKEN_OFF if broken_off else wording.STOPPED

    def _deliver(self, errand: Errand, answer: Answer, reply: Reply | None) -> None:
        """Owe the chat the answer: its first part as the errand's message, the rest behind it."""
        shelf = self._shelves.of(errand.chat)
        links = {c.story_id: url for c in answer.citations if (url := link(shelf, c.story_id))}
        first, *rest = rendering.answer(answer, links)
        if errand.payload.get("is_echoed"):
            first = bold(errand.payload["question"]) + "\n\n" + first
            first, *more = split(first)
            rest = [*more, *rest]
        buttons = rendering.answer_buttons(answer, errand.id)
        outbox = self._stage.outbox
        outbox.show(
            errand.id,
            first,
            buttons=None if rest else buttons,
            reply=reply or self._quotation(errand, answer),
        )
        for number, part in enumerate(rest, 1):
            outbox.send(
                errand.chat,
                errand.thread,
                part,
                errand=errand.id,
                buttons=buttons if number == len(rest) else None,
            )

    def _quotation(self, errand: Errand, answer: Answer) -> Reply | None:
        """The first cited words, quoted from the message in which the story was sent."""
        if not answer.citations or not rendering.can_quote(answer.citations[0].text):
            return None
        cited = answer.citations[0]
        row = self._stage.state.row(
            'SELECT message, "start" FROM pasted'
            ' WHERE chat = ? AND story = ? AND "start" <= ? AND "end" >= ?',
            errand.chat,
            cited.story_id,
            cited.start,
            cited.end,
        )
        if row is None:
            return None
        before = (
            self._shelves.of(errand.chat).story(cited.story_id).text[row["start"] : cited.start]
        )
        return Reply(row["message"], cited.text, units(before))


class _Telling:
    """One question put to the storyteller, in a thread."""

    def __init__(
        self,
        shelf: Shelf,
        question: str,
        story_id: str | None,
        earlier: Sequence[Answer],
        stop: Stop,
        stream: Stream,
    ) -> None:
        self._shelf = shelf
        self._question = question
        self._story_id = story_id
        self._earlier = earlier
        self._stop = stop
        self._stream = stream
        self._loop = asyncio.get_running_loop()

    def run(self) -> Answer | None:
        """The answer; None if it was stopped."""
        told: list[CitedSentence] = []
        events = self._shelf.teller.answer(
            self._question,
            story_id=self._story_id,
            earlier=self._earlier,
            on_place=self._show_place,
        )
        # An Iterator by its type; all are generators, and closing one cancels the answer.
        with closing(cast(Any, events)):
            for found in events:
                if self._stop.is_told:
                    return None
                if isinstance(found, Answer):
                    return found
                told.append(found)
                self._show(rendering.sentences(told))
        raise RuntimeError("the storyteller ended without its answer")

    def _show_place(self, ahead: int) -> None:
        self._show(wording.place(ahead) if ahead else "")

    def _show(self, text: str) -> None:
        _in_loop(self._loop, self._stream.tell, text)


def link(shelf: Shelf, story_id: str) -> str | None:
    """Where a story can be read on the web."""
    try:
        source = shelf.story(story_id).source
    except LibraryError:
        return None  # forgotten since
    return source if source.startswith(("https://", "http://")) else None


def _in_loop(loop: asyncio.AbstractEventLoop, tell: Callable[[str], None], text: str) -> None:
    """Tell something from a thread; a loop that has ended is no matter."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, text)


def _ignore_outcome(asking: asyncio.Future[Answer | None]) -> None:
    """What becomes of a stopped answer interests nobody."""
    if not asking.cancelled():
        asking.exception()
