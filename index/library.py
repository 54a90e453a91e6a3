"""The shelf: stories kept in SQLite, found through FAISS and FTS5."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index import adding, compressed, records, renewal
from index.adding import Added, Advance, story_in
from index.closeness import WordCounts
from index.database import Database
from index.embedder import Embedder
from index.keywords import KeywordSearch
from index.neighbours import EXACT_UP_TO, Neighbours
from index.records import Found
from index.story import Passage, Sentence, Story

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DATABASE", "Added", "Entry", "Library"]

DATABASE = "library.sqlite3"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the library's list; sizes in characters and sentences."""

    id: str
    title: str
    source: str
    added_at: str
    characters: int
    sentences: int
    twins: tuple[str, ...] = ()


class Library:
    """Stories in a folder.

    The database is the truth; what is searched is derived from it, and follows
    whatever any process changes there.
    """

    def __init__(
        self,
        folder: Path,
        *,
        embedder: Embedder,
        exact_up_to: int = EXACT_UP_TO,
        renewing: Advance | None = None,
    ) -> None:
        """More than `exact_up_to` passages are searched through a compressed index.

        A library that was made with another embedder gets vectors of this one first,
        of which `renewing` is told.
        """
        self._folder = folder
        self._database = Database(folder / DATABASE)
        self._embedder = embedder
        try:
            self._check_embedder(renewing)
        except BaseException:
            self._database.close()
            raise
        self._keywords = KeywordSearch()
        self._neighbours = Neighbours(
            folder / DATABASE,
            self._database,
            embedder=embedder.name,
            dimensions=embedder.dimensions,
            exact_up_to=exact_up_to,
        )

    def _check_embedder(self, renewing: Advance | None) -> None:
        with self._database.reading() as connection:
            known = dict(connection.execute("SELECT name, value FROM about").fetchall())
        if renewal.EMBEDDER not in known or "mark" not in known:
            with self._database.transaction() as connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO about VALUES (?, ?)",
                    [(renewal.EMBEDDER, self._embedder.name), ("mark", secrets.token_hex(16))],
                )
                known = dict(connection.execute("SELECT name, value FROM about").fetchall())
        if known[renewal.EMBEDDER] != self._embedder.name:
            renewal.embed_anew(self._database, self._embedder, advance=renewing)

    @property
    def embedder(self) -> str:
        """The name of the embedder that all vectors here are of."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """Of every vector here."""
        return self._embedder.dimensions

    def add(
        self,
        story: Story,
        *,
        vectors: NDArray[np.float32] | None = None,
        advance: Advance | None = None,
    ) -> Added:
        """Keep `story` under an id made from its `id` or title.

        The same text is kept once. A changed text from the same origin takes the
        place of the old one and its id. Raises LibraryError for a story without a
        sentence. Nothing is changed unless all of it is. `vectors` are those of its
        passages, if they are known; a wrong number of them is passed over.
        """
        with self._database.reading() as connection:
            known = records.with_text(connection, story.text)
            old = records.at_origin(connection, story.origin)
            if known is not None and (not story.origin or old == known):
                return adding.found(connection, known)
            kept = {} if old is None else adding.vectors_of(connection, story_in(connection, old))
        prepared = None
        if known is None:
            prepared = adding.prepare(story, self._embedder, kept, vectors, advance=advance)
        with self._database.transaction() as connection:
            return adding.keep(connection, story, prepared)

    def embed_stories(
        self, stories: Sequence[Story], *, advance: Advance | None = None
    ) -> list[NDArray[np.float32] | None]:
        """Vectors for `add`, of many stories together: small ones fill a batch only so.

        None for a story whose text the library has.
        """
        with self._database.reading() as connection:
            new = [records.with_text(connection, story.text) is None for story in stories]
        texts = [
            adding.passage_texts(story) if n else [] for story, n in zip(stories, new, strict=True)
        ]
        every = [text for own in texts for text in own]
        vectors = self._embedder.embed(every, advance=adding.told(advance, len(every)))
        found: list[NDArray[np.float32] | None] = []
        begin = 0
        for own in texts:
            found.append(vectors[begin : begin + len(own)] if own else None)
            begin += len(own)
        return found

    def remove(self, story_id: str) -> Story:
        """Take a story off the shelf for good and return it. Raises LibraryError if unknown."""
        with self._database.transaction() as connection:
            story = story_in(connection, story_id)
            records.delete(connection, story_id)
        return story

    def shred(self) -> None:
        """Leave nothing of removed stories in the library's files. Writes them anew."""
        self._neighbours.settle()
        compressed.discard(self._folder)
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
            twins: dict[str, list[str]] = {}
            for story_id, other in connection.execute("SELECT story, other FROM twins"):
                twins.setdefault(story_id, []).append(other)
        return [
            replace(entry, twins=tuple(twins.get(entry.id, ())))
            for entry in (Entry(*row) for row in rows)
        ]

    def story(self, story_id: str) -> Story:
        """The story with this id. Raises LibraryError if there is none."""
        with self._database.reading() as connection:
            return story_in(connection, story_id)

    def at_origin(self, origin: str) -> Story | None:
        """The story that was found at an address or path, if any."""
        with self._database.reading() as connection:
            found = records.at_origin(connection, origin)
            return None if found is None else story_in(connection, found)

    def further_origins(self, story_id: str) -> list[tuple[str, str]]:
        """The same text's other origins and sources, oldest first; see Story.elsewhere."""
        with self._database.reading() as connection:
            return records.further_origins(connection, story_id)

    def sentences(self, story_id: str) -> tuple[Sentence, ...]:
        """A story's sentences in order; empty if there is no such story."""
        with self._database.reading() as connection:
            story = records.story(connection, story_id)
            return () if story is None else records.sentences(connection, story)

    def story_with_vectors(self, story_id: str) -> tuple[Story, NDArray[np.float32]]:
        """A story and the vectors of its passages in order, shape (passages, dimensions)."""
        import numpy as np

        with self._database.reading() as connection:
            story = story_in(connection, story_id)
            rows = connection.execute(
                "SELECT vector FROM passages JOIN vectors ON passage = id WHERE story = ?"
                " ORDER BY number",
                (story_id,),
            ).fetchall()
        stored = np.frombuffer(b"".join(row[0] for row in rows), dtype="<f4")
        return story, stored.reshape(len(rows), self.dimensions)

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """The question's vector, shape (dimensions,)."""
        vector: NDArray[np.float32] = self._embedder.embed([question])[0]
        return vector

    def vector_matches(
        self, query: NDArray[np.float32], count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, cosine), the nearest first."""
        return self._neighbours.nearest(query, count, story_id=story_id)

    def cosines(self, query: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """The cosines of `query` and some passages; those removed since are left out."""
        return self._neighbours.cosines(query, ids)

    def keyword_matches(
        self, question: str, count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, weight > 0) that share words, the best first.

        Of a large library also those that weigh as much as the last.
        """
        with self._database.reading() as connection:
            return self._keywords.matches(connection, question, count, story_id=story_id)

    def word_counts(self, question: str) -> WordCounts:
        """In about how many passages the words of a question stand."""
        with self._database.reading() as connection:
            return self._keywords.counts(connection, question)

    def found(self, ids: Sequence[int]) -> dict[int, Found]:
        """What some passages are; those removed since they were found are left out."""
        with self._database.reading() as connection:
            return records.found(connection, ids)

    def passages(self, story_id: str) -> list[tuple[int, Passage]]:
        """A story's passages in order, with their ids."""
        with self._database.reading() as connection:
            rows = connection.execute(
                'SELECT id, number, start, "end", first, last FROM passages WHERE story = ?'
                " ORDER BY number",
                (story_id,),
            ).fetchall()
        return [(row[0], Passage(*row[1:])) for row in rows]

    def settle(self) -> None:
        """Make the index of a library that has grown, if it is due, and wait until it is there."""
        self._neighbours.settle()

    def count(self) -> int:
        """How many stories there are."""
        with self._database.reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM stories").fetchone()
            return int(count)

    def close(self) -> None:
        """Close the library's files."""
        self._database.close()
