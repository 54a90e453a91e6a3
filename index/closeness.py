"""How closely together a passage holds the words of a question.

BM25 counts words wherever they stand; a sentence that answers has most of them
side by side. Source of the idea: Clarke, Cormack and Tudhope, "Relevance
ranking for one to three term queries" (2000), with windows of fixed lengths.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from index.words import Stems, words

WINDOWS = (10, 20, 60)
"""Words: a clause, a sentence, most of a passage; measured in tests/evaluation."""
MOST_WORDS = 64

_WORD = re.compile(r"\w+")


def question_words(question: str) -> list[str]:
    """The different words of a question as they are written, in order; not too many.

    In small letters, but not casefolded: the keyword index keeps `straße`.
    """
    return list(dict.fromkeys(_WORD.findall(question.lower())))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """In about how many of `passages` passages each word stands."""

    passages: int
    counts: Mapping[str, int]

    def weight(self, word: str) -> float:
        """How much a word tells: more, the fewer passages hold it; never nothing."""
        return math.log(1 + (self.passages + 1) / (1 + self.counts[word]))

    def __add__(self, other: WordCounts) -> WordCounts:
        counts = Counter(self.counts)
        counts.update(other.counts)
        return WordCounts(self.passages + other.passages, counts)


class Closeness:
    """The stems of a question, of which rare ones weigh more."""

    def __init__(self, found: WordCounts) -> None:
        self._weights: dict[str, float] = {}
        for word in found.counts:
            for stem in words(word):
                self._weights[stem] = max(found.weight(word), self._weights.get(stem, 0.0))
        self._total = sum(self._weights.values())
        self._stems = Stems(self._weights)

    def of(self, text: str) -> float:
        """The weighted share of the words in the best window, averaged over windows, 0..1."""
        if not self._total:
            return 0.0
        found = self._stems.places(text)
        shares = (self._best(found, window) for window in WINDOWS)
        return sum(shares) / len(WINDOWS) / self._total

    def _best(self, found: list[tuple[int, str]], window: int) -> float:
        best = weight = 0.0
        inside: dict[str, int] = {}
        first = 0
        for place, stem in found:
            seen = inside.get(stem, 0)
            inside[stem] = seen + 1
            if not seen:
                weight += self._weights[stem]
            while place - found[first][0] >= window:
                leaving = found[first][1]
                inside[leaving] -= 1
                if not inside[leaving]:
                    weight -= self._weights[leaving]
                first += 1
            best = max(best, weight)
        return best
