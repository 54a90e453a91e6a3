"""Question -> passages that share words with it, by SQLite's FTS5 (BM25)."""

from __future__ import annotations

import re
import sqlite3

MOST_MATCHES = 1_500
"""Passages that the words of one question may match together; BM25 takes some 3 us for each."""
SMALL = 5_000
"""Passages of a library up to which all words of a question count."""
MOST_WORDS = 64


class KeywordSearch:
    """Finds passages by words. Remembers which words are too common to tell anything."""

    def __init__(self, *, most_matches: int = MOST_MATCHES, small: int = SMALL) -> None:
        self._most = most_matches
        self._small = small
        self._counts: dict[str, int] = {}
        self._passages = 0

    def matches(
        self, connection: sqlite3.Connection, question: str, count: int, *, story_id: str | None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, BM25 weight > 0), the best first. Within a snapshot."""
        words = list(dict.fromkeys(re.findall(r"\w+", question.casefold())))[:MOST_WORDS]
        words = self._telling(connection, words)
        if not words:
            return []
        query = " OR ".join(f'"{word}"' for word in words)
        condition, bounds = "", ()
        if story_id is not None:
            bounds = connection.execute(
                "SELECT min(id), max(id) FROM passages WHERE story = ?", (story_id,)
            ).fetchone()
            # A story's passages are written in one transaction, hence have ids in a row.
            condition = "AND rowid BETWEEN ? AND ?"
        return connection.execute(
            "SELECT rowid, -bm25(passage_words) FROM passage_words"
            f" WHERE passage_words MATCH ? {condition} ORDER BY bm25(passage_words) LIMIT ?",
            (query, *bounds, count),
        ).fetchall()

    def _telling(self, connection: sqlite3.Connection, words: list[str]) -> list[str]:
        """The rarest words, as many as match a bounded number of passages together.

        BM25 visits every match of every word: in a million passages, "the" alone
        would take a second and tell nothing. Small libraries keep all words.
        """
        (passages,) = connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()
        if passages <= self._small:
            return words
        if not self._passages / 2 <= passages <= self._passages * 2:
            self._counts.clear()  # counted when the library was another one
            self._passages = passages
        rare: list[str] = []
        total = 0
        for word in sorted(words, key=lambda word: self._count(connection, word)):
            total += self._count(connection, word)
            if total > self._most:
                break
            rare.append(word)
        return rare

    def _count(self, connection: sqlite3.Connection, word: str) -> int:
        """How many passages hold a word; one more than the bound stands for all above it."""
        if word not in self._counts:
            if len(self._counts) > 100_000:
                self._counts.clear()
            (self._counts[word],) = connection.execute(
                "SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ?"
                " LIMIT ?)",
                (f'"{word}"', self._most + 1),
            ).fetchone()
        return self._counts[word]
