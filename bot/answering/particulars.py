"""Names and numbers of a sentence: what must stand in the story to the letter.

Other words may be the answer's own; a name or a number that the cited sentences
do not have was made up, or belongs to somebody else. And what they say of one
person is no answer to a question about another.
"""

from __future__ import annotations

import re

from index.words import words

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞА-ЯЁ][^\W_]*(?:['’-][^\W_]+)*"
_NAME = re.compile(rf"{_CAPITAL}(?:[ \u00a0]{_CAPITAL})*")
_TITLES = frozenset(words("mr mrs ms miss dr sir lady lord judge queen king captain professor"))
_BEGINNINGS = frozenset((
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "is", "are", "was",
    "were", "did", "does", "do", "has", "had", "can", "could", "will", "would", "should", "the",
    "a", "an", "in", "on", "at", "by", "for", "from", "of", "to", "according", "and", "but",
))  # fmt: skip
"""With which a sentence begins before a name."""
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
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
        parts = [_VALUES[part] for part in word.split("-") if part in _VALUES]
        found.update(parts)
        if len(parts) == 2:  # thirty-three
            found.add(str(sum(map(int, parts))))
    return frozenset(found)


def names(text: str) -> list[tuple[str, ...]]:
    """The stems of each name, titles left out: of words in a row with a capital letter.

    A word with which a sentence or a quotation begins counts only if another follows it.
    """
    found: list[tuple[str, ...]] = []
    for match in _NAME.finditer(text):
        parts = [re.sub(r"['’]s$", "", part) for part in match[0].split()]
        before = text[: match.start()].rstrip(" “\"'‘(")
        if (not before or before[-1] in ".!?:\n") and (
            len(parts) == 1 or parts[0].lower() in _BEGINNINGS
        ):
            parts = parts[1:]
        stems = [stem for part in parts for stem in words(part) if stem not in _TITLES]
        if stems:
            found.append(tuple(stems))
    return found


def is_about_another(asked: str, *, cited: str, before: str) -> bool:
    """True if the cited text tells of somebody else than the question asks about.

    It does if it names somebody of the same surname, but not the first name asked
    for; or if it names somebody in full, and nobody that was asked about stands
    in it or in what comes `before`.
    """
    wanted = names(asked)
    here, told = set(words(cited)), [name for name in names(cited) if len(name) > 1]
    for name in wanted:
        is_unnamed = len(name) > 1 and name[0] not in here
        if is_unnamed and any(o[-1] == name[-1] and o[0] != name[0] for o in told):
            return True
    known = here | set(words(before))
    if not wanted or any(not known.isdisjoint(name) for name in wanted):
        return False
    said = set(words(asked))
    return any(said.isdisjoint(name) for name in told)


def made_up(claim: str, *, cited: str, before: str, asked: str) -> frozenset[str]:
    """Names and numbers of `claim` that neither the cited text nor the question has.

    A name may also stand in what comes `before` the cited sentences, which say `he`;
    one word of it is enough: `Mr Holt` may be called Edward Holt. A number there is
    somebody else's.
    """
    known = set(words(cited)) | set(words(asked)) | figures(cited) | figures(asked)
    numbers = {number for number in _digits(claim) if number not in known}
    known.update(words(before))
    strange = [name for name in names(claim) if known.isdisjoint(name)]
    return frozenset(numbers).union(*strange)


def _digits(text: str) -> frozenset[str]:
    return frozenset(words(found)[0] for found in re.findall(r"\d+(?:[.,]\d+)*", text))
