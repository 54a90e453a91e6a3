"""A story read while the person types, and what the prompt says about it."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from bot.answering.answerer import Answerer
from bot.errors import StorychatError
from bot.terminal.progress import duration
from index.errors import LibraryError
from index.library import Library


class BackgroundReading:
    """Lets the model read one story, or all, in a thread of its own until the chat ends."""

    def __init__(self, answerer: Answerer, library: Library, story_id: str | None) -> None:
        """`story_id` None reads all stories, the latest first."""
        self._answerer = answerer
        self._library = library
        self._story_id = story_id
        self._stopped = threading.Event()
        self._status = ""
        self._thread = threading.Thread(target=self._read_all, name="reading", daemon=True)

    def __enter__(self) -> BackgroundReading:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()

    def status(self) -> str:
        """What is being read and how long it will take; empty when nothing is."""
        return self._status

    def _read_all(self) -> None:
        try:
            for entry in reversed(self._library.entries()):
                if self._story_id in (None, entry.id) and not self._stopped.is_set():
                    self._read(entry.id, entry.title)
        except (StorychatError, LibraryError):
            pass  # removed meanwhile, or the chat has ended: the question will say so
        self._status = ""

    def _read(self, story_id: str, title: str) -> None:
        began, first = time.monotonic(), 0
        for done, total in self._answerer.read(story_id):
            if self._stopped.is_set():
                return
            first = first or done
            left = ""
            if done > first:
                seconds = (time.monotonic() - began) / done * (total - done)
                left = f", {duration(seconds)} left"
            self._status = f"Reading {title}: {100 * done // total} %{left} (you can ask already)"
