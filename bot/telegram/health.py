"""A file that says that the bot is well, for whoever watches the service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from telegram.request import HTTPXRequest

from bot.telegram.clock import Clock

BEAT = 15.0
"""Seconds between two signs of life."""
STALE = 60.0
"""Seconds after which the file no longer counts."""
SILENT = 120.0
"""Seconds without an answer from Telegram after which the bot is not well."""


class PollingRequest(HTTPXRequest):
    """Fetches updates and remembers when Telegram last answered."""

    def __init__(self, clock: Clock, *, read_timeout: float) -> None:
        super().__init__(connection_pool_size=2, read_timeout=read_timeout)
        self._clock = clock
        self.answered_at = clock.now()

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """See BaseRequest.do_request."""
        answer = await super().do_request(*args, **options)
        self.answered_at = self._clock.now()
        return answer


class Health:
    """Writes the file while all is well."""

    def __init__(self, file: Path, clock: Clock, polling: PollingRequest | None) -> None:
        """`polling` is None where updates come by webhook: then a running loop is enough."""
        self._file = file
        self._clock = clock
        self._polling = polling

    async def beat(self) -> None:
        """Write the file again and again; at rest, a stale file says that something hangs."""
        while True:
            now = self._clock.now()
            if self._polling is None or now - self._polling.answered_at < SILENT:
                unfinished = self._file.with_suffix(".new")
                unfinished.write_text(json.dumps({"at": now}))
                unfinished.replace(self._file)
            await self._clock.sleep(BEAT)

    def end(self) -> None:
        """The bot has ended."""
        self._file.unlink(missing_ok=True)


def is_healthy(file: Path, *, now: float) -> bool:
    """True if the bot whose file this is was well a moment ago."""
    try:
        at = float(json.loads(file.read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return now - at < STALE
