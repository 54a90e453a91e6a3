"""A damaged library -> a new one with every story that can still be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index import compressed
from index.database import is_whole
from index.embedder import Embedder
from index.errors import LibraryError
from index.library import DATABASE, Library
from index.story import About, Place, Story

_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was saved, by id; and where the damaged file is kept."""

    saved: tuple[str, ...]
    lost: int
    """Stories that the damaged file names but whose text is gone."""
    kept: Path


def repair(folder: Path, *, embedder: Embedder) -> Repaired | None:
    """Save what can be read; None if nothing is wrong. The damaged file is kept.

    To be run while nothing else uses the library. Stopped half-way, it leaves
    the damaged file where it was. Raises LibraryError if there is no library.
    """
    file = folder / DATABASE
    if not file.exists():
        raise LibraryError(f"There is no library at {folder}. Check --library.")
    if is_whole(file):
        return None
    new = folder / "repaired"
    _remove(new)
    library = Library(new, embedder=embedder)
    saved: list[str] = []
    lost = 0
    try:
        for story in _readable(file):
            if story is None:
                lost += 1
            else:
                saved.append(library.add(story).story.id)
    finally:
        library.close()
    kept = _free(file)
    compressed.discard(folder)
    # The damaged file goes aside first: at no moment are there two, or a mixture.
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{file}{ending}").rename(f"{kept}{ending}")
    (new / DATABASE).rename(file)
    _remove(new)
    return Repaired(tuple(saved), lost, kept)


def _readable(file: Path) -> Iterator[Story | None]:
    """Every story whose row can be read, None for one that cannot; page by page, never all."""
    connection = sqlite3.connect(file)
    try:
        for rowid in _rowids(connection):
            yield _story(connection, rowid)
    except sqlite3.Error:
        return  # not a database at all, or its very beginning is gone
    finally:
        connection.close()


def _rowids(connection: sqlite3.Connection) -> list[int]:
    """The numbers of all stories, from whichever part of the file still knows them."""
    found: set[int] = set()
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error):
            for (rowid,) in connection.execute(
                f"SELECT rowid FROM stories NOT INDEXED ORDER BY rowid {order}"
            ):
                found.add(rowid)
    with suppress(sqlite3.Error):
        for (rowid,) in connection.execute("SELECT rowid FROM stories ORDER BY id"):
            found.add(rowid)
    return sorted(found)


def _story(connection: sqlite3.Connection, rowid: int) -> Story | None:
    try:
        row = connection.execute(
            "SELECT id, title, text, source FROM stories WHERE rowid = ?", (rowid,)
        ).fetchone()
        id, title, text, source = map(str, row)
    except (sqlite3.Error, TypeError, ValueError):
        return None
    about, origin, places = About(), "", tuple[Place, ...]()
    # What is beside the text is worth having, but no reason to lose the text.
    with suppress(sqlite3.Error, TypeError, ValueError):
        fields = connection.execute(
            "SELECT author, date, language FROM stories WHERE rowid = ?", (rowid,)
        ).fetchone()
        about = About(*map(str, fields))
    with suppress(sqlite3.Error, TypeError, ValueError):
        (origin,) = connection.execute(
            "SELECT origin FROM origins WHERE story = ? ORDER BY rowid", (id,)
        ).fetchone()
    with suppress(sqlite3.Error, TypeError, ValueError):
        rows = connection.execute(
            "SELECT start, name FROM places WHERE story = ? ORDER BY number", (id,)
        ).fetchall()
        places = tuple(Place(int(start), str(name)) for start, name in rows)
    return Story(id, title, text, source, str(origin), about, places)


def _free(file: Path) -> Path:
    number = 1
    while (kept := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    return kept


def _remove(folder: Path) -> None:
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{folder / DATABASE}{ending}").unlink()
    with suppress(OSError):
        folder.rmdir()
