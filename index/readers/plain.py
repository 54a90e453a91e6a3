"""Plain text -> Story. The text is kept letter for letter, but for the kind of its line ends."""

from __future__ import annotations

import codecs
from pathlib import PurePath

from index.errors import LibraryError
from index.story import Story

_LONGEST_HEADLINE = 150
_SAMPLE = 200_000
"""Bytes from which an encoding is guessed; more makes the guess slower, not better."""

_FEW_ACCENTS = 0.1
"""The share of bytes beyond ASCII."""

_RIGHT_FOR_WRONG = 2
"""Characters beyond ASCII that are UTF-8, for each that is not; in other encodings few are."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins the same way
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(data: bytes, *, name: str) -> Story:
    """The story in `data`; its title is the first line if that is a headline, else the name."""
    text = decode(data, name=name)
    return Story(
        id=PurePath(name).stem, title=_headline(text) or name_as_title(name), text=text, source=name
    )


def decode(data: bytes, *, name: str) -> str:
    """Text with Unix line ends, from UTF-8, from what its mark says, or from what it looks like.

    Raises LibraryError if the data is empty, binary, or in no encoding that fits.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeDecodeError as error:
        if marked is not None:
            raise LibraryError(
                f"{name} says that it is {marked.upper()} but is not (byte {error.start} is "
                "wrong). Save it anew as UTF-8."
            ) from error
        text = _mended(data) or _guess(data, name=name)
    if "\0" in text:
        # Without a mark, UTF-16 holds a zero in nearly every other byte.
        text = _guess(data, name=name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise LibraryError(f"{name} is empty. Put the story's text into it and try again.")
    return text


def _mended(data: bytes) -> str:
    """What is UTF-8 but for a few wrong bytes, with marks for these; empty if it is not.

    A file that was cut inside a character, or put together of two encodings.
    """
    text = data.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = sum(not c.isascii() for c in text) - wrong
    return text if right >= _RIGHT_FOR_WRONG * wrong and _is_text(text) else ""


def _guess(data: bytes, *, name: str) -> str:
    for encoding in _utf16(data) if b"\0" in data else _likely_encodings(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if _is_text(text):
            return text
    raise LibraryError(f"{name} is not text but binary data. Save its text as a .txt file.")


def _utf16(data: bytes) -> tuple[str, str]:
    """UTF-16 without a mark, the likelier way round first: its spaces have a zero there."""
    little = data[1:_SAMPLE:2].count(0) >= data[0:_SAMPLE:2].count(0)
    return ("utf-16-le", "utf-16-be") if little else ("utf-16-be", "utf-16-le")


def _likely_encodings(data: bytes) -> list[str]:
    import charset_normalizer

    sample = data[:_SAMPLE]
    # A few foreign bytes among many ASCII letters are accents, dashes and quotation marks of a
    # Western text; statistics over so few bytes find Chinese in "café".
    if sum(byte >= 0x80 for byte in sample) < max(10, _FEW_ACCENTS * len(sample)):
        return ["cp1252"]
    return [*(match.encoding for match in charset_normalizer.from_bytes(sample)), "cp1252"]


def _is_text(text: str) -> bool:
    """False if control or unassigned characters show that the bytes meant something else."""
    strange = sum(not (c.isprintable() or c.isspace() or c == "\x1b") for c in text)
    return "\0" not in text and strange <= len(text) // 100


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
