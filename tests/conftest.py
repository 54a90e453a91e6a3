"""What tests share: the real embedder, loaded once, and a story of our own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import assembly
from bot.settings import Settings, read_settings
from index.embedder import SentenceTransformersEmbedder
from index.library import Library
from tests import small_model

if TYPE_CHECKING:
    from telegram_bot import RunningBot
    from telegram_server import TelegramServer
    from turnable_clock import TurnableClock

# Whoever starts the tests in the background of a shell has Ctrl-C ignored in them and in what they
# start; several tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

HARBOUR = """The harbour at Vell reopens

The harbour of Vell reopened on Tuesday after two years of repairs, said mayor Ines Okar.

The works cost 14 million crowns. A crane driver, Tomas Brandt, 52, lost his job that winter.

He now keeps bees on the island of Sorre. His daughter Lena runs the ticket office.
"""


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of whoever runs the tests: it is where the weights lie."""
    return read_settings()


@pytest.fixture(scope="session")
def weights(settings: Settings) -> Path:
    """The file of the small model's weights."""
    return small_model.weights(settings)


@pytest.fixture(scope="session")
def embedder(settings: Settings) -> SentenceTransformersEmbedder:
    """The real embedder."""
    return assembly.embedder(settings)


@pytest.fixture
def library(tmp_path: Path, embedder: SentenceTransformersEmbedder) -> Library:
    """An empty library in a folder of the test's own."""
    return Library(tmp_path / "library", embedder=embedder)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A short story as a file."""
    file = tmp_path / "harbour-news.txt"
    file.write_text(HARBOUR, encoding="utf-8")
    return file


# The Telegram face. Imported when they are used: most tests need nothing of it.


@pytest.fixture
def clock() -> TurnableClock:
    """The bot's time, and Telegram's."""
    from turnable_clock import TurnableClock

    return TurnableClock()


@pytest.fixture
def server(clock: TurnableClock) -> Iterator[TelegramServer]:
    """Telegram."""
    from telegram_server import telegram_server

    with telegram_server(clock.now) as server:
        yield server


@pytest.fixture
def empty_bot(tmp_path: Path, server: TelegramServer, clock: TurnableClock) -> Iterator[RunningBot]:
    """A bot that everybody may use and that offers no story."""
    from telegram_bot import running_bot

    with running_bot(tmp_path, server, clock) as bot:
        yield bot


@pytest.fixture
def bot(tmp_path: Path, server: TelegramServer, clock: TurnableClock) -> Iterator[RunningBot]:
    """A bot that everybody may use and that offers The Ferry."""
    from telegram_bot import FERRY, offer, running_bot

    offer(tmp_path, "The Ferry", FERRY)
    with running_bot(tmp_path, server, clock) as bot:
        yield bot
