"""Updates, kept before Telegram is told that they have arrived.

The library confirms updates as soon as they are in its queue, so this queue
writes them down first: an update that was not handled when the bot was killed
is handled at the next start, and one that comes twice is handled once.
"""

from __future__ import annotations

import asyncio
import json
import logging

from telegram import Bot, Update

from bot.telegram.clock import Clock
from bot.telegram.logs import event
from bot.telegram.state import State

MOST_TRIES = 3
"""Starts at which an update is taken up; one that kills the bot each time is given up then."""

_log = logging.getLogger(__name__)


class Inbox(asyncio.Queue[object]):
    """The application's queue of updates."""

    def __init__(self, state: State, clock: Clock) -> None:
        super().__init__()
        self._state = state
        self._clock = clock
        self._deferred: set[int] = set()

    async def put(self, item: object) -> None:
        """Keep an update and queue it, unless it has come before."""
        if not isinstance(item, Update):  # the application's own signal to stop
            await super().put(item)
            return
        known = self._state.value("SELECT 1 FROM updates WHERE id = ?", item.update_id)
        if known:
            event(_log, "update came again", update=item.update_id)
            return
        self._state.write(
            "INSERT INTO updates(id, data, tries, at) VALUES (?, ?, 1, ?)",
            item.update_id,
            item.to_json(),
            self._clock.now(),
        )
        await super().put(item)

    async def restore(self, bot: Bot) -> None:
        """Queue what was not handled when the bot last ended."""
        rows = self._state.rows("SELECT id, data, tries FROM updates WHERE data IS NOT NULL")
        for row in rows:
            if row["tries"] >= MOST_TRIES:
                event(_log, "update given up", update=row["id"], level=logging.ERROR)
                self.handled(row["id"])
                continue
            self._state.write("UPDATE updates SET tries = tries + 1 WHERE id = ?", row["id"])
            await super().put(Update.de_json(json.loads(row["data"]), bot))

    def defer(self, update: int) -> None:
        """Whoever handles this update takes their time and says themselves when it is handled."""
        self._deferred.add(update)

    def is_deferred(self, update: int) -> bool:
        """True while somebody takes their time over an update."""
        return update in self._deferred

    def handled(self, update: int) -> None:
        """Forget an update's content; its number is kept, should it come again."""
        self._deferred.discard(update)
        self._state.write("UPDATE updates SET data = NULL WHERE id = ?", update)
