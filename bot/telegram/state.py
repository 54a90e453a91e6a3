"""The bot's memory: one SQLite file beside the library. Used by one thread only.

Everything that has to happen together is written in one transaction; what was
deleted is overwritten in the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.errors import StorychatError

KEPT_DAYS = 30
"""How long questions, answers and what was sent are kept."""
DAY = 86_400.0

_SCHEMA = """
CREATE TABLE updates(
    id INTEGER PRIMARY KEY, data TEXT, tries INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL
) STRICT;
CREATE TABLE rights(id INTEGER PRIMARY KEY, allowed INTEGER NOT NULL, at REAL NOT NULL) STRICT;
CREATE TABLE uses(user INTEGER NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX uses_by_user ON uses(user, kind, at);
CREATE TABLE conversations(
    chat INTEGER NOT NULL, thread INTEGER NOT NULL,
    story TEXT NOT NULL DEFAULT '', since INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (chat, thread)
) STRICT, WITHOUT ROWID;
CREATE TABLE errands(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL, thread INTEGER NOT NULL, user INTEGER NOT NULL,
    message INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
    state TEXT NOT NULL, shown INTEGER, answer TEXT, at REAL NOT NULL
) STRICT;
CREATE INDEX errands_by_chat ON errands(chat, thread, state);
CREATE TABLE thumbs(
    errand INTEGER NOT NULL REFERENCES errands ON DELETE CASCADE,
    user INTEGER NOT NULL, up INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (errand, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL, thread INTEGER NOT NULL, errand INTEGER, kind TEXT NOT NULL,
    payload TEXT NOT NULL, state TEXT NOT NULL, message INTEGER,
    unknown INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL
) STRICT;
CREATE INDEX deliveries_by_state ON deliveries(state, chat);
CREATE INDEX deliveries_by_message ON deliveries(chat, message);
CREATE TABLE pasted(
    chat INTEGER NOT NULL, story TEXT NOT NULL, message INTEGER NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
) STRICT;
CREATE INDEX pasted_by_story ON pasted(chat, story);
"""
_STEPS = (_SCHEMA, "ALTER TABLE errands ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;")
"""What makes each version of the file out of the one before; the first out of nothing."""

_CHAT_TABLES = ("conversations", "errands", "deliveries", "pasted")


class State:
    """The connection, and transactions that may stand inside each other."""

    def __init__(self, file: Path) -> None:
        """Open or create. Raises StorychatError if the file cannot be used."""
        self._depth = 0
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, timeout=30, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("PRAGMA secure_delete = ON")
            version: int = self._connection.execute("PRAGMA user_version").fetchone()[0]
            for number, step in enumerate(_STEPS[version:], version + 1):
                self._connection.executescript(
                    f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;"
                )
        except (OSError, sqlite3.Error) as error:
            raise StorychatError(
                f"The bot's state at {file} cannot be opened ({error}). Check the folder, or "
                "name another one with --library."
            ) from error
        if version > len(_STEPS):
            raise StorychatError(f"{file} was written by a newer storychat. Update storychat.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of it or nothing. There must be no `await` inside."""
        if self._depth:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        else:
            self._connection.execute("COMMIT")
        finally:
            self._depth = 0

    def write(self, statement: str, *values: Any) -> int:
        """Carry out one statement; the id of the row it made, if it made one."""
        with self.transaction():
            return self._connection.execute(statement, values).lastrowid or 0

    def rows(self, query: str, *values: Any) -> Sequence[sqlite3.Row]:
        """All rows of a query."""
        return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, if there is one."""
        row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return row

    def value(self, query: str, *values: Any) -> Any:
        """The first value of a query's first row; None if there is none."""
        row = self.row(query, *values)
        return None if row is None else row[0]

    def forget(self, chat: int) -> None:
        """Delete all that is kept of a chat; `truncate_log` then deletes it from the file.

        What was under way is still to be said to be stopped: that holds nobody's words.
        """
        still_to_say = (
            "SELECT errand FROM deliveries JOIN errands ON errands.id = errand"
            " WHERE errands.state = 'stopped' AND deliveries.state IN ('planned', 'sending')"
        )
        with self.transaction():
            for table, errand in (("deliveries", "errand"), ("errands", "id")):
                self.write(
                    f"DELETE FROM {table} WHERE chat = ?"
                    f" AND ({errand} IS NULL OR {errand} NOT IN ({still_to_say}))",
                    chat,
                )
            for table in ("conversations", "pasted"):
                self.write(f"DELETE FROM {table} WHERE chat = ?", chat)

    def truncate_log(self) -> None:
        """Empty the write-ahead log, which holds what was deleted. Not inside a transaction."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def move(self, chat: int, to: int) -> None:
        """A group has become a supergroup and has another id from now on."""
        with self.transaction():
            self.write("DELETE FROM conversations WHERE chat = ?", to)
            for table in _CHAT_TABLES:
                self.write(f"UPDATE {table} SET chat = ? WHERE chat = ?", to, chat)
            self.write("UPDATE OR REPLACE rights SET id = ? WHERE id = ?", to, chat)

    def prune(self, now: float) -> None:
        """Drop what is older than it is kept for. Questions with thumbs stay, to be evaluated."""
        old = now - KEPT_DAYS * DAY
        with self.transaction():
            self.write("DELETE FROM updates WHERE data IS NULL AND at < ?", now - 3 * DAY)
            self.write("DELETE FROM uses WHERE at < ?", now - DAY)
            over = "('sent', 'superseded', 'failed')"
            self.write(f"DELETE FROM deliveries WHERE state IN {over} AND at < ?", old)
            self.write(
                "DELETE FROM errands WHERE at < ? AND state != 'waiting'"
                " AND id NOT IN (SELECT errand FROM thumbs)",
                old,
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
