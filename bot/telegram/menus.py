"""The commands as Telegram's menus show them, to each only what they can use."""

from __future__ import annotations

from functools import partial

from telegram import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram import wording
from bot.telegram.optional import OptionalMethods


async def set_menus(bot: ExtBot[None]) -> None:
    """Show the commands in Telegram's menus; a server without menus is no obstacle."""
    optional = OptionalMethods()
    everything = [BotCommand(name, what) for name, what in wording.COMMANDS.items()]
    for_members = [c for c in everything if c.command not in wording.ADMIN_COMMANDS]
    for scope, menu in (
        (BotCommandScopeAllPrivateChats(), everything),
        (BotCommandScopeAllGroupChats(), for_members),
        (BotCommandScopeAllChatAdministrators(), everything),
    ):
        try:
            await optional.call("setMyCommands", partial(bot.set_my_commands, menu, scope=scope))
        except TelegramError:
            return  # flooded: the menus of the last start are still there
