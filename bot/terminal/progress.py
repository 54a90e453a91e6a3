"""What is going on and how long it will take: one bar or spinner on stderr.

Shown only once something has taken a while. Where stderr is no terminal, a
plain line says the same from time to time. Show one at a time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

SHOWN_AFTER = 2.0
"""Seconds after which it is worth telling what is going on."""

LINE_EVERY = 15.0
"""Seconds between two lines where stderr is no terminal."""

Advance = Callable[[int], None]
"""Tells that so many more of the total are done."""


@contextmanager
def bar(
    label: str,
    *,
    total: int | None,
    done: int = 0,
    stream: TextIO | None = None,
    after: float = SHOWN_AFTER,
    every: float = LINE_EVERY,
) -> Iterator[Advance]:
    """Count `done` up to `total` pieces of work (None: nobody knows) and show the time left.

    `stream` is stderr unless given; it is shown `after` seconds, and as a plain
    line not more often than `every` seconds. What is yielded may be called from
    any thread.
    """
    work = _Work(label, total=total, done=done, amount=str)
    with _shown(work, stream=stream, after=after, every=every):
        yield work.advance


@contextmanager
def byte_bar(
    label: str,
    *,
    total: int | None,
    done: int = 0,
    stream: TextIO | None = None,
    after: float = SHOWN_AFTER,
    every: float = LINE_EVERY,
) -> Iterator[Advance]:
    """As `bar`, for bytes, shown in MB; `done` bytes of a download taken up again are there."""
    work = _Work(label, total=total, done=done, amount=_megabytes)
    with _shown(work, stream=stream, after=after, every=every):
        yield work.advance


def up_to(advance: Advance) -> Advance:
    """For work that tells how much of it is done so far, in place of how much more."""
    before = 0

    def reached(done: int) -> None:
        nonlocal before
        advance(done - before)
        before = done

    return reached


@contextmanager
def waiting(
    label: str,
    *,
    stream: TextIO | None = None,
    after: float = SHOWN_AFTER,
    every: float = LINE_EVERY,
) -> Iterator[None]:
    """A spinner and the seconds so far, for what has no measure."""
    with _shown(_Wait(label), stream=stream, after=after, every=every):
        yield


def duration(seconds: float) -> str:
    """A length of time as people say it: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _megabytes(amount: int) -> str:
    return f"{amount / 1e6:,.0f} MB"


class _Task(Protocol):
    """Something under way, as it stands now."""

    label: str

    def line(self) -> str: ...

    def measure(self) -> tuple[int, int | None]: ...

    def columns(self) -> list[ProgressColumn]: ...


class _Wait:
    def __init__(self, label: str) -> None:
        self.label = label
        self._start = time.monotonic()

    def line(self) -> str:
        return f"{self.label} {duration(time.monotonic() - self._start)}"

    def measure(self) -> tuple[int, int | None]:
        return 0, None

    def columns(self) -> list[ProgressColumn]:
        from rich.progress import SpinnerColumn, TextColumn

        return [SpinnerColumn(), TextColumn("{task.fields[line]}", markup=False)]


class _Work:
    def __init__(
        self, label: str, *, total: int | None, done: int, amount: Callable[[int], str]
    ) -> None:
        self.label = label
        self._total = total
        self._done = self._done_before = done
        self._amount = amount
        self._start = time.monotonic()
        self._lock = Lock()

    def advance(self, amount: int) -> None:
        with self._lock:
            self._done += amount

    def measure(self) -> tuple[int, int | None]:
        return self._done, self._total

    def line(self) -> str:
        done, total = self._amount(self._done), self._total
        if total is None:
            return f"{self.label}: {done}"
        text = f"{self.label}: {done} of {self._amount(total)}"
        left = self._seconds_left(total)
        return text if left is None else f"{text}, about {duration(left)} left"

    def columns(self) -> list[ProgressColumn]:
        from rich.progress import BarColumn, TextColumn

        return [TextColumn("{task.fields[line]}", markup=False), BarColumn(bar_width=24)]

    def _seconds_left(self, total: int) -> float | None:
        newly = self._done - self._done_before
        if newly <= 0:
            return None
        # The mean rate since the start: steadier than the last seconds' for uneven work.
        return (time.monotonic() - self._start) / newly * max(total - self._done, 0)


@contextmanager
def _shown(task: _Task, *, stream: TextIO | None, after: float, every: float) -> Iterator[None]:
    """Show `task` from a thread of its own, as whoever does the work may be deep in C."""
    out = sys.stderr if stream is None else stream
    over = Event()
    show = _live if out.isatty() else _lines

    def watch() -> None:
        if not over.wait(after):
            show(task, out=out, over=over, every=every)

    watcher = Thread(target=watch, name="progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _lines(task: _Task, *, out: TextIO, over: Event, every: float) -> None:
    while True:
        out.write(f"{task.line()}\n")
        out.flush()
        if over.wait(every):
            return


def _live(task: _Task, *, out: TextIO, over: Event, every: float) -> None:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=out)
    if console.is_dumb_terminal:
        return _lines(task, out=out, over=over, every=every)
    done, total = task.measure()
    with Progress(
        *task.columns(),
        console=console,
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
    ) as progress:
        shown = progress.add_task("", total=total, completed=done, line=task.line())
        while not over.wait(0.1):
            done, total = task.measure()
            progress.update(shown, completed=done, total=total, line=task.line(), refresh=True)
