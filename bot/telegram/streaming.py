"""An answer while it comes into being: drafts in private chats, edits elsewhere.

What is shown here is passing: a frame that cannot be shown is dropped, never
repeated. What has to arrive goes through the outbox.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

from telegram.constants import ChatAction
from telegram.error import RetryAfter

from bot.telegram import payloads
from bot.telegram.errands import Errand
from bot.telegram.formatting import Formatted, split
from bot.telegram.pace import is_group
from bot.telegram.rendering import Rows
from bot.telegram.stage import Stage

_REFRESH = 20.0
"""Seconds; a draft vanishes after 30."""
_DRAFT_EVERY = 0.4
_EDIT_EVERY = 1.0
"""Seconds at least; the pace holds both down once a burst is used up."""
_DRAFT = "sendMessageDraft"


class Stream:
    """Shows one errand's latest words until it is left."""

    def __init__(
        self,
        stage: Stage,
        errand: Errand,
        *,
        opening: str,
        drafts: bool,
        reply: payloads.Reply | None,
    ) -> None:
        """`opening` is what the message says before there is anything to show."""
        self._stage = stage
        self._errand = errand
        self._opening = opening
        self._reply = reply
        self._drafts = drafts and not is_group(errand.chat)
        self._text = ""
        self._shown: str | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Stream:
        if not self._can_draft:
            self._place_message()
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._changed.set()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def tell(self, text: str) -> None:
        """Show this from now on instead of what was shown before."""
        self._text = text
        self._changed.set()

    @property
    def _can_draft(self) -> bool:
        return self._drafts and self._stage.optional.has(_DRAFT)

    def _place_message(self) -> None:
        """Put the message there that will be edited."""
        self._drafts = False
        known = "SELECT 1 FROM errands WHERE id = ? AND shown IS NOT NULL"
        planned = "SELECT 1 FROM deliveries WHERE errand = ? AND kind = 'show'"
        state = self._stage.state
        if not (state.row(known, self._errand.id) or state.row(planned, self._errand.id)):
            self._stage.outbox.show(
                self._errand.id, self._opening, buttons=self._buttons(), reply=self._reply
            )

    async def _run(self) -> None:
        while True:
            await self._until_due()
            self._changed.clear()
            try:
                await self._show_frame()
            except RetryAfter as error:
                self._stage.pace.cool(self._errand.chat, payloads.seconds(error.retry_after))
            await self._stage.clock.sleep(_DRAFT_EVERY if self._can_draft else _EDIT_EVERY)

    async def _until_due(self) -> None:
        """Wait for something new, or until what is shown has to be shown again."""
        waiting = [
            asyncio.ensure_future(self._changed.wait()),
            asyncio.ensure_future(self._stage.clock.sleep(_REFRESH)),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def _show_frame(self) -> None:
        text = split(Formatted(self._text))[-1].text if self._text.strip() else ""
        if not self._stage.pace.take_for_frame(self._errand.chat):
            self._changed.set()  # later, with what there is by then
            return
        if self._can_draft:
            await self._draft(text)
        else:
            await self._edit(text or self._opening)

    async def _draft(self, text: str) -> None:
        chat = self._errand.chat
        done = await self._stage.optional.call(
            _DRAFT,
            lambda: self._stage.bot.send_message_draft(
                chat,
                self._errand.id,
                text=text,  # an empty one shows that the bot is thinking
                message_thread_id=self._errand.thread or None,
            ),
        )
        if not done and not self._can_draft:
            self._place_message()

    async def _edit(self, text: str) -> None:
        errand = self._errand
        if text == self._shown or (text == self._opening and self._shown is None):
            await self._stage.optional.call(
                "sendChatAction",
                lambda: self._stage.bot.send_chat_action(
                    errand.chat, ChatAction.TYPING, message_thread_id=errand.thread or None
                ),
            )
            return
        shown = self._stage.state.value("SELECT shown FROM errands WHERE id = ?", errand.id)
        if shown is None:
            self._changed.set()  # the message is not there yet
            return
        content = payloads.unpack(payloads.pack(text, self._buttons(), None), self._stage.bot)
        done = await self._stage.optional.call(
            "editMessageText",
            lambda: self._stage.bot.edit_message_text(
                chat_id=errand.chat, message_id=shown, **content
            ),
        )
        if done:
            self._shown = text

    def _buttons(self) -> Rows:
        return [[("Stop", f"stop:{self._errand.id}")]]
