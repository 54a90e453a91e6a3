"""PDF -> Story, by pypdf: lines joined to paragraphs again, and where each page begins."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.errors import LibraryError
from index.readers import plain
from index.story import About, Place, Story

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 5_000
_LETTERS_OF_A_TEXT_PAGE = 20
"""Fewer on average, and the pages are pictures with a stamp or a page number at most."""
_FULL_LINE = 0.75
"""A line shorter than this share of a page's usual line ends its paragraph."""

_ENDS_SENTENCE = re.compile(r"""[.!?…:]["'”’»)\]]*$""")
_NUMBER = re.compile(
    r"\W*(page|p\.|seite)?\W*(\d{1,4}|[ivxlc]{1,7})(\W+(of|/|von)\W*\d+)?\W*", re.I
)
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def read(data: bytes, *, name: str) -> Story:
    """The story in `data`, its pages as places.

    Raises LibraryError for a locked PDF, one of pictures only, or a damaged one.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    # pypdf repairs and tells of it; what matters is whether there is text in the end.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise LibraryError(f"{name} is locked with a password. Unlock it and add the result.")
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise LibraryError(f"{name} is a damaged PDF. Get it anew.") from error
    if count > MOST_PAGES:
        raise LibraryError(f"{name} has {count:,} pages; {MOST_PAGES:,} are read. Split it.")
    pages = [_lines(page) for page in reader.pages]
    if sum(len(line) for lines in pages for line in lines) < _LETTERS_OF_A_TEXT_PAGE * count:
        raise LibraryError(
            f"{name} is a scanned PDF: {count} {'page' if count == 1 else 'pages'} of pictures "
            "without text. Run it through text recognition, such as `ocrmypdf`, and add the result."
        )
    text, places = _join(_without_running_lines(pages))
    title, about = _metadata(reader)
    return Story(
        id=PurePath(name).stem,
        title=title or plain.name_as_title(name),
        text=text,
        source=name,
        about=about,
        places=places,
    )


def _lines(page: PageObject) -> list[str]:
    try:
        text = page.extract_text()
    except Exception:
        # pypdf raises nearly anything on a damaged page; the others may still be read.
        return []
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Pages without their numbers and the headers and footers they share."""
    edges = Counter(_shape(line) for lines in pages for line in {*lines[:2], *lines[-2:]})
    often = max(3, len(pages) // 3)
    kept = []
    for lines in pages:
        inner = range(2, len(lines) - 2)
        kept.append(
            [
                line
                for i, line in enumerate(lines)
                if i in inner or not (edges[_shape(line)] >= often or _is_number(line))
            ]
        )
    return kept


def _is_number(line: str) -> bool:
    """True for a page's number; the last word of a sentence, `1984.`, is none."""
    return bool(_NUMBER.fullmatch(line)) and not line.rstrip("”’\"')").endswith((".", "!", "?"))


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _join(pages: list[list[str]]) -> tuple[str, tuple[Place, ...]]:
    """One text of paragraphs; a paragraph may run on over a page's end."""
    parts: list[str] = []
    places: list[Place] = []
    length, end = 0, "paragraph"
    for number, lines in enumerate(pages, 1):
        lengths = sorted(len(line) for line in lines)
        usual = lengths[len(lengths) * 3 // 4] if lengths else 0
        for first, (line, following) in enumerate(pairwise([*lines, ""])):
            gap = _gap(end, line)
            if gap == "" and parts:
                parts[-1] = parts[-1][:-1]  # the hyphen
                length -= 1
            if parts:
                parts.append(gap)
                length += len(gap)
            if first == 0:
                places.append(Place(length, f"page {number}"))
            parts.append(line)
            length += len(line)
            end = _end(line, usual=usual, is_last=not following)
    return "".join(parts) + "\n", tuple(places)


def _end(line: str, *, usual: int, is_last: bool) -> str:
    if len(line) > 2 and line[-1] in "-\u00ad\u2010" and line[-2].isalpha():
        return "hyphen"
    short = len(line) < _FULL_LINE * usual
    if short and (_ENDS_SENTENCE.search(line) or not is_last):
        return "paragraph"
    return "line"


def _gap(end: str, line: str) -> str:
    """What joins a line to the one before, by how that ended."""
    if end == "hyphen":
        return "" if line[0].islower() else " "
    return " " if end == "line" else "\n\n"


def _metadata(reader: PdfReader) -> tuple[str, About]:
    """Title and the rest, as far as the file tells; many titles are but the name of a draft."""
    try:
        found = reader.metadata
        title = " ".join((found.title or "").split()) if found else ""
        author = " ".join((found.author or "").split()) if found else ""
        raw = found.creation_date_raw if found else None
        date = _DATE.match(str(raw or ""))
    except Exception:
        # As with a page: a damaged entry must not cost the text.
        return "", About()
    if re.search(r"\.(docx?|tex|indd|pdf|odt|rtf|qxd)$|^(untitled|microsoft word)", title, re.I):
        title = ""
    return title, About(author=author, date="-".join(filter(None, date.groups())) if date else "")
