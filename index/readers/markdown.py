"""Markdown -> Story: the words without the marks, one paragraph a block."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from index.errors import LibraryError
from index.readers.plain import decode, name_as_title
from index.story import Story

if TYPE_CHECKING:
    from markdown_it.token import Token


def read(data: bytes, *, name: str) -> Story:
    """The story in `data`; its title is the first heading, else the name."""
    from pathlib import PurePath

    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(decode(data, name=name))
    text = "\n\n".join(_blocks(tokens))
    if not text.strip():
        raise LibraryError(f"{name} holds no text, only marks. Put the story's text into it.")
    title = next(_headings(tokens), None) or name_as_title(name)
    return Story(id=PurePath(name).stem, title=title, text=text + "\n", source=name)


def _blocks(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            words = _words(token).strip()
        elif token.type in ("fence", "code_block"):
            words = token.content.strip()
        else:
            continue
        if words:
            yield words


def _headings(tokens: list[Token]) -> Iterator[str]:
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and _words(token).strip():
            yield _words(token).strip()


def _words(inline: Token) -> str:
    """The text of an inline token: links and images by their words, soft breaks as spaces."""
    parts: list[str] = []
    for child in inline.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)
