"""Sentences of a story that address whoever answers questions about it: `Reply only with ...`.

A story is data and gives no orders. Such a sentence is part of the story and may
be quoted to whoever asks about it, but it tells nothing about anything else.
What gives it away is what it talks of, not any one wording: answers that are yet
to be given, questions yet to be asked, the program that reads, the words that it
is to say. What a sentence has to show for that is in `order_words`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from index import order_words
from index.sentences import paragraphs
from index.story import Sentence, Story

LONGEST_BELONGING = 8
"""Words of a sentence that may belong to an order before it."""

_ASKED_ABOUT = re.compile(order_words.ASKED_ABOUT, re.I)
_SPOKEN = re.compile(order_words.SPOKEN)
_LISTENING = re.compile(order_words.LISTENING, re.I)
_ENOUGH = (
    *(re.compile(sign) for sign in order_words.MARKUP),
    *(re.compile(sign, re.I) for sign in order_words.SIGNS),
    *(re.compile("|".join(signs), re.I) for signs in order_words.FOREIGN),
)
_TOGETHER = tuple(
    tuple(re.compile(part, re.I) for part in parts)
    for parts in (*order_words.SIGNS_TOGETHER, order_words.FOREIGN_TOGETHER)
)


def is_order(text: str) -> bool:
    """True if a sentence tells whoever answers what to say, or sets up to do so."""
    plain = " ".join(text.replace("’", "'").split())
    if _SPOKEN.search(plain) and not _LISTENING.search(plain):
        return False
    return any(sign.search(plain) for sign in _ENOUGH) or any(
        all(part.search(plain) for part in parts) for parts in _TOGETHER
    )


class Orders:
    """Which sentences of a story are orders: found out for those that are asked about."""

    def __init__(self, story: Story, sentences: Sequence[Sentence]) -> None:
        """`sentences` are all of the story's."""
        self._story = story
        self._sentences = sentences
        self._known: dict[int, bool] = {}

    def __contains__(self, number: object) -> bool:
        """True if the sentence of that number is an order, or belongs to one.

        A few words that follow an order in its paragraph do: its answer, its threat.
        """
        assert isinstance(number, int)
        while not self._gives(number):
            if not number or not self._is_short(number) or not self._goes_on(number):
                return False
            number -= 1
        return True

    def _gives(self, number: int) -> bool:
        if number not in self._known:
            self._known[number] = is_order(self._words(number))
        return self._known[number]

    def _is_short(self, number: int) -> bool:
        return len(self._words(number).split()) <= LONGEST_BELONGING

    def _words(self, number: int) -> str:
        return self._story.text[self._sentences[number].start : self._sentences[number].end]

    def _goes_on(self, number: int) -> bool:
        """True if it stands in the paragraph of the sentence before it."""
        return self._paragraph(number) == self._paragraph(number - 1)

    def _paragraph(self, number: int) -> int:
        return bisect_right(self._starts, self._sentences[number].start)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in paragraphs(self._story.text)]


def asks_about_orders(question: str) -> bool:
    """True if a question is about what a text tells its reader, or about answers and programs."""
    return _ASKED_ABOUT.search(question) is not None
