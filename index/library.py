"""The shelf: stories kept in SQLite, found through FAISS and FTS5."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index import compressed, records
from index.database import Database
from index.embedder import Embedder
from index.errors import LibraryError
from index.keywords import KeywordSearch
from index.neighbours import EXACT_UP_TO, Neighbours
from index.passages import cut_passages
from index.sentences import split_sentences
from index.story import Passage, Sentence, Story
from index.twins import Shingles

if TYPE_CHECKING:
    import sqlite3

    import numpy as np
    from numpy.typing import NDArray

DATABASE = "library.sqlite3"

Advance = Callable[[int, int], None]
"""Is told how many passages are embedded, and of how many."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did to a story: sentences that are new in it, and ones that are gone."""

    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did: the story as it is kept, whether its id is new, how its text changed."""

    story: Story
    is_new: bool
    change: Change | None = None


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

    def __init__(self, folder: Path, *, embedder: Embedder, exact_up_to: int = EXACT_UP_TO) -> None:
        """More than `exact_up_to` passages are searched through a compressed index."""
        self._folder = folder
        self._database = Database(folder / DATABASE)
        self._embedder = embedder
        self._check_embedder()
        self._keywords = KeywordSearch()
        self._neighbours = Neighbours(
            folder / DATABASE,
            self._database,
            embedder=embedder.name,
            dimensions=embedder.dimensions,
            exact_up_to=exact_up_to,
        )

    def _check_embedder(self) -> None:
        with self._database.reading() as connection:
            known = dict(connection.execute("SELECT name, value FROM about").fetchall())
        if "embedder" not in known or "mark" not in known:
            with self._database.transaction() as connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO about VALUES (?, ?)",
                    [("embedder", self._embedder.name), ("mark", secrets.token_hex(16))],
                )
                known = dict(connection.execute("SELECT name, value FROM about").fetchall())
        if known["embedder"] != self._embedder.name:
            self._database.close()
            raise LibraryError(
                f"The library at {self._folder} was made with the embedder {known['embedder']}, "
                f"not {self._embedder.name}. Name another folder with --library and add the "
                "stories."
            )

    def add(self, story: Story, *, advance: Advance | None = None) -> Added:
        """Keep `story` under an id made from its `id` or title.

        The same text is kept once. A changed text from the same origin takes the
        place of the old one and its id. Raises LibraryError for a story without a
        sentence. Nothing is changed unless all of it is.
        """
        with self._database.reading() as connection:
            known = _with_text(connection, story.text)
            old = _at_origin(connection, story)
            if known is not None and (not story.origin or old == known):
                return Added(_story(connection, known), is_new=False)
            vectors = {} if old is None else self._vectors(connection, _story(connection, old))
        prepared = None
        if known is None:
            prepared = self._prepare(story, known=vectors, advance=advance)
        with self._database.transaction() as connection:
            return self._keep(connection, story, prepared)

    def _prepare(
        self, story: Story, *, known: dict[str, NDArray[np.float32]], advance: Advance | None
    ) -> records.Prepared:
        """Cut and embed a story; passages with known vectors are not embedded again."""
        import numpy as np

        if not any(map(str.isalnum, story.text)):
            raise LibraryError(f"{story.source} holds no sentence to ask about.")
        sentences = split_sentences(story.text)
        passages = cut_passages(sentences)
        texts = [story.text[p.start : p.end] for p in passages]
        unknown = [i for i, text in enumerate(texts) if text not in known]
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            if advance is not None:
                advance(done, len(unknown))

        vectors = np.empty((len(texts), self._embedder.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            if text in known:
                vectors[row] = known[text]
        if unknown:
            vectors[unknown] = self._embedder.embed([texts[i] for i in unknown], advance=count)
        return records.Prepared(story, sentences, passages, vectors, Shingles.of(story.text))

    def _keep(
        self, connection: sqlite3.Connection, story: Story, prepared: records.Prepared | None
    ) -> Added:
        """Write a story, by what the library holds now: another process may have been quicker."""
        known, old = _with_text(connection, story.text), _at_origin(connection, story)
        if known is not None or prepared is None:
            if known is None:
                raise LibraryError("The story has just been removed. Add it again.")
            if story.origin:
                records.move_origin(connection, story, known)
            if old not in (None, known) and _origins(connection, str(old)) == 0:
                # What was found there has become a story that is here already.
                records.delete(connection, str(old))
            return Added(_story(connection, known), is_new=False)
        if old is not None and _origins(connection, old) == 1:
            before = _story(connection, old)
            change = _change(connection, before, prepared)
            records.replace(connection, prepared, old)
            return Added(_story(connection, old), is_new=False, change=change)
        new_id = records.free_id(connection, story.id or story.title)
        records.insert(connection, prepared, new_id)
        return Added(_story(connection, new_id), is_new=True)

    def _vectors(
        self, connection: sqlite3.Connection, story: Story
    ) -> dict[str, NDArray[np.float32]]:
        """The vectors of a story's passages by their texts."""
        import numpy as np

        rows = connection.execute(
            'SELECT start, "end", vector FROM passages JOIN vectors ON passage = id'
            " WHERE story = ?",
            (story.id,),
        )
        return {story.text[a:b]: np.frombuffer(blob, dtype="<f4") for a, b, blob in rows}

    def remove(self, story_id: str) -> Story:
        """Take a story off the shelf for good and return it. Raises LibraryError if unknown."""
        with self._database.transaction() as connection:
            story = _story(connection, story_id)
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
            return _story(connection, story_id)

    def sentences(self, story_id: str) -> tuple[Sentence, ...]:
        """A story's sentences in order; empty if there is no such story."""
        with self._database.reading() as connection:
            story = records.story(connection, story_id)
            return () if story is None else records.sentences(connection, story)

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
        return self._neighbours.nearest(query, count, story_id=story_id)

    def cosine(self, query: NDArray[np.float32], passage_id: int) -> float:
        """The cosine of `query` and one passage; -1 if it has been removed."""
        return self._neighbours.cosine(query, passage_id)

    def keyword_matches(
        self, question: str, count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, BM25 weight > 0) that share words, the best first."""
        with self._database.reading() as connection:
            return self._keywords.matches(connection, question, count, story_id=story_id)

    def passage(self, passage_id: int) -> tuple[str, Passage] | None:
        """A passage and its story's id; None if it has been removed since it was found."""
        with self._database.reading() as connection:
            row = connection.execute(
                'SELECT story, number, start, "end", first, last FROM passages WHERE id = ?',
                (passage_id,),
            ).fetchone()
        return None if row is None else (row[0], Passage(*row[1:]))

    def settle(self) -> None:
        """Wait until an index that is being made in the background is there."""
        self._neighbours.settle()

    def close(self) -> None:
        """Close the library's files."""
        self._database.close()


def _story(connection: sqlite3.Connection, story_id: str) -> Story:
    found = records.story(connection, story_id)
    if found is None:
        raise LibraryError(
            f"There is no story {story_id!r} in the library. `storychat ls` lists them."
        )
    return found


def _with_text(connection: sqlite3.Connection, text: str) -> str | None:
    row = connection.execute(
        "SELECT id FROM stories WHERE sha256 = ?", (records.digest(text),)
    ).fetchone()
    return None if row is None else str(row[0])


def _at_origin(connection: sqlite3.Connection, story: Story) -> str | None:
    row = connection.execute(
        "SELECT story FROM origins WHERE origin = ?", (story.origin,)
    ).fetchone()
    return None if row is None else str(row[0])


def _origins(connection: sqlite3.Connection, story_id: str) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM origins WHERE story = ?", (story_id,)
    ).fetchone()
    return int(count)


def _change(connection: sqlite3.Connection, before: Story, prepared: records.Prepared) -> Change:
    old = [before.text[a:b] for _, a, b in records.spans(connection, before.id)]
    new = [prepared.story.text[s.start : s.end] for s in prepared.sentences]
    was, now = set(old), set(new)
    return Change(
        new=tuple(sentence for sentence in new if sentence not in was),
        gone=tuple(sentence for sentence in old if sentence not in now),
    )
