"""Updates -> what is to be done. Every update is one transaction, which also marks it handled."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Bot, MaybeInaccessibleMessage, Message, ReactionTypeEmoji, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    filters,
)

from bot.telegram import buttons, commands, feedback, forgetting, messages, wording
from bot.telegram.desk import Asked, Desk, asked_by, thread_of

_log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
App = Application[Any, Any, Any, Any, Any, Any]
Handle = Callable[[Update, Context], Coroutine[Any, Any, None]]
Command = Callable[[Desk, Asked], None]

COMMANDS: dict[str, Command] = {
    "start": commands.start,
    "help": commands.help_,
    "stories": commands.stories,
    "use": commands.use,
    "sources": commands.sources,
    "new": commands.new,
    "stop": commands.stop,
    "privacy": commands.privacy,
}
_AT_THE_END = 1
"""The handlers' group in which every update is marked as handled."""


def register(application: App, desk: Desk) -> None:
    """Give the application its handlers."""
    for name, command in COMMANDS.items():
        application.add_handler(CommandHandler(name, _command(desk, command)))
    application.add_handler(CommandHandler("pair", _pair(desk)))
    application.add_handler(CommandHandler("forget", _forget(desk)))
    unknown = filters.COMMAND & filters.ChatType.PRIVATE
    application.add_handler(MessageHandler(unknown, _command(desk, commands.unknown)))
    application.add_handler(CallbackQueryHandler(_press_forget(desk), pattern="^forget:"))
    application.add_handler(CallbackQueryHandler(_press(desk)))
    application.add_handler(MessageReactionHandler(_react(desk)))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, _migrate(desk)))
    application.add_handler(
        MessageHandler(
            filters.UpdateType.MESSAGE & ~filters.COMMAND & ~filters.StatusUpdate.ALL, _take(desk)
        )
    )
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, _take_edit(desk)))
    application.add_handler(TypeHandler(Update, _mark(desk)), _AT_THE_END)
    application.add_error_handler(_error_handler(desk))


def move(desk: Desk, chat: int, to: int) -> None:
    """A group has another id from now on."""
    desk.shelves.move(chat, to)
    desk.state.move(chat, to)
    desk.outbox.wake(to)
    desk.errands.wake(to)


def _command(desk: Desk, command: Command) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        asked = asked_by(update)
        if asked is None:
            return
        with desk.state.transaction():
            if _admits(desk, asked):
                command(desk, asked)
            desk.inbox.handled(update.update_id)

    return handle


def _take(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        asked, message = asked_by(update), update.message
        if asked is None or message is None:
            return
        with desk.state.transaction():
            if _admits(desk, asked):
                messages.take(desk, asked, message)
            desk.inbox.handled(update.update_id)

    return handle


def _take_edit(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        message = update.edited_message
        with desk.state.transaction():
            if message is not None and desk.access.admits(message.chat.id):
                messages.take_edit(desk, message)
            desk.inbox.handled(update.update_id)

    return handle


def _forget(desk: Desk) -> Handle:
    """Forgetting waits, for Telegram and for threads; the other updates do not wait for it."""

    async def handle(update: Update, context: Context) -> None:
        asked = asked_by(update)
        with desk.state.transaction():
            if asked is None or not _admits(desk, asked):
                desk.inbox.handled(update.update_id)
                return
        desk.inbox.defer(update.update_id)

        async def forget() -> None:
            number = update.update_id
            refusal = await forgetting.forget(desk, asked, asked.argument, update=number)
            if refusal is not None:
                with desk.state.transaction():
                    desk.say(asked, refusal)
                    desk.inbox.handled(number)

        context.application.create_task(forget(), update)

    return handle


def _press_forget(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        query = update.callback_query
        asked = _pressed_by(desk, update)
        if query is None or asked is None:
            return
        desk.inbox.defer(update.update_id)

        async def forget() -> None:
            subject = (query.data or "").partition(":")[2]
            number = update.update_id
            refusal = await forgetting.forget(desk, asked, subject, update=number)
            if refusal is not None:
                desk.inbox.handled(number)
            await _acknowledge(context.bot, query.id, refusal)

        context.application.create_task(forget(), update)

    return handle


def _pair(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        asked = asked_by(update)
        if asked is not None:
            with desk.state.transaction():
                commands.pair(desk, asked)
                desk.inbox.handled(update.update_id)

    return handle


def _press(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        query, asked = update.callback_query, _pressed_by(desk, update)
        if query is None:
            return
        notice: str | None = None
        with desk.state.transaction():
            if asked is not None:
                notice = buttons.press(desk, asked, query.data or "")
            desk.inbox.handled(update.update_id)
        # Only ends the button's waiting sign: nothing is lost if it fails.
        context.application.create_task(_acknowledge(context.bot, query.id, notice))

    return handle


def _react(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        reaction = update.message_reaction
        if reaction is None or reaction.user is None:
            return
        emoji = [r.emoji for r in reaction.new_reaction if isinstance(r, ReactionTypeEmoji)]
        with desk.state.transaction():
            if desk.access.admits(reaction.chat.id):
                feedback.react(
                    desk.state,
                    reaction.chat.id,
                    reaction.message_id,
                    reaction.user.id,
                    emoji,
                    at=desk.now(),
                )
            desk.inbox.handled(update.update_id)

    return handle


def _migrate(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        message = update.message
        if message is not None and message.migrate_to_chat_id is not None:
            move(desk, message.chat.id, message.migrate_to_chat_id)

    return handle


def _mark(desk: Desk) -> Handle:
    async def handle(update: Update, context: Context) -> None:
        if not desk.inbox.is_deferred(update.update_id):
            desk.inbox.handled(update.update_id)

    return handle


def _error_handler(desk: Desk) -> Callable[[object, Context], Coroutine[Any, Any, None]]:
    async def handle(update: object, context: Context) -> None:
        number = update.update_id if isinstance(update, Update) else None
        _log.error("update failed", exc_info=context.error, extra={"fields": {"update": number}})
        if number is not None:
            desk.inbox.handled(number)
        asked = asked_by(update) if isinstance(update, Update) else None
        if asked is not None and desk.access.admits(asked.chat):
            desk.say(asked, wording.DEFECT)

    return handle


def _admits(desk: Desk, asked: Asked) -> bool:
    if desk.access.admits(asked.chat):
        return True
    denial = desk.access.denial(asked.chat)
    if denial is not None:
        desk.say(asked, denial)
    return False


def _pressed_by(desk: Desk, update: Update) -> Asked | None:
    """Who pressed a button; None in a chat that is not allowed."""
    query = update.callback_query
    if query is None or query.message is None or not desk.access.admits(query.message.chat.id):
        return None
    return Asked(query.message.chat.id, _thread(query.message), query.from_user.id, 0)


def _thread(message: MaybeInaccessibleMessage) -> int:
    return thread_of(message) if isinstance(message, Message) else 0


async def _acknowledge(bot: Bot, query: str, notice: str | None) -> None:
    with contextlib.suppress(TelegramError, TimeoutError):
        await asyncio.wait_for(bot.answer_callback_query(query, text=notice), timeout=30)
