"""A question as the story spells it: what was typed wrongly is put right.

A word is taken for one of the story's if it is one slip away from that one alone, and is none
itself: neither of the story nor of the language. Source of what a slip is (a letter more, less
or other, or two changed about): Peter Norvig, "How to write a spelling corrector" (2007).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from index.words import words

if TYPE_CHECKING:
    from spellchecker import SpellChecker

SHORTEST, LONGEST = 5, 40
"""Letters of a word that may be put right: of shorter ones too many are a slip apart, and there
are more slips of a longer one than are worth trying."""
_WORD = re.compile(r"[^\W\d_\u2e80-\U0003ffff]+(?!['’]t\b)")
"""In letters: of the thousands of characters of East Asia any could have been meant. Not the
`couldn` of `couldn't`."""


class Spelling:
    """How a story spells its words."""

    def __init__(self, text: str) -> None:
        self._spelt: dict[str, str] = {}
        for word in _WORD.findall(text):
            known = self._spelt.setdefault(word.lower(), word)
            if known[0].isupper() and not word[0].isupper():
                self._spelt[word.lower()] = word  # it had a capital where a sentence begins
        self._stems = frozenset(stem for word in self._spelt for stem in words(word))
        self._checker = _checker(None)
        self._checker.word_frequency.load_words(w for w in self._spelt if len(w) >= SHORTEST)

    def has(self, word: str) -> bool:
        """True if a word stands in the story, whatever its ending."""
        return not self._stems.isdisjoint(words(word))

    def nearest(self, word: str) -> Iterator[str]:
        """The story's words, as it spells them, that a word which it has not may be a slip of."""
        for known in self._checker.candidates(word.lower()) or ():
            if known in self._spelt and known[0] == word[0].lower():
                yield self._spelt[known]


def as_spelt(question: str, spellings: Sequence[Spelling], *, language: str) -> str:
    """The question with the words that were typed wrongly as the stories spell them.

    `language` is its code ("en"). A question in a language without a dictionary stays as it
    is, and so do numbers.
    """
    if language not in _languages():
        return question

    def right(match: re.Match[str]) -> str:
        typed = match[0]
        if not SHORTEST <= len(typed) <= LONGEST or any(s.has(typed) for s in spellings):
            return typed
        meant = {word for spelling in spellings for word in spelling.nearest(typed)}
        if match.start() and typed.istitle():  # a name, so it was meant to be one
            meant = {word for word in meant if not word.islower()}
        if len(meant) != 1 or typed in _dictionary(language):
            return typed
        return _written(meant.pop(), typed)

    return _WORD.sub(right, question)


def _written(word: str, typed: str) -> str:
    """A word with capitals where it was typed with such."""
    if typed.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if typed[0].isupper() else word.lower()


@lru_cache(maxsize=2)  # of tens of megabytes each
def _dictionary(language: str) -> SpellChecker:
    return _checker(language)


def _checker(language: str | None) -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language, distance=1)


def _languages() -> Iterable[str]:
    from spellchecker import SpellChecker

    return SpellChecker.languages()
