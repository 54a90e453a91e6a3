"""Near-duplicates: the same piece in two papers, found by the runs of words they share.

Source: Broder, "On the resemblance and containment of documents" (1997).
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from dataclasses import dataclass

SHINGLE = 5
"""Words in a run."""
SKETCH = 32
"""Runs kept of each story: those whose hashes are smallest, hence of all texts the same choice."""
LEAST_SHARED = 0.7
"""The share of the shorter text's runs that a twin has too."""
GREATEST_RATIO = 3.0
"""Of the lengths of two twins; a quotation is no twin of the book it is from."""

_MOST_WORDS = 50_000
_MOST_CANDIDATES = 20
_LEAST_COMMON = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Shingles:
    """The hashed runs of words of a text."""

    hashes: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Shingles:
        """The runs in the first 50,000 words."""
        words = _WORD.findall(text.casefold())[:_MOST_WORDS]
        runs = max(1, len(words) - SHINGLE + 1)
        return cls(
            frozenset(zlib.crc32(" ".join(words[i : i + SHINGLE]).encode()) for i in range(runs))
        )

    @property
    def sketch(self) -> list[int]:
        """A few of the hashes, by which stories that may be twins are found."""
        return sorted(self.hashes)[:SKETCH]

    def is_twin(self, other: Shingles) -> bool:
        """True if both texts are mostly the same words in the same order."""
        small, large = sorted((len(self.hashes), len(other.hashes)))
        if large > GREATEST_RATIO * small:
            return False
        return len(self.hashes & other.hashes) >= LEAST_SHARED * small


def relate(connection: sqlite3.Connection, story_id: str, shingles: Shingles) -> None:
    """Keep a story's sketch, and whom it resembles. Within a transaction."""
    sketch = shingles.sketch
    places = ", ".join("?" * len(sketch))
    candidates = connection.execute(
        f"SELECT stories.id, stories.text FROM sketches JOIN stories ON stories.id = story"
        f" WHERE hash IN ({places}) AND story <> ? GROUP BY story"
        " HAVING count(*) >= ? ORDER BY count(*) DESC LIMIT ?",
        (*sketch, story_id, min(_LEAST_COMMON, len(sketch)), _MOST_CANDIDATES),
    ).fetchall()
    for other, text in candidates:
        if shingles.is_twin(Shingles.of(text)):
            connection.executemany(
                "INSERT OR IGNORE INTO twins VALUES (?, ?)",
                [(story_id, other), (other, story_id)],
            )
    connection.executemany(
        "INSERT OR IGNORE INTO sketches VALUES (?, ?)", [(hash, story_id) for hash in sketch]
    )


def normal(sentence: str) -> str:
    """A sentence as it is compared between twins: its words in small letters."""
    return " ".join(_WORD.findall(sentence.casefold()))
