"""Messages that are no command: a story, a part of one, or a question."""

from __future__ import annotations

import re

from telegram import (
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
)

from bot.telegram import wording
from bot.telegram.desk import Asked, Desk
from bot.telegram.errands import Kind
from bot.telegram.formatting import units
from bot.telegram.pace import is_group
from bot.telegram.stories import CUT_BY_TELEGRAM, LARGEST_FILE

LONGEST_QUESTION = 600
"""Characters; a longer text is a story."""
_LONGEST_ASIDE = 40
"""Characters that may stand beside a link which is sent as a story."""
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def take(desk: Desk, asked: Asked, message: Message) -> None:
    """Take in a message of an allowed chat."""
    own = _own_text(desk, message)
    if is_group(asked.chat):
        if not _is_addressed(desk, message):
            return
        if not own and message.reply_to_message and message.document is None:
            message = message.reply_to_message  # `@bot` as a reply to an article means the article
            own = _text(message)
    if message.document is not None:
        _take_file(desk, asked, message)
        return
    if not own:
        if not is_group(asked.chat):
            desk.say(asked, wording.ONLY_TEXT)
        return
    sent_at = message.date.timestamp()
    if desk.stories.append(
        asked.conversation,
        user=asked.user,
        message=message.message_id,
        text=own,
        sent_at=sent_at,
    ):
        return
    link = _LINK.search(own)
    if link and len(own) - len(link.group()) <= _LONGEST_ASIDE:
        _take_story(desk, asked, link=link.group())
    elif message.forward_origin is not None or _is_long(own):
        is_cut = units(own) >= CUT_BY_TELEGRAM
        texts = [[message.message_id, own]]
        _take_story(
            desk,
            asked,
            texts=texts,
            name=_origin(message),
            is_gathering=is_cut,
            sent_at=sent_at,
        )
    else:
        ask(desk, asked, own)


def ask(desk: Desk, asked: Asked, question: str, **payload: object) -> None:
    """Put a question, within the user's limits."""
    if desk.shelves.of(asked.chat).is_empty() and not desk.errands.open_in(asked.conversation):
        desk.say(asked, wording.NO_STORY)
        return
    refusal = desk.limits.refusal(asked.user, "question")
    if refusal is not None:
        desk.say(asked, refusal)
        return
    desk.errands.add(
        Kind.QUESTION,
        asked.conversation,
        user=asked.user,
        message=asked.message,
        question=question,
        **payload,
    )


def _take_file(desk: Desk, asked: Asked, message: Message) -> None:
    document = message.document
    assert document is not None
    if (document.file_size or 0) > LARGEST_FILE:
        desk.say(asked, wording.too_large_file(LARGEST_FILE))
        return
    _take_story(desk, asked, file=document.file_id, name=document.file_name or "file.txt")


def _take_story(desk: Desk, asked: Asked, **payload: object) -> None:
    refusal = desk.limits.refusal(asked.user, "story")
    if refusal is not None:
        desk.say(asked, refusal)
        return
    desk.errands.add(
        Kind.STORY, asked.conversation, user=asked.user, message=asked.message, **payload
    )


def _is_long(text: str) -> bool:
    return len(text) > LONGEST_QUESTION or (len(text) > LONGEST_QUESTION // 2 and "\n\n" in text)


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _own_text(desk: Desk, message: Message) -> str:
    """The text without mentions of the bot. A story's text is otherwise left as it is."""
    text = _text(message)
    mention = re.compile(rf"@{re.escape(desk.bot_name)}\b[:,]?", re.IGNORECASE)
    return mention.sub("", text).strip() if mention.search(text) else text


def _is_addressed(desk: Desk, message: Message) -> bool:
    """True if a message in a group mentions the bot or replies to it."""
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == desk.bot_id:
        return True
    found = message.parse_entities([MessageEntity.MENTION]) | message.parse_caption_entities(
        [MessageEntity.MENTION]
    )
    return any(mention.lower() == f"@{desk.bot_name}".lower() for mention in found.values())


def _origin(message: Message) -> str:
    """A name for what was forwarded; empty if nothing telling is known."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel) and origin.chat.title:
        return f"Post of {origin.chat.title}"
    if isinstance(origin, MessageOriginChat) and origin.sender_chat.title:
        return f"Post of {origin.sender_chat.title}"
    if isinstance(origin, MessageOriginHiddenUser):
        return f"Message of {origin.sender_user_name}"
    return ""
