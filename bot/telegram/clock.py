"""Time as the bot sees it, so that a test can turn it."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds since 1970, and waiting."""

    def now(self) -> float:
        """The time now."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
