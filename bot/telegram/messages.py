"""Messages that are no command: a story, a part of one, or a question."""

from __future__ import annotations

import json
import re

from telegram import (
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
)

from bot.telegram import turns, wording
from bot.telegram.desk import Asked, Desk
from bot.telegram.errands import Kind
from bot.telegram.formatting import units
from bot.telegram.links import links_in, without
from bot.telegram.pace import is_group
from bot.telegram.stories import CUT_BY_TELEGRAM, LARGEST_FILE
from bot.telegram.wording import LONGEST_QUESTION

_LONGEST_QUESTION_WITHOUT_STORY = 200
"""Characters; what is longer may have been meant as the story itself."""
_LONGEST_ASIDE = 40
"""Characters beside a link in what is forwarded; with more of them it is a post of its own."""
_QUESTION_MARK = re.compile("[?？؟]")


def take(desk: Desk, asked: Asked, message: Message) -> None:
    """Take in a message of an allowed chat."""
    own = _own_text(desk, message)
    if is_group(asked.chat):
        is_named = _is_named(desk, message)
        if not is_named and not _is_reply_to_bot(desk, message):
            return
        replied = message.reply_to_message
        is_bare = not own and message.document is None
        if is_bare and is_named and replied is not None and not _is_reply_to_bot(desk, message):
            message = replied  # `@bot` as a reply to an article means the article
            own = _text(message)
        elif is_bare and not is_named:
            return  # a sticker among people that happens to hang below the bot's words
    if message.document is not None:
        _take_file(desk, asked, message, own)
    elif not own:
        _take_picture(desk, asked, message)
    elif not desk.stories.append(
        asked.conversation,
        user=asked.user,
        message=message.message_id,
        text=own,
        sent_at=message.date.timestamp(),
    ):
        _take_text(desk, asked, message, own)


def take_edit(desk: Desk, message: Message) -> None:
    """A question was changed: ask it so if it still waits, else say what to do."""
    row = desk.state.row(
        "SELECT id, state, payload, answer FROM errands"
        " WHERE chat = ? AND message = ? AND kind = ? ORDER BY id DESC LIMIT 1",
        message.chat.id,
        message.message_id,
        Kind.QUESTION,
    )
    own = _own_text(desk, message)
    if links := links_in(message, own):
        own = without(links, own)  # as it was taken: a link became a story
    if row is None or not own:
        return
    payload = json.loads(row["payload"])
    known = turns.from_json(row["answer"]).question if row["answer"] else payload.get("question")
    # Telegram says `edited` of much that nobody sees, such as a link's preview.
    if known is None or " ".join(own.split()) == " ".join(known.split()):
        return
    if row["state"] == "waiting" and not desk.errands.is_running(row["id"]):
        changed = json.dumps(payload | {"question": own})
        desk.state.write("UPDATE errands SET payload = ? WHERE id = ?", changed, row["id"])
    else:
        thread = desk.state.value("SELECT thread FROM errands WHERE id = ?", row["id"])
        asked = Asked(message.chat.id, thread, user=0, message=message.message_id)
        desk.say(asked, wording.EDITED)


def ask(desk: Desk, asked: Asked, question: str, **payload: object) -> None:
    """Put a question, within the user's limits."""
    if desk.shelves.of(asked.chat).is_empty() and not desk.errands.open_in(asked.conversation):
        is_long = len(question) > _LONGEST_QUESTION_WITHOUT_STORY
        desk.say(asked, wording.NO_STORY_BUT_A_TEXT if is_long else wording.NO_STORY)
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


def _take_text(desk: Desk, asked: Asked, message: Message, own: str) -> None:
    """A text is a story if it is long or forwarded; links in a short one are; else a question."""
    links = links_in(message, own)
    rest = without(links, own)
    is_post = message.forward_origin is not None or _is_long(own)
    if is_post and (not links or len(rest) > _LONGEST_ASIDE):
        _take_story(
            desk,
            asked,
            texts=[[message.message_id, own]],
            name=_origin(message),
            is_gathering=units(own) >= CUT_BY_TELEGRAM,
            sent_at=message.date.timestamp(),
        )
    elif links:
        for link in links:
            errand = _take_story(desk, asked, link=link)
            if errand is None:
                return
        if _QUESTION_MARK.search(rest):
            ask(desk, asked, rest, behind=errand)
    else:
        ask(desk, asked, own)


def _take_file(desk: Desk, asked: Asked, message: Message, caption: str) -> None:
    """A file is a story; what is asked below it by whoever sent it is asked of that story."""
    document = message.document
    assert document is not None
    if (document.file_size or 0) > LARGEST_FILE:
        desk.say(asked, wording.too_large_file(LARGEST_FILE))
        return
    errand = _take_story(desk, asked, file=document.file_id, name=document.file_name or "file.txt")
    is_their_own = message.message_id == asked.message and message.forward_origin is None
    if errand is not None and is_their_own and _QUESTION_MARK.search(caption):
        ask(desk, asked, caption, behind=errand)


def _take_picture(desk: Desk, asked: Asked, message: Message) -> None:
    """Say of a picture, a voice, a sticker that it is no text; of an album once."""
    album = message.media_group_id
    if album is not None and album in desk.albums:
        return
    if album is not None:
        desk.albums.append(album)
    desk.say(asked, wording.ONLY_TEXT)


def _take_story(desk: Desk, asked: Asked, **payload: object) -> int | None:
    """The story's errand; None where the user has added too many."""
    refusal = desk.limits.refusal(asked.user, "story")
    if refusal is not None:
        desk.say(asked, refusal)
        return None
    return desk.errands.add(
        Kind.STORY, asked.conversation, user=asked.user, message=asked.message, **payload
    )


def _is_long(text: str) -> bool:
    return len(text) > LONGEST_QUESTION or (len(text) > LONGEST_QUESTION // 2 and "\n\n" in text)


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _own_text(desk: Desk, message: Message) -> str:
    """The text without mentions of the bot. A story's text is otherwise left as it is."""
    text = _text(message)
    for mention in _mentions(desk, message):
        text = text.replace(mention, "", 1).lstrip(",: ")
    return text.strip() if text != _text(message) else text


def _is_named(desk: Desk, message: Message) -> bool:
    return bool(_mentions(desk, message))


def _mentions(desk: Desk, message: Message) -> list[str]:
    """The mentions of the bot, as they are written."""
    found = message.parse_entities([MessageEntity.MENTION]) | message.parse_caption_entities(
        [MessageEntity.MENTION]
    )
    return [m for m in found.values() if m.lower() == f"@{desk.bot_name}".lower()]


def _is_reply_to_bot(desk: Desk, message: Message) -> bool:
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == desk.bot_id)


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
