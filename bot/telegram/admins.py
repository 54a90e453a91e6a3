"""Who may delete what belongs to a whole group: its admins, and nobody else."""

from __future__ import annotations

from telegram import Bot, ChatMember
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram import payloads, wording
from bot.telegram.clock import Clock
from bot.telegram.pace import is_group

_PAUSES = (0.0, 1.0, 3.0)
"""Seconds before each time Telegram is asked."""


class Admins:
    """Asks Telegram who is an admin, each time: rights are taken away as well."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock

    async def refusal(self, chat: int, user: int) -> str | None:
        """Why somebody may not delete in a chat; None if they may."""
        if not is_group(chat):
            return None
        for pause in _PAUSES:
            await self._clock.sleep(pause)
            try:
                member = await self._bot.get_chat_member(chat, user)
            except RetryAfter as error:
                await self._clock.sleep(payloads.seconds(error.retry_after))
            except (BadRequest, Forbidden, InvalidToken):
                break
            except TelegramError:
                continue
            else:
                is_admin = member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
                return None if is_admin else wording.ADMINS_ONLY
        return wording.ADMINS_UNKNOWN
