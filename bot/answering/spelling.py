"""A question as the story spells it: what was typed wrongly is put right, and names get capitals.

A word is taken for one of the story's if it is one slip away from that one alone, and is none
itself: neither of the story nor of the language. Source of what a slip is (a letter more, less
or other, or two changed about): Peter Norvig, "How to write a spelling corrector" (2007).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.answering.function_words import ASKING, AUXILIARIES, EMPTY, PREPOSITIONS
from bot.answering.particulars import ABBREVIATED, NAME
from index.words import words

if TYPE_CHECKING:
    from spellchecker import SpellChecker

SHORTEST, LONGEST = 5, 40
"""Letters of a word that may be put right: of shorter ones too many are a slip apart, and there
are more slips of a longer one than are worth trying."""
_WORD = re.compile(r"[^\W\d_\u2e80-\U0003ffff]+(?!['’]t\b)")
"""In letters: of the thousands of characters of East Asia any could have been meant. Not the
`couldn` of `couldn't`."""
_NO_NAMES = EMPTY | {"us"}
"""Whatever the WHO and the US are: a question has these words for themselves."""
_WITHIN = re.compile(r"[^\W_][,;]? $")
"""What stands before a word that begins no sentence."""


class Spelling:
    """How a story spells its words."""

    def __init__(self, text: str) -> None:
        self._text = text
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

    def with_capitals(self, question: str) -> str:
        """A question in small letters with capitals where the story always has them."""
        spoken = f" {' '.join(_WORD.findall(question))} "
        for full in self._full_names:
            plain = full.lower()
            if f" {plain} " in spoken and plain not in self._text:
                question = re.sub(rf"\b{re.escape(full)}\b", full, question, flags=re.I)
        return _WORD.sub(lambda m: self._spelt[m[0]] if m[0] in self._names else m[0], question)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words, in small letters, that always have capitals, not only where a sentence begins.

        They stand by themselves or end a name: the professor need be no Professor Amsel.
        """
        last = {
            match[0].split()[-1].lower()
            for line in self._lines()
            for match in NAME.finditer(line)
            if " " in match[0] or _is_within(line[max(0, match.start() - 8) : match.start()])
        }
        return frozenset(w for w in last - _NO_NAMES if self._spelt.get(w, w)[0].isupper())

    @cached_property
    def _full_names(self) -> Sequence[str]:
        """The names of several words, once each; some may stand in small letters too."""
        return list(dict.fromkeys(name for line in self._lines() for name in _full_names(line)))

    def _lines(self) -> Iterator[str]:
        """The story's lines but for headlines, all of whose words may have capitals."""
        return (line for line in self._text.splitlines() if _tells(line))

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


def as_written(question: str, spellings: Sequence[Spelling]) -> str:
    """A question as one writes it: with capitals, and a question mark at its end.

    By its capitals it is known of whom it asks, and a model that learned from written questions
    is bolder where they are missing. Where there are others than the first it keeps its own.
    """
    first, _, _ = question.lower().partition(" ")
    if first in ASKING | AUXILIARIES and question[-1].isalnum():
        question += "?"
    if not question.isupper() and question[1:] != question[1:].lower():
        return question
    asked = question.lower() if question.isupper() else question
    for spelling in spellings:
        asked = spelling.with_capitals(asked)
    return asked[:1].upper() + asked[1:]


def _full_names(text: str) -> Iterator[str]:
    """The names of several words in a text, without the `The` before them."""
    for match in NAME.finditer(text):
        name = match[0].split()
        while name and name[0].lower() in EMPTY:
            name.pop(0)
        if len(name) > 1:
            yield " ".join(name)


def _is_within(before: str) -> bool:
    """True if what follows these letters of a line begins neither a sentence nor a quotation."""
    return bool(_WITHIN.search(before) or ABBREVIATED.search(before.rstrip()))


def _tells(line: str) -> bool:
    """True if a line has words in small letters that are no prepositions."""
    return any(word.islower() and word not in PREPOSITIONS for word in line.split())


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
