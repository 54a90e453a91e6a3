"""How a small model twists what it has read: sentences that nobody should be shown."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from itertools import pairwise

from bot.answering.function_words import EMPTY, SAYING_LITTLE
from index.words import words

RUN = 6
"""Words in a row that no sentence has twice, unless the model has lost its way."""
NEAR = 3
"""Full words on either side of a number, within which it is told what it is the number of."""
_BETWEEN = frozenset(words(" ".join(SAYING_LITTLE))) | frozenset(words("us"))
"""Words that tell of nothing themselves."""
_CLAIMED = "(?:claimed|said|alleged|believed|thought|rumou?red|suggested|reported|argued|supposed)"
_DOUBTED = re.compile(
    rf"\bit (?:is|was|has been|had been) (?:\w+ )?{_CLAIMED}\b"
    rf"|\b(?:is|are|was|were|been) (?:\w+ )?{_CLAIMED} to\b"
    r"|\b(?:allegedly|reportedly|supposedly|purportedly|apparently|presumably|perhaps|possibly"
    r"|probably|maybe)\b",
    re.I,
)
"""What a story does not say in its own name, or not for certain (English)."""


def twists(written: str, cited: str, question: str) -> bool:
    """True if a sentence goes round in a circle, joins what does not belong together, or is surer.

    What it is surer than, and what it joins, is what is `cited`.
    """
    return (
        _says_twice(written)
        or _moves_figure(written, cited, question)
        or _turns_round(written, cited, question)
        or _drops_doubt(written, cited)
    )


def _says_twice(written: str) -> bool:
    """True if a sentence goes round in a circle: it has a run of words that it has had before."""
    said = words(written)
    runs = [tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1)]
    return len(set(runs)) < len(runs)


def _moves_figure(written: str, cited: str, question: str) -> bool:
    """True if a number stands beside other words than where it is cited from.

    Of a press that was built in 1898, and came from a works that burned down, it says that
    the works burned down in 1898. The full word before or after must be near it there too,
    or have been asked with.
    """
    asked = set(words(question))
    numbers = {word for word in words(written) if word[0].isdigit()} - asked
    said, there = (_full(text, numbers) for text in (written, cited))
    for at, number in enumerate(said):
        places = [i for i, word in enumerate(there) if word == number]
        if number not in numbers or not places:
            continue
        near = {word for i in places for word in there[max(0, i - NEAR) : i + NEAR + 1]}
        beside = {*said[max(0, at - 1) : at], *said[at + 1 : at + 2]}
        if beside and beside.isdisjoint(near | asked):
            return True
    return False


def _full(text: str, numbers: AbstractSet[str]) -> list[str]:
    """The words of a text that say something, these numbers among them."""
    return [word for word in words(text) if word in numbers or word not in _BETWEEN]


def _turns_round(written: str, cited: str, question: str) -> bool:
    """True if whoever something was done to in the question does it in the sentence.

    "Who helped Anna?" - "Anna helped with the hay." Unless the story has it so too.
    """
    turned = {
        (name, deed)
        for deed, name in _pairs(question)
        if name[0].isupper() and deed[0].islower() and deed not in EMPTY
    }
    return not turned.isdisjoint(_pairs(written)) and turned.isdisjoint(_pairs(cited))


def _pairs(text: str) -> list[tuple[str, str]]:
    """The words that stand next to each other."""
    said = re.findall(r"\w+", text)
    return list(pairwise(said))


def _drops_doubt(written: str, cited: str) -> bool:
    """True if a sentence says outright what the story says that others claim, or that may be so."""
    return bool(_DOUBTED.search(cited)) and not _DOUBTED.search(written)
