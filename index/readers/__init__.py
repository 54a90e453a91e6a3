"""Sources -> stories: one file a format, chosen by the file's name."""

from __future__ import annotations

import sys
from pathlib import Path

from index.errors import LibraryError
from index.readers import markdown, plain
from index.story import Story

LARGEST_FILE = 20_000_000
"""Bytes; a story of that size is some forty novels."""

_READERS = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
}

STANDARD_INPUT = "-"


def read_source(source: str) -> Story:
    """The story in a file, or on standard input for `-`.

    Its `id` is a wish: the file's name without its ending. Raises LibraryError
    with what to do if there is nothing to read, or nothing that can be read.
    """
    if source == STANDARD_INPUT:
        return plain.read(
            _limited(sys.stdin.buffer.read(LARGEST_FILE + 1), "Standard input"),
            name="standard input",
        )
    path = Path(source)
    reader = _READERS.get(path.suffix.lower())
    try:
        if path.is_dir():
            raise LibraryError(
                f"{source} is a folder. Name the files in it, such as {source}/*.txt."
            )
        if not path.exists():
            raise LibraryError(f"There is no file {source}. Check the name and the folder.")
        if reader is None:
            raise LibraryError(
                f"{source} is neither .txt nor .md. Save it as plain text, or pipe its text: "
                "storychat add - < FILE"
            )
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise LibraryError(f"{source} cannot be read: {error.strerror}.") from error
    story = reader(_limited(data, source), name=source)
    return story


def _limited(data: bytes, name: str) -> bytes:
    if len(data) > LARGEST_FILE:
        raise LibraryError(
            f"{name} is larger than {LARGEST_FILE // 1_000_000} MB. Split it into chapters."
        )
    return data
