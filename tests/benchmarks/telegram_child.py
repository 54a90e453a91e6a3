"""The bot as a process that a benchmark can kill: `python -m tests.benchmarks.telegram_child`.

Settings come from the environment; `--scripted` answers without a model.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))  # the tests' own modules, which know each other by bare names

from telegram_server import TOKEN, TelegramServer  # noqa: E402
from telegram_teller import HashedEmbedder, Script, ScriptedTeller  # noqa: E402

from bot import assembly  # noqa: E402
from bot.settings import Settings, read_settings  # noqa: E402
from bot.telegram import logs  # noqa: E402
from bot.telegram.app import Waiting, serve  # noqa: E402
from bot.telegram.shelves import Shelves  # noqa: E402
from index.library import Library  # noqa: E402

REQUEST_SECONDS = 3.0


def start(folder: Path, server: TelegramServer, *, scripted: bool) -> subprocess.Popen[bytes]:
    """Start a bot on the library in `folder`; what it logs goes to `folder/log`."""
    environment = os.environ | {
        "STORYCHAT_LIBRARY": str(folder / "library"),
        "STORYCHAT_TELEGRAM_TOKEN": TOKEN,
        "STORYCHAT_TELEGRAM_API_URL": server.url,
        "STORYCHAT_TELEGRAM_ALLOW": "open",
        "STORYCHAT_TELEGRAM_QUESTIONS_PER_HOUR": "100000",
    }
    command = [sys.executable, "-m", "tests.benchmarks.telegram_child"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--scripted"] if scripted else command, env=environment, stderr=log
        )


def wait_for_reading(folder: Path, *, seconds: float = 1_800.0) -> None:
    """Wait until a started bot has read the stories that it offers."""
    end = time.monotonic() + seconds
    while "offered stories are read" not in (folder / "log").read_text(encoding="utf-8"):
        if time.monotonic() > end:
            raise TimeoutError("The bot has not read its stories.")
        time.sleep(0.5)


def open_library(folder: Path, *, scripted: bool) -> Library:
    """The library that the bot will offer, to put stories into."""
    if scripted:
        return Library(folder / "library", embedder=HashedEmbedder())
    return assembly.library(read_settings(library=folder / "library"))


@contextmanager
def _scripted_shelves(settings: Settings) -> Iterator[Shelves]:
    embedder, script = HashedEmbedder(), Script()
    yield Shelves(
        settings.library / "chats",
        offered=Library(settings.library, embedder=embedder),
        open_library=lambda folder: Library(folder, embedder=embedder),
        teller=lambda library: ScriptedTeller(library, script),
    )


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scripted", action="store_true")
    scripted: bool = parser.parse_args().scripted
    settings = read_settings()
    logs.set_up(secrets=(TOKEN,))

    async def until_told(shelves: Shelves) -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        waiting = Waiting(request=REQUEST_SECONDS)
        await serve(settings, shelves, stop=stop, announce=print, waiting=waiting)

    with _scripted_shelves(settings) if scripted else assembly.shelves(settings) as shelves:
        asyncio.run(until_told(shelves))


if __name__ == "__main__":
    main()
