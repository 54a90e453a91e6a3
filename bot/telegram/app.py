"""The application: parts put together, started, and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ApplicationBuilder, ExtBot
from telegram.request import HTTPXRequest

from bot.errors import StorychatError
from bot.settings import Settings
from bot.telegram import handlers, wording
from bot.telegram.access import Access, Limits
from bot.telegram.admins import Admins
from bot.telegram.answers import Answers
from bot.telegram.clock import Clock
from bot.telegram.conversations import Conversations
from bot.telegram.desk import Desk
from bot.telegram.errands import Ended, Errands, Kind, Stop
from bot.telegram.health import Health, PollingRequest
from bot.telegram.inbox import Inbox
from bot.telegram.logs import event
from bot.telegram.menus import set_menus
from bot.telegram.optional import OptionalMethods
from bot.telegram.outbox import Outbox
from bot.telegram.pace import Pace
from bot.telegram.shelves import Shelves
from bot.telegram.stage import Stage, cut_short
from bot.telegram.state import DAY, State
from bot.telegram.stories import Stories, StoryLimits
from bot.telegram.threads import Threads
from index.errors import LibraryError

_log = logging.getLogger(__name__)

STATE = "telegram.sqlite3"
HEALTH = "telegram.health"
_NOBODY = 0
_SWITCH_SECONDS = 0.001
"""After which a thread gives the interpreter up. With Python's own 5 ms the event loop, which
waits for it again and again, is late by that for each of the answers under way."""
"""No chat: for work of the bot's own."""
UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MESSAGE_REACTION,
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long to wait for what, in seconds."""

    request: float = 15.0
    """For Telegram's answer to a request."""
    poll: float = 30.0
    """For updates, in one request."""
    ending: float = 20.0
    """For answers in progress when the bot is to stop."""


def token(settings: Settings) -> str:
    """The bot's token. Raises StorychatError if there is none."""
    if settings.telegram_token is not None:
        return settings.telegram_token.get_secret_value().strip()
    if settings.telegram_token_file is None:
        raise StorychatError(
            "No token: ask @BotFather in Telegram for one and put it into "
            "STORYCHAT_TELEGRAM_TOKEN, or into a file named by STORYCHAT_TELEGRAM_TOKEN_FILE."
        )
    try:
        return settings.telegram_token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StorychatError(
            f"The token's file {settings.telegram_token_file} cannot be read: {error}."
        ) from error


async def serve(
    settings: Settings,
    shelves: Shelves,
    *,
    stop: asyncio.Event,
    announce: Callable[[str], None],
    clock: Clock | None = None,
    waiting: Waiting | None = None,
) -> None:
    """Run the bot until `stop` is set. `announce` shows a pairing code to the operator.

    Raises StorychatError if the token is refused or the state cannot be opened.
    """
    clock, waiting = clock or Clock(), waiting or Waiting()
    state = State(settings.library / STATE)
    state.prune(clock.now())
    inbox = Inbox(state, clock)
    polling = PollingRequest(clock, read_timeout=waiting.request)
    application = (
        ApplicationBuilder()
        .token(token(settings))
        .base_url(f"{settings.telegram_api_url.rstrip('/')}/bot")
        .base_file_url(f"{settings.telegram_api_url.rstrip('/')}/file/bot")
        .request(HTTPXRequest(connection_pool_size=64, read_timeout=waiting.request))
        .get_updates_request(polling)
        .update_queue(inbox)
        .job_queue(None)
        .build()
    )
    sys.setswitchinterval(_SWITCH_SECONDS)
    threads = Threads()
    try:
        if not await _unless(stop, _initialize(application, clock)):
            return
        desk = _desk(settings, application.bot, state, inbox, shelves, threads, announce, clock)
        handlers.register(application, desk)
        await application.start()
        desk.outbox.restore()
        desk.errands.restore()
        await inbox.restore(application.bot)
        health = Health(
            settings.library / HEALTH, clock, None if settings.telegram_webhook else polling
        )
        if await _unless(stop, _listen(application, settings, waiting)):
            event(_log, "ready", bot=application.bot.username)
        chores = [
            asyncio.create_task(health.beat()),
            asyncio.create_task(_prune_daily(state, clock)),
            asyncio.create_task(set_menus(application.bot)),
            asyncio.create_task(_read_offered(shelves, threads)),
        ]
        await stop.wait()
        event(_log, "stopping")
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        health.end()
        if application.updater is not None and application.updater.running:
            await application.updater.stop()
        await _finish(desk, waiting.ending)
        await application.stop()
    finally:
        await application.shutdown()
        threads.close()
        state.close()


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do something that may take long; False if it was told to stop before it was done."""
    working = asyncio.create_task(work)
    told = asyncio.create_task(stop.wait())
    await asyncio.wait([working, told], return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not working.done():
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        return False
    await working
    return True


async def _initialize(application: handlers.App, clock: Clock) -> None:
    """Meet Telegram; wait for the network if there is none."""
    pause = 1.0
    while True:
        try:
            await application.initialize()
            return
        except InvalidToken as error:
            raise StorychatError(
                "Telegram refuses the token. Copy it again from @BotFather."
            ) from error
        except NetworkError as error:
            event(_log, "no connection", level=logging.WARNING, error=type(error).__name__)
            await clock.sleep(pause)
            pause = min(60.0, 2 * pause)


def _desk(
    settings: Settings,
    bot: ExtBot[None],
    state: State,
    inbox: Inbox,
    shelves: Shelves,
    threads: Threads,
    announce: Callable[[str], None],
    clock: Clock,
) -> Desk:
    pace = Pace(clock)
    outbox = Outbox(bot, state, pace, clock)
    errands = Errands(state, clock)
    stage = Stage(
        bot=bot,
        state=state,
        outbox=outbox,
        errands=errands,
        conversations=Conversations(state),
        shelves=shelves,
        threads=threads,
        pace=pace,
        optional=OptionalMethods(),
        clock=clock,
    )
    limits = StoryLimits(settings.telegram_story_characters, settings.telegram_stories)
    stories = Stories(stage, limits)
    errands.register(Kind.QUESTION, Answers(stage).run)
    errands.register(Kind.STORY, stories.run)
    desk = Desk(
        state=state,
        inbox=inbox,
        outbox=outbox,
        errands=errands,
        conversations=stage.conversations,
        stories=stories,
        shelves=shelves,
        threads=threads,
        admins=Admins(bot, clock),
        access=Access(state, clock, allow=settings.telegram_allow, announce=announce),
        limits=Limits(
            state,
            clock,
            questions=settings.telegram_questions_per_hour,
            stories=settings.telegram_stories_per_hour,
        ),
        clock=clock,
        bot_id=bot.id,
        bot_name=bot.username,
    )
    errands.on_given_up = lambda errand: outbox.show(errand.id, wording.GIVEN_UP)
    outbox.on_gone = errands.stop_chat
    outbox.on_moved = lambda chat, to: handlers.move(desk, chat, to)
    return desk


async def _listen(application: handlers.App, settings: Settings, waiting: Waiting) -> None:
    """Receive updates, by polling or by webhook."""
    updater = application.updater
    assert updater is not None
    if not settings.telegram_webhook:
        await updater.start_polling(
            timeout=int(waiting.poll),
            bootstrap_retries=-1,
            allowed_updates=UPDATES,
            error_callback=_note_polling_error,
        )
        return
    await updater.start_webhook(
        listen="0.0.0.0",
        port=settings.telegram_webhook_port,
        url_path=urlsplit(settings.telegram_webhook).path.lstrip("/"),
        webhook_url=settings.telegram_webhook,
        secret_token=secrets.token_urlsafe(32),  # told to Telegram anew at every start
        bootstrap_retries=-1,
        allowed_updates=UPDATES,
    )


def _note_polling_error(error: TelegramError) -> None:
    event(_log, "polling failed", level=logging.WARNING, error=type(error).__name__, why=str(error))


async def _finish(desk: Desk, seconds: float) -> None:
    """Let what is under way end, say of the rest that it is broken off, and deliver both."""
    waiting = await desk.errands.finish(seconds)
    with desk.state.transaction():
        for errand in waiting:
            desk.outbox.show(errand.id, cut_short(errand.kind, Ended.BROKEN_OFF))
            desk.errands.end(errand.id, Ended.BROKEN_OFF)
    await desk.stories.close()
    await asyncio.sleep(0)  # the outbox wakes in the loop's next turn
    try:
        await asyncio.wait_for(desk.outbox.emptied(), seconds)
    except TimeoutError:
        event(_log, "messages left for the next start", level=logging.WARNING)
    await desk.outbox.stop()
    event(_log, "stopped", sends_of_unknown_fate=desk.outbox.unknown_fates())


async def _read_offered(shelves: Shelves, threads: Threads) -> None:
    """Read offered stories while nobody asks; that it failed is no reason not to answer."""
    stop = Stop()
    try:
        await threads.run(_NOBODY, Kind.STORY, stop, shelves.read_offered)
        event(_log, "offered stories are read")
    except (StorychatError, LibraryError) as error:
        event(_log, "offered stories are not read", level=logging.WARNING, why=str(error))
    finally:
        stop.tell(Ended.BROKEN_OFF)


async def _prune_daily(state: State, clock: Clock) -> None:
    while True:
        await clock.sleep(DAY)
        state.prune(clock.now())
        state.truncate_log()
