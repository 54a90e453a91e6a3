"""Question -> passages that share words with it, by SQLite's FTS5.

In small libraries by BM25. In large ones by how rare the words are that a
passage shares, whatever its length: BM25 looks every match up twice, and what
it tells more is lost again where words' closeness counts (tests/evaluation).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from heapq import nlargest

from index.closeness import WordCounts, question_words

MOST_MATCHES = 800
"""Passages of a large library that the words of one question may match together."""
SMALL = 5_000
"""Passages of a library up to which all words of a question count."""
_REMEMBERED = 100_000


class KeywordSearch:
    """Finds passages by words. Remembers how many passages hold a word."""

    def __init__(self, *, most_matches: int = MOST_MATCHES, small: int = SMALL) -> None:
        self._most = most_matches
        self._small = small
        self._counts: dict[str, int] = {}
        self._passages = 0

    def matches(
        self, connection: sqlite3.Connection, question: str, count: int, *, story_id: str | None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, weight > 0), the best first. Within a snapshot.

        Of a large library also those that weigh as much as the last.
        """
        found = self.counts(connection, question)
        words = self._telling(found)
        if not words:
            return []
        if story_id is None and found.passages > self._small:
            return self._sharing(connection, found, words, count)
        query = " OR ".join(f'"{word}"' for word in words)
        condition, bounds = "", ()
        if story_id is not None:
            bounds = connection.execute(
                "SELECT min(id), max(id) FROM passages WHERE story = ?", (story_id,)
            ).fetchone()
            # A story's passages are written in one transaction, hence have ids in a row.
            condition = "AND rowid BETWEEN ? AND ?"
        return connection.execute(
            "SELECT rowid, -rank FROM passage_words"
            f" WHERE passage_words MATCH ? {condition} ORDER BY rank LIMIT ?",
            (query, *bounds, count),
        ).fetchall()

    def counts(self, connection: sqlite3.Connection, question: str) -> WordCounts:
        """In about how many passages the words of a question stand. Within a snapshot."""
        (passages,) = connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()
        known = len(self._counts) <= _REMEMBERED
        if not known or not self._passages / 2 <= passages <= self._passages * 2:
            self._counts.clear()  # counted when the library was another one
            self._passages = passages
        for word in question_words(question):
            if word not in self._counts:
                self._counts[word] = self._count(connection, word, passages)
        return WordCounts(passages, {word: self._counts[word] for word in question_words(question)})

    def _sharing(
        self, connection: sqlite3.Connection, found: WordCounts, words: list[str], count: int
    ) -> list[tuple[int, float]]:
        """The `count` passages that share the most of `words`, and all that share as much."""
        weights: defaultdict[int, float] = defaultdict(float)
        for word in words:
            weight = found.weight(word)
            for (passage,) in connection.execute(
                "SELECT rowid FROM passage_words WHERE passage_words MATCH ?", (f'"{word}"',)
            ):
                weights[passage] += weight
        least = min(nlargest(count, weights.values()), default=0.0)
        best = [pair for pair in weights.items() if pair[1] >= least]
        return sorted(best, key=lambda pair: (-pair[1], pair[0]))

    def _telling(self, found: WordCounts) -> list[str]:
        """The rarest words, as many as match a bounded number of passages together.

        BM25 visits every match of every word: in a million passages, "the" alone
        would take a second and tell nothing. Small libraries keep all words.
        """
        if found.passages <= self._small:
            return list(found.counts)
        rare: list[str] = []
        total = 0
        for word in sorted(found.counts, key=lambda word: found.counts[word]):
            total += found.counts[word]
            if total > self._most:
                break
            rare.append(word)
        return rare

    def _count(self, connection: sqlite3.Connection, word: str, passages: int) -> int:
        """How many passages hold a word; above the bound, judged by how densely they lie.

        Matches come in the order of their ids: where the bound is reached tells
        how many there are in all, and no match beyond it is visited.
        """
        count, last = connection.execute(
            "SELECT count(*), max(rowid) FROM"
            " (SELECT rowid FROM passage_words WHERE passage_words MATCH ? LIMIT ?)",
            (f'"{word}"', self._most + 1),
        ).fetchone()
        if count <= self._most:
            return int(count)
        return max(int(count), int(count) * passages // int(last))
