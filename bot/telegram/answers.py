"""Questions: asked in a thread, shown as the answer comes, delivered once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.answering.answer import Answer, CitedSentence
from bot.telegram import rendering, turns, wording
from bot.telegram.errands import Ended, Errand, Kind, Stop
from bot.telegram.formatting import bold, split, units
from bot.telegram.pace import is_group
from bot.telegram.payloads import Reply
from bot.telegram.shelves import Shelf
from bot.telegram.stage import Stage, Unfinished
from bot.telegram.streaming import Stream
from index.errors import LibraryError

_T = TypeVar("_T")


class Answers:
    """Carries out questions."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def run(self, errand: Errand, stop: Stop) -> None:
        """Answer one question."""
        stage = self._stage
        others = len(stage.errands.open_in(errand.conversation)) > 1
        is_to_reply = errand.message and (is_group(errand.chat) or others)
        reply = Reply(errand.message) if is_to_reply else None
        async with Stream(
            stage, errand, opening=wording.LOOKING, drafts=True, reply=reply
        ) as stream:
            found = await self._found(errand, stop, stream)
        with stage.state.transaction():
            if isinstance(found, Unfinished):
                stage.conclude(errand, found, reply)
            else:
                self._deliver(errand, found, reply)
                stage.errands.end(errand.id, Ended.DONE, answer=turns.to_json(found))

    async def _found(self, errand: Errand, stop: Stop, stream: Stream) -> Answer | Unfinished:
        """The answer, or how it ended without one."""
        stage, payload = self._stage, errand.payload
        if "behind" in payload and not stage.errands.is_done(payload["behind"]):
            return Unfinished(Ended.FAILED, wording.NOTHING_TO_ASK)
        shelf = stage.shelves.of(errand.chat)
        story = payload.get("story") or stage.conversations.story(errand.conversation)
        if story and not shelf.has(story):
            story = ""  # it was deleted
        earlier = stage.conversations.earlier(errand.conversation, before=errand.id)
        loop = asyncio.get_running_loop()

        def note_place(ahead: int) -> None:
            stage.errands.note_place(errand.id, ahead)
            stream.tell(wording.place(ahead) if ahead else "")

        tell, tell_place = _in_loop(loop, stream.tell), _in_loop(loop, note_place)
        return await stage.outcome(
            errand,
            stop,
            stage.threads.run(
                errand.chat,
                Kind.QUESTION,
                stop,
                lambda: _answer(
                    shelf, payload["question"], story or None, earlier, tell, tell_place
                ),
            ),
        )

    def _deliver(self, errand: Errand, answer: Answer, reply: Reply | None) -> None:
        """Owe the chat the answer: its first part as the errand's message, the rest behind it."""
        shelf = self._stage.shelves.of(errand.chat)
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
        text = self._stage.shelves.of(errand.chat).story(cited.story_id).text
        return Reply(row["message"], cited.text, units(text[row["start"] : cited.start]))


def _answer(
    shelf: Shelf,
    question: str,
    story_id: str | None,
    earlier: Sequence[Answer],
    tell: Callable[[str], None],
    tell_place: Callable[[int], None],
) -> Answer:
    """Put a question to the storyteller; tell its place in line, and the answer as it comes."""
    told: list[CitedSentence] = []
    for found in shelf.teller.answer(
        question, story_id=story_id, earlier=earlier, on_place=tell_place
    ):
        if isinstance(found, Answer):
            return found
        told.append(found)
        tell(rendering.sentences(told).text)
    raise RuntimeError("the storyteller ended without its answer")


def link(shelf: Shelf, story_id: str) -> str | None:
    """Where a story can be read on the web."""
    try:
        story = shelf.story(story_id)
    except LibraryError:
        return None  # forgotten since
    addresses = (story.origin, story.source)
    return next((a for a in addresses if a.startswith(("https://", "http://"))), None)


def _in_loop(loop: asyncio.AbstractEventLoop, tell: Callable[[_T], None]) -> Callable[[_T], None]:
    """`tell`, for another thread; a loop that has ended is no matter."""

    def tell_there(news: _T) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, news)

    return tell_there
