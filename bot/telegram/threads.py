"""Work off the event loop: the model, the library, the network. All of it can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.stopping import until
from bot.telegram.errands import Ended, Kind, Stop

MOST_THREADS = 64
"""Answers and stories under way at once; those waiting for the model count."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Piece:
    chat: int
    kind: Kind
    stop: Stop
    running: Future[Any]


class Threads:
    """Carries out pieces of work, each for a chat. Used from the event loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="telegram")
        self._pieces: list[_Piece] = []

    def run(
        self, chat: int, kind: Kind, stop: Stop, work: Callable[[], Result]
    ) -> asyncio.Future[Result]:
        """Carry out `work`; once `stop` is told, it ends where it next waits for the model."""

        def stoppable() -> Result:
            with until(lambda: stop.is_told):
                return work()

        running = self._pool.submit(stoppable)
        self._pieces = [piece for piece in self._pieces if not piece.running.done()]
        self._pieces.append(_Piece(chat, kind, stop, running))
        future = asyncio.wrap_future(running)
        # What becomes of work that was stopped interests nobody.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return future

    async def end(self, chat: int, kinds: Collection[Kind]) -> None:
        """Stop a chat's work, and wait until nothing of it is under way."""
        pieces = [p for p in self._pieces if p.chat == chat and p.kind in kinds]
        for piece in pieces:
            piece.stop.tell(Ended.STOPPED)
        ending = (asyncio.wrap_future(piece.running) for piece in pieces)
        await asyncio.gather(*ending, return_exceptions=True)

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
