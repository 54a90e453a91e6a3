"""The bot in a thread of its own, against the Bot API of `telegram_server`."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from telegram_server import TOKEN, TelegramServer
from telegram_teller import HashedEmbedder, Script, ScriptedTeller
from turnable_clock import TurnableClock

from bot.settings import Settings, read_settings
from bot.telegram.app import Waiting, serve
from bot.telegram.shelves import Shelves
from index.library import Library
from index.story import Story

FERRY = (
    "The ferry left Brennick at noon. Anna Pellow was its captain. It carried 35 sheep. "
    "The sea was calm that day.\n"
)
NEWS = "Mayor resigns\n\n" + "The mayor of Averley resigned on Monday. " * 20
GROUP = -1001
WAITING = Waiting(request=1.0, poll=2.0, ending=1.0)


def bot_settings(folder: Path, server: TelegramServer, **given: Any) -> Settings:
    values = {
        "library": folder / "library",
        "telegram_token": TOKEN,
        "telegram_api_url": server.url,
        "telegram_allow": "open",
        **given,
    }
    return read_settings({}, file=folder / "no-config.toml", **values)


def offer(folder: Path, title: str, text: str) -> None:
    """Put a story into the library that is offered to all."""
    library = Library(folder / "library", embedder=HashedEmbedder())
    library.add(Story(title, title, text, "test"))
    library.close()


class RunningBot:
    """A bot under way. `kill` ends it as a power cut would, `stop` as SIGTERM does."""

    def __init__(self, settings: Settings, clock: TurnableClock) -> None:
        self.script = Script()
        self.codes: list[str] = []
        self.failed: BaseException | None = None
        self._settings = settings
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop.set)
        self.script.go_on.set()
        self.script.may_embed.set()
        self._thread.join(20)
        assert not self._thread.is_alive(), "the bot did not stop"

    def join(self) -> None:
        """Wait until it has ended by itself."""
        self._thread.join(20)

    def begin_to_stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)

    def kill(self) -> None:
        """Nothing more is done, not even tidying up."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def _run(self) -> None:
        embedder = HashedEmbedder(self.script.may_embed)
        shelves = Shelves(
            self._settings.library / "chats",
            offered=Library(self._settings.library, embedder=embedder),
            open_library=lambda folder: Library(folder, embedder=embedder),
            teller=lambda library: ScriptedTeller(library, self.script),
        )
        asyncio.set_event_loop(self._loop)
        serving = self._loop.create_task(
            serve(
                self._settings,
                shelves,
                stop=self._stop,
                announce=self.codes.append,
                clock=self._clock,
                waiting=WAITING,
            )
        )
        serving.add_done_callback(lambda _: self._loop.stop())
        self._loop.run_forever()
        if serving.done():
            self.failed = serving.exception()
        shelves.close()


@contextmanager
def running_bot(
    folder: Path, server: TelegramServer, clock: TurnableClock, **given: Any
) -> Iterator[RunningBot]:
    bot = RunningBot(bot_settings(folder, server, **given), clock)
    try:
        yield bot
    finally:
        bot.stop()
        if bot.failed is not None:
            raise bot.failed


class Person:
    """Somebody in a chat; alone with the bot if the chat is their own."""

    def __init__(self, server: TelegramServer, user: int, chat: int | None = None) -> None:
        self.user = user
        self.id = chat or user
        self.telegram = server.telegram
        self.chat = self.telegram.chat(self.id)

    def say(self, text: str, *, formats: list[dict[str, Any]] | None = None, **content: Any) -> int:
        entities = {"entities": formats} if formats else _entities(text)
        return self.telegram.post(self.id, self.user, text=text, **entities, **content)

    def edit(self, message: int, text: str) -> None:
        self.telegram.edit(self.id, message, text=text, **_entities(text))

    def send_file(self, name: str, data: bytes, **content: Any) -> int:
        document = self.telegram.keep_file(name, data)
        return self.telegram.post(self.id, self.user, document=document, **content)

    def press(self, message: dict[str, Any], label: str) -> str:
        return self.telegram.press(self.id, self.user, message["message_id"], label)

    def sees(self, *words: str, after: int = 0, times: int = 1) -> dict[str, Any]:
        """Wait until messages of the bot contain all these words; the latest of them."""

        def found() -> list[dict[str, Any]]:
            return [
                m
                for m in self.chat.of_bot()
                if m["message_id"] > after and all(word in m["text"] for word in words)
            ]

        self.telegram.wait(lambda: len(found()) >= times)
        return found()[-1]

    def sees_button(self, label: str) -> dict[str, Any]:
        """Wait until a message of the bot has a button that begins so."""

        def found() -> list[dict[str, Any]]:
            return [
                m for m in self.chat.of_bot() if any(text.startswith(label) for text in labels(m))
            ]

        self.telegram.wait(found)
        return found()[-1]

    def count(self, *words: str) -> int:
        """How many messages of the bot contain all these words."""
        texts = [m["text"] for m in self.chat.of_bot()]
        return sum(all(word in text for word in words) for text in texts)


def labels(message: dict[str, Any]) -> list[str]:
    """What the buttons of a message say."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def _entities(text: str) -> dict[str, Any]:
    """The entities that Telegram finds in a text: commands and mentions."""
    first = text.split(" ")[0]
    if text.startswith("/"):
        return {"entities": [{"type": "bot_command", "offset": 0, "length": len(first)}]}
    if mention := re.search(r"@story_test_bot\b", text):
        begin = len(text[: mention.start()].encode("utf-16-le")) // 2
        return {"entities": [{"type": "mention", "offset": begin, "length": 15}]}
    return {}
