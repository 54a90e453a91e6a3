"""The shelf: stories kept in SQLite, found through FAISS and FTS5."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.database import Database
from index.embedder import Embedder
from index.errors import LibraryError
from index.passages import cut_passages
from index.sentences import split_sentences
from index.story import Passage, Sentence, Story

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.vectors import VectorIndex

DATABASE = "library.sqlite3"


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did: the story as it is kept, and whether it is new to the library."""

    story: Story
    is_new: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the library's list; sizes in characters and sentences."""

    id: str
    title: str
    source: str
    added_at: str
    characters: int
    sentences: int


class Library:
    """Stories in a folder.

    The database is the truth; the vector index is derived from it in memory and
    made anew whenever any process has changed the database.
    """

    def __init__(self, folder: Path, *, embedder: Embedder) -> None:
        self._database = Database(folder / DATABASE)
        self._embedder = embedder
        self._index_lock = threading.Lock()
        self._index: VectorIndex | None = None
        self._index_version: int | None = None
        self._check_embedder(folder)

    def _check_embedder(self, folder: Path) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO about VALUES ('embedder', ?)", (self._embedder.name,)
            )
            (name,) = connection.execute(
                "SELECT value FROM about WHERE name = 'embedder'"
            ).fetchone()
        if name != self._embedder.name:
            raise LibraryError(
                f"The library at {folder} was made with the embedder {name}, not "
                f"{self._embedder.name}. Name another folder with --library and add the stories."
            )

    def add(self, story: Story, *, advance: Callable[[int, int], None] | None = None) -> Added:
        """Keep `story` under an id made from its `id` or source; the same text is kept once.

        `advance(done, total)` counts embedded passages. Raises LibraryError for
        a story without a sentence. Nothing is kept unless all of it is.
        """
        digest = hashlib.sha256(story.text.encode()).hexdigest()
        present = self._with_digest(digest)
        if present is not None:
            return Added(present, is_new=False)
        sentences = split_sentences(story.text)
        if not any(map(str.isalnum, story.text)):
            raise LibraryError(f"{story.source} holds no sentence to ask about.")
        passages = cut_passages(sentences)
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            if advance is not None:
                advance(done, len(passages))

        texts = [story.text[p.start : p.end] for p in passages]
        vectors = self._embedder.embed(texts, advance=count)
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT id FROM stories WHERE sha256 = ?", (digest,)
            ).fetchone()
            if row is None:
                story = replace(story, id=_free_id(connection, slug(story.id or story.title)))
                _insert(connection, story, digest, sentences, passages, texts, vectors)
                return Added(story, is_new=True)
        return Added(self.story(row[0]), is_new=False)  # another process was quicker

    def remove(self, story_id: str) -> Story:
        """Take a story off the shelf for good and return it. Raises LibraryError if unknown."""
        story = self.story(story_id)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM stories WHERE id = ?", (story_id,))
        return story

    def shred(self) -> None:
        """Leave nothing of removed stories in the library's files. Writes them anew."""
        with self._database.transaction() as connection:
            # FTS5 only marks words as deleted until its segments are merged.
            connection.execute("INSERT INTO passage_words(passage_words) VALUES ('optimize')")
        self._database.compact()

    def entries(self) -> list[Entry]:
        """All stories in the order in which they were added."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, title, source, added_at, length(text),"
                " (SELECT count(*) FROM sentences WHERE story = stories.id)"
                " FROM stories ORDER BY stories.rowid"
            ).fetchall()
        return [Entry(*row) for row in rows]

    def story(self, story_id: str) -> Story:
        """The story with this id. Raises LibraryError if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, title, text, source FROM stories WHERE id = ?", (story_id,)
            ).fetchone()
        if row is None:
            raise LibraryError(
                f"There is no story {story_id!r} in the library. `storychat ls` lists them."
            )
        return Story(*row)

    def sentences(self, story_id: str) -> tuple[Sentence, ...]:
        """A story's sentences in order; empty if there is no such story."""
        with self._database.reading() as connection:
            rows = connection.execute(
                'SELECT number, start, "end" FROM sentences WHERE story = ? ORDER BY number',
                (story_id,),
            ).fetchall()
        return tuple(Sentence(*row) for row in rows)

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """The question's vector, shape (dimensions,)."""
        vector: NDArray[np.float32] = self._embedder.embed([question])[0]
        return vector

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of any texts, shape (len(texts), dimensions)."""
        return self._embedder.embed(texts)

    def vector_matches(
        self, query: NDArray[np.float32], count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, cosine), the nearest first."""
        index = self._current_index()
        if story_id is None:
            return index.nearest(query, count)
        with self._database.reading() as connection:
            ids = [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM passages WHERE story = ?", (story_id,)
                )
            ]
        return index.nearest(query, count, among=ids) if ids else []

    def cosine(self, query: NDArray[np.float32], passage_id: int) -> float:
        """The cosine of `query` and one passage."""
        return self._current_index().cosine(query, passage_id)

    def keyword_matches(
        self, question: str, count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, BM25 weight > 0) that share words, the best first."""
        words = re.findall(r"\w+", question)
        if not words:
            return []
        query = " OR ".join(f'"{word}"' for word in words)
        condition = "" if story_id is None else "AND passages.story = ?"
        with self._database.reading() as connection:
            return connection.execute(
                "SELECT passages.id, -bm25(passage_words) FROM passage_words"
                " JOIN passages ON passages.id = passage_words.rowid"
                f" WHERE passage_words MATCH ? {condition} ORDER BY bm25(passage_words) LIMIT ?",
                (query, *([] if story_id is None else [story_id]), count),
            ).fetchall()

    def passage(self, passage_id: int) -> tuple[str, Passage] | None:
        """A passage and its story's id; None if it has been removed since it was found."""
        with self._database.reading() as connection:
            row = connection.execute(
                'SELECT story, number, start, "end", first, last FROM passages WHERE id = ?',
                (passage_id,),
            ).fetchone()
        return None if row is None else (row[0], Passage(*row[1:]))

    def count(self) -> int:
        """How many stories there are."""
        with self._database.reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM stories").fetchone()
            return int(count)

    def close(self) -> None:
        """Close the library's files."""
        self._database.close()

    def _with_digest(self, digest: str) -> Story | None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, title, text, source FROM stories WHERE sha256 = ?", (digest,)
            ).fetchone()
        return None if row is None else Story(*row)

    def _current_index(self) -> VectorIndex:
        """The vector index of what the database holds now."""
        import numpy as np

        from index.vectors import VectorIndex

        with self._index_lock, self._database.reading() as connection:
            (version,) = connection.execute("SELECT count FROM changes").fetchone()
            if self._index is None or version != self._index_version:
                rows = connection.execute("SELECT passage, vector FROM vectors").fetchall()
                ids = np.array([row[0] for row in rows], dtype=np.int64)
                stored = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
                vectors = stored.astype(np.float32).reshape(-1, self._embedder.dimensions)
                self._index = VectorIndex(ids, vectors)
                self._index_version = version
            return self._index


def slug(name: str) -> str:
    """A readable id from a name: letters and digits of any script, the rest as single hyphens."""
    normal = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", normal).strip("-")[:60].strip("-") or "story"


def _free_id(connection: sqlite3.Connection, wish: str) -> str:
    candidate, number = wish, 1
    while connection.execute("SELECT 1 FROM stories WHERE id = ?", (candidate,)).fetchone():
        number += 1
        candidate = f"{wish}-{number}"
    return candidate


def _insert(
    connection: sqlite3.Connection,
    story: Story,
    digest: str,
    sentences: Sequence[Sentence],
    passages: Sequence[Passage],
    texts: Sequence[str],
    vectors: NDArray[np.float32],
) -> None:
    connection.execute(
        "INSERT INTO stories(id, title, text, source, sha256) VALUES (?, ?, ?, ?, ?)",
        (story.id, story.title, story.text, story.source, digest),
    )
    connection.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?)",
        [(story.id, s.number, s.start, s.end) for s in sentences],
    )
    for passage, text, vector in zip(passages, texts, vectors, strict=True):
        passage_id = connection.execute(
            'INSERT INTO passages(story, number, start, "end", first, last)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            (story.id, passage.number, passage.start, passage.end, passage.first, passage.last),
        ).lastrowid
        connection.execute(
            "INSERT INTO vectors VALUES (?, ?)", (passage_id, vector.astype("<f4").tobytes())
        )
        connection.execute(
            "INSERT INTO passage_words(rowid, words) VALUES (?, ?)", (passage_id, text)
        )
