"""The words of a text, and how much each tells in a story."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Container, Iterable
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+", re.UNICODE)
_stemmer: Any = None


def words(text: str) -> list[str]:
    """Word stems of a text in order: case, accents, apostrophes and endings taken off.

    Numbers lose their thousands separators, so that `1,000` and `1000` are one word.
    Source of the stems: the Snowball project's English stemmer (Porter 2).
    """
    return [_stem(word) for word in _words(text)]


def whole_characters(text: str) -> str:
    """`text` without halves of characters, which a terminal, JSON or a file's name may hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Stems:
    """Some stems, to be looked for in many texts."""

    def __init__(self, stems: Collection[str]) -> None:
        """As of `words`."""
        self._stems = stems
        # A stem begins with the two letters of its word, but for dying, lying, tying and 1,000.
        self._beginnings = {stem[:2] for stem in stems}
        self._beginnings.update(stem[0] + second for stem in stems for second in "y,")

    def places(self, text: str) -> list[tuple[int, str]]:
        """Where they stand among the words of a text: (number of the word, stem), in order."""
        return [
            (place, stem)
            for place, word in enumerate(_words(text))
            if word[:2] in self._beginnings and (stem := _stem(word)) in self._stems
        ]


def _words(text: str) -> list[str]:
    plain = text.replace("’", "'").replace("'", "")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    global _stemmer
    if word[0].isdigit():
        return re.sub(r",(?=\d{3}\b)", "", word).rstrip(".,")
    if _stemmer is None:
        import Stemmer  # a compiled module: not needed for `--help`

        _stemmer = Stemmer.Stemmer("english")
    return str(_stemmer.stemWord(word))


class WordWeights:
    """Inverse document frequencies over a set of texts: rare words tell more."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        """`texts` are given as their words."""
        self._counts: Counter[str] = Counter()
        self._texts = 0
        for text in texts:
            self._counts.update(set(text))
            self._texts += 1

    def count(self, word: str) -> int:
        """How many of the texts have a word."""
        return self._counts[word]

    def __getitem__(self, word: str) -> float:
        """ln(1 + n / (1 + texts with the word)); an unknown word weighs most."""
        return math.log(1 + self._texts / (1 + self._counts[word]))

    def share(self, wanted: Iterable[str], present: Container[str]) -> float:
        """The weighted share of `wanted` words that are `present`, 0..1; 1 if none is wanted."""
        total = found = 0.0
        for word in wanted:
            weight = self[word]
            total += weight
            if word in present:
                found += weight
        return found / total if total else 1.0
