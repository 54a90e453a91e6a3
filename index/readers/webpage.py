"""A web page -> Story: the article without menus, advertising and comments, by trafilatura."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from index.errors import LibraryError
from index.readers import plain, stubs
from index.story import About, Story

DEEPEST = 200
"""Levels of nesting that trafilatura, which is recursive, is given; real pages have some 40."""


def read(data: bytes, *, name: str) -> Story:
    """The article in `data`; `name` is a file's name or, for a fetched page, its address.

    Raises LibraryError for a page that holds no article, with what it is instead.
    """
    import trafilatura
    from trafilatura.utils import load_html

    address = name if is_address(name) else ""
    tree: Any = load_html(data)
    if tree is None:
        raise LibraryError(f"{name} holds no page that can be read.")
    _flatten(tree)
    language = next(iter(tree.xpath("/html/@lang | /html/@xml:lang")), "")
    canonical = _canonical(tree, address)
    page = stubs.look_at(tree)
    article: Any = trafilatura.bare_extraction(
        tree, url=address or None, with_metadata=True, include_comments=False
    )
    lines = (article.text or "").splitlines() if article is not None else []
    text = "\n\n".join(filter(None, (_without_marks(line) for line in lines)))
    stubs.check(page, text, name=name)
    if not text:
        raise LibraryError(f"{name} holds no text that reads like an article.")
    return Story(
        id="" if address else PurePath(name).stem,
        title=" ".join((article.title or "").split()) or plain.name_as_title(name),
        text=text + "\n",
        source=name,
        origin=canonical,
        about=About(
            author=article.author or "",
            date=article.date or "",
            language=str(article.language or language)[:35],
        ),
    )


def is_address(name: str) -> bool:
    """True for http and https addresses."""
    return name.lower().startswith(("http://", "https://"))


def without_fragment(address: str) -> str:
    """The address of a whole page, in one form: host in small letters, no fragment."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), fragment=""))


def _canonical(tree: Any, address: str) -> str:
    """The page's own name for itself, if it is one on the same site; else its address."""
    link = next(iter(tree.xpath('//link[@rel="canonical"]/@href')), "")
    try:
        found = without_fragment(urljoin(address, link.strip()))
        same_site = not address or _site(found) == _site(address)
    except ValueError:
        return address
    # Another site's name would let a page take the place of a story that is not its own.
    return found if link and is_address(found) and same_site else address


def _site(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _flatten(tree: Any) -> None:
    """Cut off what is nested deeper than any page that a person made."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth == DEEPEST:
            for element in level:
                for child in list(element):
                    element.remove(child)
            return
        level = [child for element in level for child in element]


def _without_marks(line: str) -> str:
    """A line of trafilatura's text without the marks of lists and tables."""
    line = line.strip()
    if line.startswith("|"):
        return " ".join(cell for cell in line.replace("|", " ").split() if cell.strip("-:"))
    return re.sub(r"^- ", "", line)
