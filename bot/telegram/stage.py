"""What carrying out an errand takes, and how one ends that comes to nothing."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot
from telegram.error import TelegramError

from bot.errors import StoppedError, StorychatError
from bot.telegram import wording
from bot.telegram.clock import Clock
from bot.telegram.conversations import Conversations
from bot.telegram.errands import Ended, Errand, Errands, Kind, Stop
from bot.telegram.optional import OptionalMethods
from bot.telegram.outbox import Outbox
from bot.telegram.pace import Pace
from bot.telegram.payloads import Reply
from bot.telegram.shelves import Shelves
from bot.telegram.state import State
from bot.telegram.threads import Threads
from index.errors import LibraryError

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An errand came to nothing: how, and what to say."""

    how: Ended
    sentence: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of the bot that answers and new stories share."""

    bot: Bot
    state: State
    outbox: Outbox
    errands: Errands
    conversations: Conversations
    shelves: Shelves
    threads: Threads
    pace: Pace
    optional: OptionalMethods
    clock: Clock

    async def outcome(
        self, errand: Errand, stop: Stop, work: asyncio.Future[Result]
    ) -> Result | Unfinished:
        """Wait for what an errand is about, or until it is to end."""
        try:
            if await stop.or_done(work):
                return await work
        except StoppedError:
            pass
        except (StorychatError, LibraryError) as error:
            return Unfinished(Ended.FAILED, str(error))
        except TelegramError:
            return Unfinished(Ended.FAILED, wording.NO_FILE)
        except Exception:
            _log.exception(f"{errand.kind} failed", extra={"fields": {"errand": errand.id}})
            return Unfinished(Ended.FAILED, wording.DEFECT)
        finally:
            if not work.cancel() and not work.cancelled():
                work.exception()  # taken note of, though nobody wants it any more
        return Unfinished(stop.why, cut_short(errand.kind, stop.why))

    def conclude(self, errand: Errand, unfinished: Unfinished, reply: Reply | None = None) -> None:
        """Say why there is nothing, in the transaction that this stands in."""
        self.outbox.show(errand.id, unfinished.sentence, reply=reply)
        self.errands.end(errand.id, unfinished.how)


def cut_short(kind: Kind, why: Ended) -> str:
    """What to say of an errand that was ended from outside."""
    if why is not Ended.BROKEN_OFF:
        return wording.STOPPED
    return wording.STORY_BROKEN_OFF if kind is Kind.STORY else wording.BROKEN_OFF
