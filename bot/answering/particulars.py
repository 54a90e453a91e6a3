"""Names and numbers of a sentence: what must stand in the story to the letter.

Other words may be the answer's own; a name or a number that the cited sentences
do not have was made up, or belongs to somebody else.
"""

from __future__ import annotations

import re

from index.words import words

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞА-ЯЁ][^\W_]*(?:['’-][^\W_]+)*"
_NAME = re.compile(rf"{_CAPITAL}(?:[ \u00a0]{_CAPITAL})*")
_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: str(n) for n, word in enumerate(_NUMBERS)} | {
    word: str(10 * n) for n, word in enumerate(_TENS, 3)
}


def figures(text: str) -> frozenset[str]:
    """The numbers of a text as digits, small ones also where they are written out."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        if word[0].isdigit():
            found.add(words(word)[0])
        for part in word.split("-"):
            if part in _VALUES:
                found.add(_VALUES[part])
    return frozenset(found)


def names(text: str) -> list[frozenset[str]]:
    """The stems of each name: of words in a row with a capital letter.

    A word with which a sentence or a quotation begins counts only if another follows it.
    """
    found: list[frozenset[str]] = []
    for match in _NAME.finditer(text):
        parts = re.split(r"[ \u00a0]+", match[0])
        before = text[: match.start()].rstrip(" “\"'‘(")
        if not before or before[-1] in ".!?:":
            parts = parts[1:]
        if parts:
            found.append(frozenset(w for p in parts for w in words(re.sub(r"['’]s$", "", p))))
    return found


def made_up(claim: str, *, cited: str, before: str, asked: str) -> frozenset[str]:
    """Names and numbers of `claim` that neither the cited text nor the question has.

    A name may also stand in what comes `before` the cited sentences, which say `he`;
    one word of it is enough: `Mr Holt` may be called Edward Holt. A number there is
    somebody else's.
    """
    known = set(words(cited)) | set(words(asked)) | figures(cited) | figures(asked)
    numbers = {number for number in _digits(claim) if number not in known}
    known.update(words(before))
    strange = [name for name in names(claim) if name.isdisjoint(known)]
    return frozenset(numbers).union(*strange)


def _digits(text: str) -> frozenset[str]:
    return frozenset(words(found)[0] for found in re.findall(r"\d+(?:[.,]\d+)*", text))
