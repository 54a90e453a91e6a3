"""Text with entities, measured as Telegram measures it: in UTF-16 units.

Knows nothing of answers. No Markdown or HTML is ever written, so nothing that
a story contains can be taken for a mark.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import MessageEntity

from index.sentences import split_sentences

LONGEST_MESSAGE = 4_096
"""UTF-16 units; Telegram counts characters, which are never more."""


def units(text: str) -> int:
    """How many UTF-16 units `text` takes: two for an emoji."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A format of `text[start:end]`, in characters; `url` only for a link."""

    kind: str
    start: int
    end: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its formats."""

    text: str
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: Formatted | str) -> Formatted:
        if isinstance(other, str):
            return Formatted(self.text + other, self.marks)
        begin = len(self.text)
        moved = (Mark(m.kind, m.start + begin, m.end + begin, m.url) for m in other.marks)
        return Formatted(self.text + other.text, (*self.marks, *moved))

    def __bool__(self) -> bool:
        return bool(self.text)

    def entities(self) -> list[MessageEntity]:
        """The formats as Telegram wants them: offsets and lengths in UTF-16 units."""
        return [
            MessageEntity(
                type=mark.kind,
                offset=units(self.text[: mark.start]),
                length=units(self.text[mark.start : mark.end]),
                url=mark.url,
            )
            for mark in self.marks
            if mark.start < mark.end
        ]


def marked(kind: str, content: Formatted | str, *, url: str | None = None) -> Formatted:
    """`content` with one format over all of it."""
    inner = Formatted(content) if isinstance(content, str) else content
    return Formatted(inner.text, (Mark(kind, 0, len(inner.text), url), *inner.marks))


def bold(text: str) -> Formatted:
    """`text` in bold."""
    return marked(MessageEntity.BOLD, text)


def joined(separator: str, parts: list[Formatted]) -> Formatted:
    """All parts, with the separator between them."""
    whole = Formatted("")
    for number, part in enumerate(parts):
        whole = whole + separator + part if number else part
    return whole


def split(whole: Formatted, *, limit: int = LONGEST_MESSAGE) -> list[Formatted]:
    """Parts of at most `limit` UTF-16 units: cut after a sentence, else a word, else anywhere."""
    parts: list[Formatted] = []
    begin = 0
    while units(whole.text[begin:]) > limit:
        end = begin + _cut(whole.text[begin:], limit)
        parts.append(_slice(whole, begin, end))
        begin = end + len(whole.text[end:]) - len(whole.text[end:].lstrip())
    parts.append(_slice(whole, begin, len(whole.text)))
    return [part for part in parts if part]


def shortened(text: str, *, limit: int) -> str:
    """The beginning of `text` in at most `limit` characters, with `…` if anything is left out."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return f"{(head[:space] if space > limit // 2 else head).rstrip()}…"


def _cut(text: str, limit: int) -> int:
    """Where the first part of `text` ends, in characters."""
    most = limit
    while units(text[:most]) > limit:
        most -= 1
    head = text[:most]
    ends = [sentence.end for sentence in split_sentences(head)][:-1]
    # The last of `ends` is a sentence that is surely whole; one that is short is not worth it.
    best = max((*ends, head.rfind("\n")), default=-1)
    if best < most // 2:
        best = head.rfind(" ")
    return best if best > 0 else most


def _slice(whole: Formatted, start: int, end: int) -> Formatted:
    while start < end and whole.text[start].isspace():
        start += 1
    while end > start and whole.text[end - 1].isspace():
        end -= 1
    marks = tuple(
        Mark(m.kind, max(m.start, start) - start, min(m.end, end) - start, m.url)
        for m in whole.marks
        if m.start < end and m.end > start
    )
    return Formatted(whole.text[start:end], marks)
