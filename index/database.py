"""The library's SQLite file: its schema, its versions, one connection shared by threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import LibraryError

SCHEMA_VERSION = 3

_FIRST = """
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

# `removals` tells whoever holds vectors in memory which of them are gone.
_SECOND = """
ALTER TABLE stories ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN date TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN language TEXT NOT NULL DEFAULT '';
CREATE TABLE origins(
    origin TEXT PRIMARY KEY,
    story TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX origins_of_story ON origins(story);
CREATE TABLE places(
    story TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE sketches(
    hash INTEGER NOT NULL,
    story TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    PRIMARY KEY (hash, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX sketches_of_story ON sketches(story);
CREATE TABLE twins(
    story TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES stories ON DELETE CASCADE,
    PRIMARY KEY (story, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX twins_of_other ON twins(other);
CREATE TABLE removals(number INTEGER PRIMARY KEY AUTOINCREMENT, passage INTEGER NOT NULL) STRICT;
DROP TRIGGER passage_removed;
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
    INSERT INTO removals(passage) VALUES (old.id);
END;
CREATE TRIGGER story_changed AFTER UPDATE ON stories BEGIN
    UPDATE changes SET count = count + 1;
END;
"""

# Passages made before hold every sentence; a story whose furniture is to go is added anew.
_THIRD = """
ALTER TABLE sentences ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0;
"""

_STEPS = (_FIRST, _SECOND, _THIRD)
"""Step n leads from version n to n + 1."""


class Database:
    """One SQLite file in write-ahead mode; every write is a whole transaction or nothing."""

    def __init__(self, file: Path) -> None:
        """Open or create. Raises LibraryError with what to do if the file cannot be used."""
        self._folder = file.parent
        self._lock = threading.RLock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"There can be no library at {file.parent} ({error.strerror}). Name another "
                "folder with --library."
            ) from error
        with self._explained():
            self._connection = sqlite3.connect(
                file, timeout=30, isolation_level=None, check_same_thread=False
            )
        try:
            with self._explained():
                # A library may come from a stranger: its schema may call nothing but plain SQL
                # (which is why no trigger touches the word index).
                self._connection.execute("PRAGMA trusted_schema = OFF")
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute("PRAGMA secure_delete = ON")
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        if self._version() == SCHEMA_VERSION:
            return  # nobody who only reads waits for somebody who writes
        with self.transaction() as connection:
            version = self._version()
            if version > SCHEMA_VERSION:
                raise LibraryError(
                    f"The library at {self._folder} was written by a newer storychat. "
                    "Update storychat, or name another folder with --library."
                )
            for step in _STEPS[version:]:
                # executescript would commit the transaction that holds the schema together.
                for statement in _statements(step):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write: commit at the end, roll everything back on any error."""
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk may have rolled back already
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read from one snapshot: what another process writes meanwhile is not seen half."""
        with self._lock, self._explained():
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(_sentence(error, self._folder)) from error

    def compact(self) -> None:
        """Write the file anew without what was deleted, and empty the write-ahead log."""
        with self._lock, self._explained():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; further use is an error."""
        with self._lock:
            self._connection.close()


def is_whole(file: Path) -> bool:
    """True if SQLite finds nothing wrong in the whole file (seconds for a large one)."""
    connection = sqlite3.connect(file)
    try:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return bool(found == "ok" and version)
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _sentence(error: sqlite3.Error, folder: Path) -> str:
    """What went wrong with the file, and what a person can do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return f"The disk with the library {folder} is full. Make room; nothing was lost."
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return (
            f"The library at {folder} may not be written. Change the permissions of the folder, "
            "or name another one with --library."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"Another program has been writing the library at {folder} for half a minute. "
            "Wait for it to end and try again; nothing was lost."
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return (
            f"The library at {folder} is damaged. `storychat repair` saves every story that can "
            "still be read and keeps the damaged file."
        )
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"The disk with the library {folder} refuses to read or write. Check its room and its "
            "health; what was reported as added is kept."
        )
    return (
        f"The library at {folder} cannot be opened ({error}). Check the folder, or name another "
        "one with --library."
    )


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
