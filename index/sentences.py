"""Story text -> sentences with exact offsets.

sentencex (Wikimedia) knows abbreviations, quotations and initials; what is
ours is deciding what a line break means, and a bound on length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.story import Sentence

LONGEST_SENTENCE = 1_000
"""Characters; text without full stops is cut at white space so that a citation stays readable."""

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINE = re.compile(r"[^\n]+")
_WRAP_COLUMN = 100
_ENDS_SENTENCE = re.compile(r"""[.!?…:;]["'”’»)\]]*\s*$""")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Every sentence of `text` in order, without the white space around it.

    Blank lines always end a sentence. Single line breaks do too, unless the
    text is hard-wrapped (e-mail, Gutenberg), where they are mere spaces.
    """
    spans: list[tuple[int, int]] = []
    for block in paragraphs(text):
        spans.extend(_sentences_of(text, *block))
    return tuple(Sentence(number, start, end) for number, (start, end) in enumerate(spans))


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every paragraph: no sentence reaches from one into the next."""
    pattern = _BLOCK if _is_hard_wrapped(text) else _LINE
    for match in pattern.finditer(text):
        if match.group().strip():
            yield match.span()


def _is_hard_wrapped(text: str) -> bool:
    """True if lines are cut at a column rather than at a paragraph's or sentence's end."""
    inner: list[str] = []
    for block in _BLOCK.finditer(text):
        inner.extend(block.group().split("\n")[:-1])
    if len(inner) < 3 or max(map(len, inner)) > _WRAP_COLUMN:
        return False
    unfinished = sum(not _ENDS_SENTENCE.search(line) for line in inner)
    return unfinished > 0.6 * len(inner)


def _sentences_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    import sentencex  # a compiled module: not needed for `--help`

    # A line break inside a hard-wrapped paragraph is a space; the length stays the same.
    block = text[start:end].replace("\n", " ")
    for boundary in sentencex.get_sentence_boundaries("en", block):
        a, b = start + boundary["start_index"], start + boundary["end_index"]
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        while b - a > LONGEST_SENTENCE:
            cut = _last_space(text, a, a + LONGEST_SENTENCE)
            yield a, cut
            a = cut
            while a < b and text[a].isspace():
                a += 1
        if a < b:
            yield a, b


def _last_space(text: str, start: int, end: int) -> int:
    """Where to cut text[start:end]: after its last word, or at `end` if it is a single word."""
    for position in range(end, start, -1):
        if text[position].isspace():
            return position
    return end
