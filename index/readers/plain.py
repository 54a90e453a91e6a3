"""Plain text -> Story. The text is kept letter for letter, but for the kind of its line ends."""

from __future__ import annotations

import codecs
from pathlib import PurePath

from index.errors import LibraryError
from index.story import Story

_LONGEST_HEADLINE = 150


def read(data: bytes, *, name: str) -> Story:
    """The story in `data`; its title is the first line if that is a headline, else the name."""
    text = decode(data, name=name)
    return Story(
        id=PurePath(name).stem, title=_headline(text) or name_as_title(name), text=text, source=name
    )


def decode(data: bytes, *, name: str) -> str:
    """UTF-8, or UTF-16 with its mark, as text with Unix line ends.

    Raises LibraryError if the data is empty, binary, or of another encoding.
    """
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in data:
        raise LibraryError(f"{name} is not text but binary data. Save its text as a .txt file.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LibraryError(
            f"{name} is not UTF-8 text (byte {error.start} is wrong). Save it as UTF-8, for "
            f"example with: iconv -f WINDOWS-1252 -t UTF-8 {name}"
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise LibraryError(f"{name} is empty. Put the story's text into it and try again.")
    return text


def name_as_title(name: str) -> str:
    """A file's name as a person would write it: `prisoner-exchange.txt` -> `Prisoner exchange`."""
    words = PurePath(name).stem.replace("_", " ").replace("-", " ").split()
    title = " ".join(words) or name
    return title[0].upper() + title[1:]


def _headline(text: str) -> str | None:
    """The first line, if it stands alone above an empty line and is no full sentence."""
    lines = text.lstrip().split("\n", 2)
    first = lines[0].strip()
    stands_alone = len(lines) > 2 and not lines[1].strip()
    if stands_alone and len(first) <= _LONGEST_HEADLINE and first[-1] not in ".,;:":
        return first
    return None
