"""Years that a question asks about, and whether a story tells of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.answering.particulars import figures

RECENT = 3
"""Years back from today that a story may well call "last year" or not name at all."""
LONGEST_SPAN = 100
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_ASKED = re.compile(
    rf"\b(?:(?i:in|of|during|year|im|jahr|en|de|année|año|nel)|[A-Z]\w+) ({_YEAR})\b"
    r"(?![’']?s\b|[.,]\d| \w+s\b)"
)
"""A year in which something was: before or after one a story may tell of others, and what follows
may be no year but a decade, an amount, or a number of things."""
_TOLD = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")
_SPAN = re.compile(rf"(?<!\d)({_YEAR})\s*(?:[-–—/]|to|until|till|and|bis|à|a)\s*(\d{{4}}|\d\d)\b")
_APART = re.compile(
    r"\b(?:(?:([\w-]+) years? (?:later|after|on)|(?:next|following) year)"
    r"|(?:([\w-]+) years? (?:before|earlier)|previous year))\b|" + _TOLD.pattern,
    re.I,
)
"""How far a year is from the one that was told of last: six years later, a year before."""


def misses_year(question: str, texts: Iterable[str], *, today: date | None = None) -> bool:
    """True if a question names a year that is long past, and that none of the texts tells of.

    It takes for granted what the story does not say: "What did the duke plan in 1785?", where
    all ends in 1774. A year within a span that is told of is told of, and so is one that the story
    only leads to: 1927, if something was done in 1921, and something else six years later.
    """
    newest = (today or date.today()).year - RECENT
    asked = {year for year in map(int, _ASKED.findall(question)) if year < newest}
    if not asked:
        return False
    told = set[int]()
    for text in texts:
        told |= _told(text)
    return not asked <= told


def _told(text: str) -> set[int]:
    told = {int(year) for year in _TOLD.findall(text)}
    for first, last in _SPAN.findall(text):
        begin, end = int(first), int(last if len(last) == len(first) else first[:2] + last)
        if begin < end <= begin + LONGEST_SPAN:
            told.update(range(begin, end + 1))
    return told | set(_led_to(text))


def _led_to(text: str) -> Iterator[int]:
    """The years that stand in a text as so many years from the year before them."""
    last = None
    for one in _APART.finditer(text):
        later, earlier, year = one.groups()
        if year:
            last = int(year)
        elif last is not None:
            is_before = earlier or one[0].lower().startswith("previous")
            last += -_count(earlier or "") if is_before else _count(later or "")
            yield last


def _count(word: str) -> int:
    """How many years a word counts: "twenty-two"; one, if it is no number, as "a" is none."""
    return max((int(figure) for figure in figures(word) if figure.isdigit()), default=1)
