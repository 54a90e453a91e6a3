"""Where nothing can be written, nothing is lost and nothing runs round and round."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import TelegramError
from turnable_clock import TurnableClock

from bot.telegram.errands import Ended, Errand, Errands, Kind, Stop
from bot.telegram.inbox import Inbox
from bot.telegram.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state.sqlite3")


def make_writable(state: State, is_writable: bool) -> None:
    state._connection.execute(f"PRAGMA query_only = {'OFF' if is_writable else 'ON'}")


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_update_that_cannot_be_kept_goes_back_to_polling_and_is_taken_when_it_can(
    state: State,
) -> None:
    update = Update(5)

    async def work() -> None:
        inbox = Inbox(state, TurnableClock())
        make_writable(state, False)
        with pytest.raises(TelegramError, match="cannot be kept"):
            await inbox.put(update)
        assert inbox.empty()
        make_writable(state, True)
        await inbox.put(update)
        assert inbox.get_nowait() is update

    run(work)


def test_errand_whose_end_cannot_be_kept_stands_still_and_waits(
    state: State, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[int] = []

    async def work() -> None:
        errands = Errands(state, TurnableClock())

        async def answer(errand: Errand, stop: Stop) -> None:
            begun.append(errand.id)
            errands.end(errand.id, Ended.DONE)

        errands.register(Kind.QUESTION, answer)
        with state.transaction():
            number = errands.add(Kind.QUESTION, (7, 0), user=7, message=1)
        make_writable(state, False)
        with caplog.at_level(logging.ERROR):
            await asyncio.sleep(0.3)
        assert begun == []
        assert errands.open_in((7, 0)) == [number]
        assert [r.message for r in caplog.records] == ["errand failed", "errands stand still"]
        assert not errands.is_running(number)
        make_writable(state, True)
        errands.wake(7)
        await asyncio.sleep(0.3)
        assert begun == [number] and errands.is_done(number)

    run(work)
