"""What the bot needs, looked at before it goes live."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import assembly
from bot.errors import StorychatError
from bot.settings import Settings
from bot.telegram.access import allowed_ids
from bot.telegram.app import token
from index.errors import LibraryError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in a sentence."""

    is_well: bool
    text: str


async def check(settings: Settings) -> list[Finding]:
    """Look at the token, what the bot may do, weights, library and allowlist."""
    return [*await _check_telegram(settings), *_check_machine(settings)]


async def _check_telegram(settings: Settings) -> list[Finding]:
    try:
        secret = token(settings)
    except StorychatError as error:
        return [Finding(False, str(error))]
    base = settings.telegram_api_url.rstrip("/")
    bot = Bot(secret, base_url=f"{base}/bot", request=HTTPXRequest(read_timeout=10))
    try:
        async with bot:
            me = bot.bot
            found = [Finding(True, f"Telegram knows the token as @{me.username}.")]
            groups = "may be added to groups" if me.can_join_groups else "cannot join groups"
            reads = "all messages" if me.can_read_all_group_messages else "what is meant for it"
            found.append(Finding(True, f"The bot {groups}; there it sees {reads}."))
            found.append(await _check_webhook(bot, settings))
            return found
    except InvalidToken:
        return [Finding(False, "Telegram refuses the token. Copy it again from @BotFather.")]
    except TelegramError as error:
        return [Finding(False, f"Telegram cannot be reached at {base}: {error.message}.")]


async def _check_webhook(bot: Bot, settings: Settings) -> Finding:
    info = await bot.get_webhook_info()
    if settings.telegram_webhook:
        return Finding(True, f"Updates will come to {settings.telegram_webhook}.")
    if info.url:
        return Finding(True, "A webhook is set; it is removed when the bot starts to poll.")
    return Finding(True, f"Updates are fetched; {info.pending_update_count} are waiting.")


def _check_machine(settings: Settings) -> Iterator[Finding]:
    try:
        yield Finding(True, f"The weights are {assembly.weights_file(settings).name}.")
    except StorychatError as error:
        yield Finding(False, str(error))
    try:
        library = assembly.library(settings)
        library.embed_question("Is the embedder there?")
        count = len(library.entries())
        library.close()
        yield Finding(True, f"The library is at {settings.library}; it offers {count} stories.")
        is_writable = os.access(settings.library, os.W_OK)
        if not is_writable:
            yield Finding(False, f"{settings.library} cannot be written to.")
    except (StorychatError, LibraryError) as error:
        yield Finding(False, str(error))
    try:
        allowed = allowed_ids(settings.telegram_allow)
    except StorychatError as error:
        yield Finding(False, str(error))
        return
    if allowed is None:
        yield Finding(True, "Everybody may use the bot.")
    else:
        yield Finding(True, f"{len(allowed)} users and groups are allowed; others need a code.")
