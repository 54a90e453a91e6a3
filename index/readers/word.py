"""DOCX -> Story, by python-docx: paragraphs and tables in order, headings as places."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from index.errors import LibraryError
from index.readers import archive, plain
from index.story import About, Place, Story

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_REPEATED = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""Holds a text box once more, for programs that cannot show it."""
_HIGHEST_LEVELS = ("Title", "Heading 1", "Heading 2")


def read(data: bytes, *, name: str) -> Story:
    """The document in `data`. Raises LibraryError for a damaged one, or one without text."""
    import docx
    from lxml import etree

    archive.open_archive(data, name=name)  # python-docx itself would unpack a bomb
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        styles = {style.style_id: style.name or "" for style in document.styles}
    except (*archive.BROKEN, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        raise LibraryError(f"{name} is a damaged Word document. Save it anew.") from error
    texts: list[str] = []
    places: list[Place] = []
    title, length = "", 0
    for style_id, text in _paragraphs(body):
        style = styles.get(style_id, "")
        if style in _HIGHEST_LEVELS:
            title = title or text
            if style != "Title":
                places.append(Place(length, text[:100]))
        texts.append(text)
        length += len(text) + len("\n\n")
    if not texts:
        raise LibraryError(f"{name} holds no text.")
    properties = document.core_properties
    written = properties.modified or properties.created
    return Story(
        id=PurePath(name).stem,
        title=" ".join((properties.title or title).split()) or plain.name_as_title(name),
        text="\n\n".join(texts) + "\n",
        source=name,
        about=About(
            author=properties.author or "",
            date=written.date().isoformat() if written else "",
            language=properties.language or "",
        ),
        places=tuple(places),
    )


def _paragraphs(body: Any) -> Iterator[tuple[str, str]]:
    """(style id, text) of all paragraphs, those in tables and text boxes where they stand.

    python-docx's own `Paragraph.text` leaves out what was inserted under review,
    and asking its tables for their cells takes time with the square of their size.
    """
    from lxml import etree

    open_paragraphs: list[tuple[str, list[str]]] = []
    repeated = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if tag == _REPEATED:
            repeated += 1 if event == "start" else -1
        elif repeated or tag in (f"{_W}del", f"{_W}instrText"):
            continue
        elif tag == f"{_W}p" and event == "start":
            open_paragraphs.append((element.style or "", []))
        elif tag == f"{_W}p":
            style_id, words = open_paragraphs.pop()
            text = " ".join("".join(words).split())
            if text:
                yield style_id, text
        elif event == "start" and open_paragraphs:
            open_paragraphs[-1][1].append(_words(element))


def _words(element: Any) -> str:
    if element.tag == f"{_W}t":
        return str(element.text or "")
    if element.tag == f"{_W}noBreakHyphen":
        return "-"
    return " " if element.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr") else ""
