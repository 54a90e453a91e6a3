"""What is to be sent, as it is kept in the outbox: JSON in, arguments of the library out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from bot.telegram.formatting import Formatted
from bot.telegram.rendering import Rows


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that is replied to; `quote` are exact words of it, from UTF-16 unit `at`."""

    message: int
    quote: str | None = None
    at: int | None = None


def pack(message: Formatted | str, buttons: Rows | None, reply: Reply | None) -> str:
    """The content of a delivery."""
    content = Formatted(message) if isinstance(message, str) else message
    return json.dumps(
        {
            "text": content.text,
            "entities": [entity.to_dict() for entity in content.entities()],
            "buttons": buttons or [],
            "reply": None if reply is None else asdict(reply),
        }
    )


def unpack(payload: str, bot: Bot) -> dict[str, Any]:
    """Arguments for sending as well as for editing."""
    content = json.loads(payload)
    return {
        "text": content["text"],
        "entities": MessageEntity.de_list(content["entities"], bot),
        "reply_markup": keyboard(content["buttons"]),
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }


def reply_parameters(payload: str) -> ReplyParameters | None:
    """What a new message replies to; a message deleted meanwhile is no obstacle."""
    reply = json.loads(payload)["reply"]
    if reply is None:
        return None
    return ReplyParameters(
        reply["message"],
        quote=reply["quote"],
        quote_position=reply["at"],
        allow_sending_without_reply=True,
    )


def keyboard(buttons: Rows) -> InlineKeyboardMarkup | None:
    """Buttons below a message."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=data) for label, data in row]
            for row in buttons
        ]
    )


def without_refused(payload: str, complaint: str) -> str:
    """`payload` without the part that the server complains of; the same if it is none of these."""
    content = json.loads(payload)
    if content["reply"] and content["reply"]["quote"] and "quote" in complaint:
        content["reply"] |= {"quote": None, "at": None}
    elif content["reply"] and "repl" in complaint:
        content["reply"] = None
    elif content["entities"] and "entit" in complaint:
        content["entities"] = []
    elif content["buttons"] and "button" in complaint:
        content["buttons"] = []
    else:
        return payload
    return json.dumps(content)


def seconds(waiting: int | timedelta) -> float:
    """How long the library says to wait."""
    return waiting.total_seconds() if isinstance(waiting, timedelta) else float(waiting)
