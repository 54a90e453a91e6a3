"""What somebody sent -> a story. Knows files, texts and links, no chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from bot.telegram.formatting import shortened
from index.errors import LibraryError
from index.readers import plain, read_address, read_bytes
from index.story import Story

UNTITLED = "Pasted text"
_LONGEST_TITLE = 60
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Pasted:
    """A message that became part of a story: `story.text[start:end]` are its words."""

    message: int
    start: int
    end: int


def read_texts(texts: Sequence[tuple[int, str]], *, name: str) -> tuple[Story, list[Pasted]]:
    """One story of messages, (id, text) each, in order; a title is found if `name` is empty."""
    whole, parts = "", list[Pasted]()
    for message, text in texts:
        if whole:
            # Telegram cuts long pastes at spaces, which it drops.
            whole += "\n" if whole.endswith((".", "!", "?", "…", '"', "”", ":")) else " "
        text = text.replace("\r\n", "\n")
        parts.append(Pasted(message, len(whole), len(whole) + len(text)))
        whole += text
    story = plain.read(whole.encode("utf-8", "replace"), name=name or UNTITLED)
    if not name and story.title == UNTITLED:
        first_words = shortened(" ".join(whole.split()), limit=_LONGEST_TITLE)
        story = replace(story, id=first_words, title=first_words)
    return story, parts


def read_file(data: bytes, *, name: str) -> Story:
    """The story in a file that was sent. Raises LibraryError with what to do.

    It has no address, whatever it says: else it could take the place of a page that has.
    """
    safe = PurePath(name.replace("\0", "")).name[-_LONGEST_NAME:] or "file"
    return replace(_only(read_bytes(data, name=safe)), origin="")


def read_link(url: str) -> Story:
    """The story at an address. Raises LibraryError with what to do."""
    return _only(read_address(url))


def _only(stories: Sequence[Story]) -> Story:
    """The one story; what holds several has to be sent one by one."""
    if len(stories) != 1:
        raise LibraryError(f"This holds {len(stories)} stories. Send one of them.")
    return stories[0]
