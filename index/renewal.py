"""Passages with another embedder's vectors -> the same with those of this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from index import records
from index.adding import Advance, story_in, told
from index.database import Database
from index.embedder import Embedder
from index.passages import passage_text
from index.story import Passage

AT_ONCE = 256
"""Passages that are embedded before they are kept."""
EMBEDDER = "embedder"
"""What the library's embedder is called in the table `about`."""
_NEXT = "next embedder"
# Passages get their new vectors in the order of their ids, and ids only grow.
_LACKING = "id > (SELECT coalesce(max(passage), 0) FROM renewed)"


def embed_anew(database: Database, embedder: Embedder, *, advance: Advance | None = None) -> None:
    """Give every passage a vector of `embedder`, and note its name in the library.

    Vectors are kept as they come along, beside the old ones: stopped half-way, it
    goes on from there the next time, and until all are there the library stays as it
    was. Raises LibraryError if the library cannot be written.
    """
    with database.transaction() as connection:
        if _is_done(connection, embedder):
            return
        connection.execute(
            "CREATE TABLE IF NOT EXISTS renewed"
            "(passage INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT"
        )
        begun = connection.execute("SELECT value FROM about WHERE name = ?", (_NEXT,)).fetchone()
        if begun != (embedder.name,):
            connection.execute("DELETE FROM renewed")
            _note(connection, _NEXT, embedder.name)
    while not _is_put_in_place(database, embedder):
        _embed_more(database, embedder, advance)


def _embed_more(database: Database, embedder: Embedder, advance: Advance | None) -> None:
    with database.reading() as connection:
        if _is_done(connection, embedder):
            return
        texts = dict(_texts(connection))
        (done,) = connection.execute("SELECT count(*) FROM renewed").fetchone()
        (total,) = connection.execute("SELECT count(*) FROM passages").fetchone()

    count = told(advance, total, done=done)
    count(0)  # at once: the first texts wait for the weights
    vectors = embedder.embed(list(texts.values()), advance=count)
    with database.transaction() as connection:
        if _is_done(connection, embedder):
            return
        connection.executemany(
            "INSERT OR REPLACE INTO renewed VALUES (?, ?)",
            [
                (passage, vector.astype("<f4").tobytes())
                for passage, vector in zip(texts, vectors, strict=True)
            ],
        )


def _texts(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Ids and texts of the next passages that have no new vector yet."""
    rows = connection.execute(
        'SELECT story, id, number, start, "end", first, last FROM passages'
        f" WHERE {_LACKING} ORDER BY id LIMIT ?",
        (AT_ONCE,),
    ).fetchall()
    story = sentences = None
    for story_id, id, *passage in rows:
        if story is None or story.id != story_id:
            story = story_in(connection, story_id)
            sentences = records.sentences(connection, story)
        assert sentences is not None
        yield id, passage_text(story.text, sentences, Passage(*passage))


def _is_put_in_place(database: Database, embedder: Embedder) -> bool:
    """True, and the new vectors are the library's, if no passage lacks one.

    Another process may have added a story meanwhile.
    """
    with database.transaction() as connection:
        if _is_done(connection, embedder):
            return True
        lacking = connection.execute(f"SELECT 1 FROM passages WHERE {_LACKING} LIMIT 1").fetchone()
        if lacking:
            return False
        connection.execute("DELETE FROM vectors")
        connection.execute(
            "INSERT INTO vectors SELECT passage, vector FROM renewed"
            " WHERE passage IN (SELECT id FROM passages)"
        )
        connection.execute("DROP TABLE renewed")
        connection.execute("DELETE FROM about WHERE name = ?", (_NEXT,))
        _note(connection, EMBEDDER, embedder.name)
    return True


def _is_done(connection: sqlite3.Connection, embedder: Embedder) -> bool:
    """True if another process, at it at the same time, was through with it first."""
    row = connection.execute("SELECT value FROM about WHERE name = ?", (EMBEDDER,)).fetchone()
    return bool(row == (embedder.name,))


def _note(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))
