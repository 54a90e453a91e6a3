"""Methods that a server may lack, such as drafts and menus: tried once, then left alone."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.telegram.logs import event

_log = logging.getLogger(__name__)


class OptionalMethods:
    """Remembers which methods the server does not know."""

    def __init__(self) -> None:
        self._missing: set[str] = set()

    def has(self, method: str) -> bool:
        """False once a method is known to be missing."""
        return method not in self._missing

    async def call(self, method: str, request: Callable[[], Awaitable[object]]) -> bool:
        """Make a request whose failure costs nothing; True if it went through.

        Raises RetryAfter only: whoever asked must know that the chat is to be left alone.
        """
        if not self.has(method):
            return False
        try:
            await request()
        except RetryAfter:
            raise
        except (InvalidToken, BadRequest) as error:
            # The library says InvalidToken for every 404, also for a method that is not there.
            if isinstance(error, InvalidToken) or "method" in str(error).lower():
                self._missing.add(method)
                event(_log, "server lacks method", method=method, level=logging.WARNING)
            return False
        except TelegramError:
            return False
        return True
