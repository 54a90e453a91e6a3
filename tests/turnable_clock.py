"""A clock for the bot that runs faster than time, and can be turned."""

from __future__ import annotations

import asyncio
import time

from bot.telegram.clock import Clock

_STEP = 0.01


class TurnableClock(Clock):
    """Runs `speed` times as fast as time."""

    def __init__(self, speed: float = 20.0) -> None:
        self._speed = speed
        self._began = time.time()
        self._turned = 0.0

    def now(self) -> float:
        return self._began + (time.time() - self._began) * self._speed + self._turned

    async def sleep(self, seconds: float) -> None:
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            await asyncio.sleep(min(left / self._speed, _STEP))

    def turn(self, seconds: float) -> None:
        """It is so much later now."""
        self._turned += seconds
