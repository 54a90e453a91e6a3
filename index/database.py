"""The library's SQLite file: its schema, its version, one connection shared by threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryError

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE about(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE stories(
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    added_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE sentences(
    story TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE passages(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    UNIQUE (story, number)
) STRICT;
CREATE TABLE vectors(
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE passage_words USING fts5(
    words, tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE TABLE changes(count INTEGER NOT NULL) STRICT;
INSERT INTO changes VALUES (0);
CREATE TRIGGER story_added AFTER INSERT ON stories BEGIN
    UPDATE changes SET count = count + 1;
END;
CREATE TRIGGER story_removed AFTER DELETE ON stories BEGIN
    UPDATE changes SET count = count + 1;
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
    DELETE FROM passage_words WHERE rowid = old.id;
END;
"""


class Database:
    """One SQLite file in write-ahead mode; every write is a whole transaction or nothing."""

    def __init__(self, file: Path) -> None:
        """Open or create. Raises LibraryError with what to do if the file cannot be used."""
        self._file = file
        self._lock = threading.RLock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                file, timeout=30, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"The library at {file.parent} cannot be opened ({error}). Check the folder, "
                "or name another one with --library."
            ) from error

    def _prepare(self) -> None:
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                # executescript would commit the transaction that holds the schema together.
                for statement in _statements(_SCHEMA):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if version > SCHEMA_VERSION:
            raise LibraryError(
                f"The library at {self._file.parent} was written by a newer storychat. "
                "Update storychat, or name another folder with --library."
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write: commit at the end, roll everything back on any error."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read from one snapshot: what another process writes meanwhile is not seen half."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

    def compact(self) -> None:
        """Write the file anew without what was deleted, and empty the write-ahead log."""
        with self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; further use is an error."""
        with self._lock:
            self._connection.close()


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
