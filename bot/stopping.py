"""Stopping, from another thread, what waits for the model.

An answer comes out of an iterator, and an iterator that is running cannot be
closed from another thread. So whoever runs one says beforehand how to know that
it is to stop; every request to the model made meanwhile remembers that, and
ends within a step of the model once it is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_stopped: ContextVar[Callable[[], bool]] = ContextVar("is_stopped", default=lambda: False)


@contextmanager
def until(is_stopped: Callable[[], bool]) -> Iterator[None]:
    """What this thread asks of the model in here raises StoppedError once `is_stopped()`.

    It is asked in the model's thread, in every step: it must be quick.
    """
    token = _is_stopped.set(is_stopped)
    try:
        yield
    finally:
        _is_stopped.reset(token)


def told_to_stop() -> Callable[[], bool]:
    """Whether what runs here is to stop, as a question for any thread to ask."""
    return _is_stopped.get()
