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


def twists(written: str, cited: str, question: str) -> bool:
    """True if a sentence goes round in a circle, or joins what is cited where it did not belong."""
    return (
        _says_twice(written)
        or _moves_figure(written, cited, question)
        or _turns_round(written, cited, question)
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
