"""What became of a request that failed: refused, never sent, or nobody knows."""

from __future__ import annotations

from enum import Enum, auto

import httpx
from telegram.error import BadRequest, NetworkError, TelegramError


class Fate(Enum):
    """Whether what was asked for has happened."""

    REFUSED = auto()
    """The server said no."""
    NOT_SENT = auto()
    """The server never saw it."""
    UNKNOWN = auto()
    """It may have happened: a time-out, a broken connection, an error inside the server."""


_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def fate(error: TelegramError) -> Fate:
    """The fate of the request that raised `error`."""
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        return Fate.REFUSED
    return Fate.NOT_SENT if isinstance(error.__cause__, _NEVER_LEFT) else Fate.UNKNOWN
