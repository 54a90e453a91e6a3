"""How fast a chat may be written to, so that Telegram has no reason to refuse.

Telegram's own rule: about a message a second in a chat, twenty a minute in a
group, short bursts forgiven. What is only shown on the way must leave room for
what has to arrive.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.telegram.clock import Clock


@dataclass(slots=True)
class _Allowance:
    left: float
    at: float
    cool_until: float = 0.0


class Pace:
    """An allowance for each chat, filled again as time goes by."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[int, _Allowance] = {}

    def take_for_frame(self, chat: int) -> bool:
        """True, and counted, if something passing may be shown now; else it is to be dropped."""
        allowance = self._filled(chat)
        if self._clock.now() < allowance.cool_until or allowance.left < 2:
            return False
        allowance.left -= 1
        return True

    async def take(self, chat: int) -> None:
        """Wait until something that must arrive may go, and count it."""
        while True:
            allowance = self._filled(chat)
            per_second, _ = _limits(chat)
            wait = max(allowance.cool_until - self._clock.now(), (1 - allowance.left) / per_second)
            if wait <= 0:
                allowance.left -= 1
                return
            await self._clock.sleep(wait)

    def cool(self, chat: int, seconds: float) -> None:
        """Telegram has said to leave a chat alone for so long."""
        allowance = self._filled(chat)
        allowance.cool_until = max(allowance.cool_until, self._clock.now() + seconds)

    def _filled(self, chat: int) -> _Allowance:
        per_second, burst = _limits(chat)
        now = self._clock.now()
        allowance = self._chats.setdefault(chat, _Allowance(left=burst, at=now))
        passed = max(0.0, now - allowance.at)  # a clock may be set back
        allowance.left = min(burst, allowance.left + passed * per_second)
        allowance.at = now
        return allowance


def is_group(chat: int) -> bool:
    """True for groups and channels: their ids are negative."""
    return chat < 0


def _limits(chat: int) -> tuple[float, float]:
    """Messages a second in the long run, and at once."""
    return (20 / 60, 6.0) if is_group(chat) else (1.0, 4.0)
