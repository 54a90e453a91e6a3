"""The bot's parts in one place, and what a handler knows of whoever wrote."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from telegram import Message, Update

from bot.telegram.access import Access, Limits
from bot.telegram.admins import Admins
from bot.telegram.clock import Clock
from bot.telegram.conversations import Conversations
from bot.telegram.errands import Conversation, Errands
from bot.telegram.formatting import Formatted
from bot.telegram.inbox import Inbox
from bot.telegram.outbox import Outbox
from bot.telegram.pace import is_group
from bot.telegram.payloads import Reply
from bot.telegram.rendering import Rows
from bot.telegram.shelves import OFFERED, Offer, Shelves
from bot.telegram.state import State
from bot.telegram.stories import Stories
from bot.telegram.threads import Threads


@dataclass(frozen=True, slots=True)
class Desk:
    """What handlers work with. They do not wait: what takes time becomes an errand."""

    state: State
    inbox: Inbox
    outbox: Outbox
    errands: Errands
    conversations: Conversations
    stories: Stories
    shelves: Shelves
    threads: Threads
    admins: Admins
    access: Access
    limits: Limits
    clock: Clock
    bot_id: int
    bot_name: str
    albums: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    """Of which pictures it has been said that they are no text: once for all of an album."""

    def now(self) -> float:
        """The time now."""
        return self.clock.now()

    def say(self, asked: Asked, message: Formatted | str, *, buttons: Rows | None = None) -> None:
        """Answer a message; in a group, as a reply to it."""
        reply = Reply(asked.message) if is_group(asked.chat) and asked.message else None
        self.outbox.send(asked.chat, asked.thread, message, buttons=buttons, reply=reply)

    def offers(self, chat: int) -> list[Offer]:
        """The stories that a chat can ask."""
        return self.shelves.of(chat).offers()

    def offer(self, chat: int, handle: str) -> Offer | None:
        """The story with this handle, or an offered one with this id, if the chat can ask it."""
        names = (handle, f"{OFFERED}/{handle}")
        found = (o for o in self.offers(chat) if o.handle in names or o.id in names)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants something, and where. `message` is what they wrote, 0 if they pressed a button.

    `is_group_itself` where an admin writes in the group's own name, to stay anonymous.
    """

    chat: int
    thread: int
    user: int
    message: int
    command: str = ""
    argument: str = ""
    is_group_itself: bool = False

    @property
    def conversation(self) -> Conversation:
        """Where it is wanted."""
        return self.chat, self.thread


def asked_by(update: Update) -> Asked | None:
    """Who sent a message; None for updates of another kind, and for those of nobody."""
    message = update.message
    if message is None or message.from_user is None:
        return None
    command, _, argument = (message.text or "").partition(" ")
    return Asked(
        chat=message.chat.id,
        thread=thread_of(message),
        user=message.from_user.id,
        message=message.message_id,
        command=command if command.startswith("/") else "",
        argument=argument.strip() if command.startswith("/") else "",
        is_group_itself=message.sender_chat is not None and message.sender_chat == message.chat,
    )


def thread_of(message: Message) -> int:
    """The topic of a message, 0 outside of topics."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0
