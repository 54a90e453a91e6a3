"""`storychat telegram`: the bot as a process, its check, its health, its feedback."""

from __future__ import annotations

import asyncio
import signal
import time

from filelock import FileLock, Timeout

from bot import assembly
from bot.errors import StorychatError
from bot.settings import Settings
from bot.telegram import logs
from bot.telegram.app import HEALTH, STATE, serve, token
from bot.telegram.check import check
from bot.telegram.feedback import lines
from bot.telegram.health import is_healthy
from bot.telegram.state import State
from bot.terminal.exits import Exit
from bot.terminal.screen import Screen
from bot.terminal.stories import opened

LOCK = "telegram.lock"


def run(settings: Settings, *, screen: Screen) -> Exit:
    """Serve until the process is told to end (SIGTERM, Ctrl-C)."""
    logs.set_up(secrets=(token(settings),))

    def announce(code: str) -> None:
        screen.write(f"Pairing code: {code} (send /pair {code} to the bot)\n")

    async def until_told() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(settings, shelves, stop=stop, announce=announce)

    settings.library.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.library / LOCK, timeout=0):
            # If its passages are to be embedded anew, that is shown here; chats' own are few.
            opened(settings).close()
            with assembly.shelves(settings) as shelves:
                asyncio.run(until_told())
    except Timeout as error:
        raise StorychatError(
            f"A bot is running on {settings.library} already. Stop it first: two would answer "
            "everything twice."
        ) from error
    return Exit.ANSWERED


def check_all(settings: Settings, *, screen: Screen) -> Exit:
    """Say of everything the bot needs whether it is there."""
    is_ready = True
    for finding in asyncio.run(check(settings)):
        is_ready = is_ready and finding.is_well
        screen.write(f"{'ok ' if finding.is_well else 'NOT'}  {finding.text}\n")
    return Exit.ANSWERED if is_ready else Exit.ERROR


def say_health(settings: Settings, *, screen: Screen) -> Exit:
    """Say whether the bot that runs on this library is well; for health checks."""
    is_well = is_healthy(settings.library / HEALTH, now=time.time())
    screen.write("well\n" if is_well else "not well, or not running\n")
    return Exit.ANSWERED if is_well else Exit.ERROR


def write_feedback(settings: Settings, *, screen: Screen) -> Exit:
    """Write the answers that got a thumb, a JSON object a line."""
    state = State(settings.library / STATE)
    for line in lines(state):
        screen.write(f"{line}\n")
    state.close()
    return Exit.ANSWERED
