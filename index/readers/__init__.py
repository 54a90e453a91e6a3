"""Sources -> stories. The one safe entry: whatever comes in, it is bounded and parsed apart."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.errors import LibraryError
from index.readers import formats, isolation, plain
from index.readers.webpage import is_address, without_fragment
from index.story import Story

if TYPE_CHECKING:
    from index.readers.fetching import Fetched

__all__ = ["files_in", "is_address", "read_address", "read_bytes", "read_source", "read_stories"]

LARGEST_FILE = 50_000_000
"""Bytes; scanned books are larger, but hold no text."""
MOST_FILES = 10_000
"""In one folder."""

STANDARD_INPUT = "-"

Fetch = Callable[[str], "Fetched"]
"""Fetches an address; see fetching.fetch."""

_TEASER = 500
"""Characters of a feed's item below which it is not the article, but a call to read it."""
_MOST_FOLLOWED = 30

_PLAIN = (".txt", ".text", "")
_ENDINGS = frozenset(
    (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".epub", ".docx")
) | {".rss", ".atom", ".xml"}
"""What is taken from a folder. A file named by itself is read whatever its ending."""


def read_source(source: str) -> Story:
    """The one story in a file, at an address, or on standard input for `-`.

    Its `id` is a wish: the file's name without its ending. Raises LibraryError
    with what to do if there is nothing to read, or nothing that can be read.
    """
    stories = read_stories(source)
    if len(stories) != 1:
        raise LibraryError(
            f"{source} holds {len(stories)} stories. Add them, then ask one: storychat add {source}"
        )
    return stories[0]


def read_stories(source: str) -> tuple[Story, ...]:
    """The stories in a file or a feed, at an address, or on standard input for `-`."""
    if source == STANDARD_INPUT:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        return read_bytes(data, name="standard input")
    if is_address(source):
        return read_address(source)
    path = Path(source)
    data = _file(path, source)
    stories = read_bytes(data, name=source)
    if len(stories) == 1:
        origin = stories[0].origin or formats.writable(str(path.resolve()))
        return (replace(stories[0], origin=origin),)
    return stories


def read_bytes(data: bytes, *, name: str, media_type: str = "") -> tuple[Story, ...]:
    """The stories in bytes that somebody sent; `name` is only shown, never opened."""
    name = name.replace("\0", "") or "the text"
    if len(data) > LARGEST_FILE:
        raise LibraryError(
            f"{name} is larger than {LARGEST_FILE // 1_000_000} MB. Split it into chapters."
        )
    if _is_plain(data, name, media_type):
        return (formats.tidy(plain.read(data, name=name)),)
    return isolation.parse(data, name=name, media_type=media_type)


def read_address(address: str, *, fetch: Fetch | None = None) -> tuple[Story, ...]:
    """The stories at an address: a page, a document, or the items of a feed.

    Of a feed's items the first thirty that are mere teasers are fetched whole;
    one that cannot be had stays a teaser. Not to be called where an event loop
    runs; give it a thread.
    """
    from index.readers import fetching

    get = fetch or fetching.fetch
    try:
        address = without_fragment(address)
    except ValueError as error:
        raise LibraryError(f"{address} is no address: {error}. Check it.") from error
    found = get(address)
    stories = read_bytes(found.data, name=found.address, media_type=found.media_type)
    if len(stories) == 1 and stories[0].source == found.address:
        return (replace(stories[0], origin=stories[0].origin or found.address),)
    items = [story for story in stories if is_address(story.origin) and len(story.text) < _TEASER]
    whole = {item.origin: _whole(item, get) for item in items[:_MOST_FOLLOWED]}
    return tuple(whole.get(story.origin, story) for story in stories)


def _whole(teaser: Story, fetch: Fetch) -> Story:
    """The page a feed's item stands for, or the item itself."""
    try:
        found = fetch(teaser.origin)
        (story,) = read_bytes(found.data, name=found.address, media_type=found.media_type)
    except (LibraryError, ValueError):  # no page, or not one story
        return teaser
    return replace(story, origin=teaser.origin) if len(story.text) > len(teaser.text) else teaser


def files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it that may hold stories, in the order of names.

    Hidden ones and links are left out. Raises LibraryError for a folder that
    cannot be read, or is too large to be one of stories.
    """
    if not folder.is_dir():
        raise LibraryError(f"There is no folder {folder}. Check the name.")
    found = 0
    try:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if any(part.startswith(".") for part in inner.parts) or path.is_symlink():
                continue
            if path.suffix.lower() in _ENDINGS and path.is_file():
                found += 1
                if found > MOST_FILES:
                    raise LibraryError(f"{folder} holds more than {MOST_FILES:,} files.")
                yield path
    except OSError as error:
        raise LibraryError(f"{folder} cannot be read: {error.strerror}.") from error


def _is_plain(data: bytes, name: str, media_type: str) -> bool:
    """True for what needs no parser and no guess, and hence no process of its own."""
    if PurePath(name).suffix.lower() not in _PLAIN or media_type not in ("", "text/plain"):
        return False
    if data.lstrip()[:1] == b"<" or b"\0" in data or b"%PDF-" in data[:1024]:
        return False
    try:
        return bool(data.decode("utf-8").strip())
    except UnicodeDecodeError:
        return False


def _file(path: Path, source: str) -> bytes:
    try:
        if path.is_dir():
            raise LibraryError(f"{source} is a folder, not a file.")
        if not path.exists():
            raise LibraryError(f"There is no file {source}. Check the name and the folder.")
        if not path.is_file():
            raise LibraryError(f"{source} is not a file with an end. Save its text as a file.")
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise LibraryError(f"{source} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a NUL in the name
        raise LibraryError("There is no file of that name.") from error
