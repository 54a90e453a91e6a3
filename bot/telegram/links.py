"""Links in a message that are meant to be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram import Message, MessageEntity

_LINK = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_EMPTY = re.compile(r"[(\[<«“\"]\s+[)\]>»”\"]")
_CLOSING = {")": "(", "]": "["}


def links_in(message: Message, text: str) -> list[str]:
    """Addresses in `text`, those behind its words, or the bare one that it consists of."""
    found = list(dict.fromkeys(_trimmed(link) for link in _LINK.findall(text)))
    if found:
        return found
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    entities = message.parse_entities(kinds) | message.parse_caption_entities(kinds)
    behind = [entity.url for entity in entities if entity.url]
    if behind:
        return [url for url in behind if _LINK.fullmatch(url)]
    # `example.com/news` alone is a link; within a sentence it may be part of what is asked.
    return [f"https://{bare}" for bare in entities.values() if bare == text.strip()]


def without(links: Sequence[str], text: str) -> str:
    """`text` without these links, and without marks that are left over from them."""
    for link in links:
        text = text.replace(link, " ").replace(link.removeprefix("https://"), " ")
    return " ".join(_EMPTY.sub(" ", text).split()).strip(" ()[]<>«»,.:;–—-")


def _trimmed(link: str) -> str:
    """A link without the sentence's marks behind it; brackets stay if they are closed in it."""
    while link:
        last = link[-1]
        opening = _CLOSING.get(last)
        is_closed = opening is not None and link.count(opening) >= link.count(last)
        if is_closed or (opening is None and last not in ".,;:!?'’…*_"):
            break
        link = link[:-1]
    return link
