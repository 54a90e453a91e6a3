"""Updates, kept before Telegram is told that they have arrived.

The library confirms updates as soon as they are in its queue, so this queue
writes them down first: an update that was not handled when the bot was killed
is handled at the next start, and one that comes twice is handled once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3

from telegram import Bot, Update
from telegram.error import TelegramError

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
        """Keep an update and queue it, unless it has come before.

        Raises TelegramError if it cannot be kept: then polling goes on, and it comes again.
        """
        if not isinstance(item, Update):  # the application's own signal to stop
            await super().put(item)
            return
        try:
            is_new = self._keep(item)
        except sqlite3.Error as error:
            raise TelegramError(f"Update {item.update_id} cannot be kept: {error}") from error
        if is_new:
            await super().put(item)
        else:
            event(_log, "update came again", update=item.update_id)

    def _keep(self, update: Update) -> bool:
        """False if it has been kept before."""
        if self._state.value("SELECT 1 FROM updates WHERE id = ?", update.update_id):
            return False
        self._state.write(
            "INSERT INTO updates(id, data, tries, at) VALUES (?, ?, 1, ?)",
            update.update_id,
            update.to_json(),
            self._clock.now(),
        )
        return True

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
