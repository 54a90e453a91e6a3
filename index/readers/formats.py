"""Which format bytes are in, and the reader for it. Runs in the process that parses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from index.errors import LibraryError
from index.readers import archive
from index.story import Place, Story
from index.words import whole_characters

LARGEST_TEXT = 20_000_000
"""Characters of one story; some forty novels."""

_HEAD = 2_048
_MARKUP_BEGINS = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+)?(html|head|body)\b", re.I | re.S
)
_FEED_BEGINS = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<[?!][^>]*>\s*)*<(\w+:)?(rss|feed|rdf)\b", re.I | re.S
)
_PICTURE_BEGINS = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*|....ftyp(heic|avif)", re.S
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read(data: bytes, *, name: str, media_type: str = "") -> tuple[Story, ...]:
    """The stories in `data`, by what it is rather than by what it is called.

    Raises LibraryError with what to do for what is no story.
    """
    if not data.strip():
        raise LibraryError(f"{name} is empty. Put the story's text into it and try again.")
    found = _reader(data, PurePath(name).suffix.lower(), media_type)(data, name)
    return tuple(tidy(story) for story in found)


def _reader(data: bytes, suffix: str, media_type: str) -> Callable[[bytes, str], tuple[Story, ...]]:
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in head[:1024]:
        return _pdf
    if head.startswith(b"PK\x03\x04"):
        return _zip
    if head.startswith(_OLD_OFFICE):
        return _old_office
    if _PICTURE_BEGINS.match(head):
        return _picture
    if _FEED_BEGINS.match(head):
        return _feed
    if (
        _MARKUP_BEGINS.match(head)
        or suffix in (".html", ".htm", ".xhtml")
        or media_type in ("text/html", "application/xhtml+xml")
    ):
        return _webpage
    if suffix in (".md", ".markdown") or media_type == "text/markdown":
        return _markdown
    return _plain


def _pdf(data: bytes, name: str) -> tuple[Story, ...]:
    from index.readers import pdf

    return (pdf.read(data, name=name),)


def _zip(data: bytes, name: str) -> tuple[Story, ...]:
    from index.readers import epub, word

    members = set(archive.open_archive(data, name=name).namelist())
    if "META-INF/container.xml" in members:
        return (epub.read(data, name=name),)
    if "word/document.xml" in members or "[Content_Types].xml" in members:
        return (word.read(data, name=name),)
    raise LibraryError(f"{name} is an archive. Unpack it and add the folder.")


def _old_office(data: bytes, name: str) -> tuple[Story, ...]:
    raise LibraryError(f"{name} is in an old Office format. Save it as .docx and add that.")


def _picture(data: bytes, name: str) -> tuple[Story, ...]:
    raise LibraryError(f"{name} is a picture. Storychat reads text; recognise its text first.")


def _feed(data: bytes, name: str) -> tuple[Story, ...]:
    from index.readers import feed

    return feed.read(data, name=name)


def _webpage(data: bytes, name: str) -> tuple[Story, ...]:
    from index.readers import webpage

    return (webpage.read(data, name=name),)


def _markdown(data: bytes, name: str) -> tuple[Story, ...]:
    from index.readers import markdown

    return (markdown.read(data, name=name),)


def _plain(data: bytes, name: str) -> tuple[Story, ...]:
    from index.readers import plain

    return (plain.read(data, name=name),)


def tidy(story: Story) -> Story:
    """A story that every other part can hold: bounded, writable as UTF-8, its places in order."""
    if len(story.text) > LARGEST_TEXT:
        raise LibraryError(
            f"{story.source} holds more than {LARGEST_TEXT // 1_000_000} million characters. "
            "Split it into chapters."
        )
    places: list[Place] = []
    for place in story.places:
        name = writable(place.name).strip()
        if name and place.start < len(story.text):
            places.append(replace(place, name=name))
    about = replace(
        story.about,
        author=writable(story.about.author)[:300],
        date=writable(story.about.date)[:30],
        language=writable(story.about.language)[:35],
    )
    return replace(
        story,
        title=writable(story.title)[:500],
        text=writable(story.text),
        source=writable(story.source),
        origin=writable(story.origin),
        about=about,
        places=tuple(sorted(places, key=lambda place: place.start)),
    )


def writable(text: str) -> str:
    """`text` without what no file can hold (halves of characters) and no database reads (NUL)."""
    return whole_characters(text).replace("\0", "\N{REPLACEMENT CHARACTER}")
