"""The vectors of a library, ready to be searched and in step with its database.

Small libraries are searched exactly. Of large ones most vectors lie in a
compressed index on disk, made in the background; those added since lie beside
it, searched exactly; those removed since are left out of what is found. So
neither adding nor removing ever waits for an index to be made.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index import compressed
from index.database import Database
from index.errors import LibraryError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.vectors import CompressedArrays, CompressedVectors, FlatVectors

EXACT_UP_TO = 30_000
"""Passages; an exact search of so many takes about 5 ms on two cores."""
_BATCH = 20_000
_TRAINED_ON = 150_000
_MADE_EXACT = 24
"""Of those found in the compressed index so many are read from the database and put in order."""
_MOST_REMOVED = 0.2
"""The share of the compressed index that may be gone before it is made anew."""
_STORY = 5_000
"""Passages of a story up to which its vectors are read from the database to be compared."""


class Neighbours:
    """Nearest passages of a vector. Safe to use from several threads and processes."""

    def __init__(
        self, file: Path, database: Database, *, embedder: str, dimensions: int, exact_up_to: int
    ) -> None:
        """`file` is the database's own; indexes lie beside it."""
        self._file = file
        self._database = database
        self._embedder = embedder
        self._dimensions = dimensions
        self._exact_up_to = exact_up_to
        self._lock = threading.RLock()
        self._version = -1
        self._base: CompressedVectors | None = None
        self._recent: FlatVectors | None = None
        self._passage = self._removal = 0
        self._builder: threading.Thread | None = None

    def nearest(
        self, query: NDArray[np.float32], count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (passage id, cosine), the nearest first."""
        with self._lock, self._database.reading() as connection:
            if story_id is None:
                self._keep_up(connection)
                return self._search(connection, query, count)
            rows = connection.execute("SELECT id FROM passages WHERE story = ?", (story_id,))
            ids = [passage for (passage,) in rows]
            if len(ids) > _STORY:
                self._keep_up(connection)
                # In a compressed index a story's passages may lie anywhere.
                if self._base is None and self._recent is not None:
                    return self._recent.nearest(query, count, among=ids)
            return self._exact(connection, query, ids)[:count]

    def cosines(self, query: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """The cosines of `query` and some passages; those removed since are left out."""
        with self._lock, self._database.reading() as connection:
            known: dict[int, float] = {}
            if self._base is not None:
                self._keep_up(connection)
                known = self._base.cosines(query, ids)
            others = [id for id in ids if id not in known]
            return known | dict(self._exact(connection, query, others))

    def settle(self) -> None:
        """Make the compressed index now if it is due, and wait until it is there.

        For programs that end soon: what they began in the background would end with them.
        """
        builder = self._builder
        if builder is not None:
            builder.join()
            return
        with self._database.reading() as connection:
            last = compressed.covered(self._file.parent, library=_mark(connection))
            (recent,) = connection.execute(
                "SELECT count(*) FROM passages WHERE id > ?", (last,)
            ).fetchone()
        if recent > self._exact_up_to:
            self._build()

    def _search(
        self, connection: sqlite3.Connection, query: NDArray[np.float32], count: int
    ) -> list[tuple[int, float]]:
        assert self._recent is not None
        found = self._recent.nearest(query, count)
        if self._base is not None:
            most = max(count, _MADE_EXACT)
            near = self._base.nearest(query, most)
            first = [passage for passage, _ in near[:_MADE_EXACT]]
            found += self._exact(connection, query, first) + near[_MADE_EXACT:]
            found.sort(key=lambda pair: -pair[1])
        return found[:count]

    def _exact(
        self, connection: sqlite3.Connection, query: NDArray[np.float32], ids: Sequence[int]
    ) -> list[tuple[int, float]]:
        """The true cosines of some passages, the nearest first."""
        import numpy as np

        if not ids:
            return []
        # Numbers, not parameters: SQLite takes no more than some thousands of those.
        listed = ",".join(map(str, map(int, ids)))
        rows = connection.execute(
            f"SELECT passage, vector FROM vectors WHERE passage IN ({listed})"
        ).fetchall()
        found, vectors = self._matrix(rows)
        cosines = vectors @ query
        order = np.argsort(-cosines, kind="stable")
        return [(int(found[i]), float(cosines[i])) for i in order]

    def _keep_up(self, connection: sqlite3.Connection) -> None:
        """Take in what any process has added or removed since the last time."""
        import numpy as np

        from index.vectors import FlatVectors

        (version,) = connection.execute("SELECT count FROM changes").fetchone()
        if version == self._version:
            return
        if self._recent is None:
            self._start(connection)
        if self._recent is None:
            none = np.empty((0, self._dimensions), dtype=np.float32)
            self._recent = FlatVectors(np.empty(0, dtype=np.int64), none)
        gone = connection.execute(
            "SELECT number, passage FROM removals WHERE number > ?", (self._removal,)
        ).fetchall()
        if gone:
            self._removal = gone[-1][0]
            if self._base is not None:
                self._base.remove(passage for _, passage in gone)
            self._recent.remove([passage for _, passage in gone])
        for ids, vectors in self._batches(connection, after=self._passage):
            self._recent.add(ids, vectors)
            self._passage = int(ids[-1])
        self._version = version
        self._build_if_due()

    def _start(self, connection: sqlite3.Connection) -> None:
        """Begin with the compressed index on disk, if it is whole and of this library."""
        (self._removal,) = connection.execute(
            "SELECT coalesce(max(number), 0) FROM removals"
        ).fetchone()
        found = compressed.read(
            self._file.parent,
            library=_mark(connection),
            embedder=self._embedder,
            dimensions=self._dimensions,
        )
        if found is not None and found[1].removal <= self._removal:
            self._swap(*found)

    def _swap(self, arrays: CompressedArrays, coverage: compressed.Coverage) -> None:
        """Search in another compressed index from now on; what it does not hold is read again."""
        from index.vectors import CompressedVectors

        base = CompressedVectors(arrays)
        with self._lock:
            self._base = base
            self._recent = None if self._recent is None else self._recent.after(coverage.passage)
            self._passage = max(self._passage, coverage.passage)
            self._removal = coverage.removal
            self._version = -1

    def _build_if_due(self) -> None:
        assert self._recent is not None
        gone = 0.0 if self._base is None else self._base.share_gone
        due = len(self._recent) > self._exact_up_to or gone > _MOST_REMOVED
        if due and (self._builder is None or not self._builder.is_alive()):
            self._builder = threading.Thread(target=self._build, daemon=True)
            self._builder.start()

    def _build(self) -> None:
        """Make a compressed index of the library as it is now; in one process at a time."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._file.with_name("vectors.lock"), blocking=False)
        # An index that cannot be made, for want of room perhaps, leaves the exact search.
        with suppress(Timeout, OSError, LibraryError), lock:
            database = Database(self._file)
            try:
                with database.reading() as connection:
                    arrays, coverage = self._compressed(connection)
            finally:
                database.close()
            target = compressed.write(self._file.parent, arrays, coverage)
            self._swap(arrays, coverage)
            compressed.discard(self._file.parent, but=target)

    def _compressed(
        self, connection: sqlite3.Connection
    ) -> tuple[CompressedArrays, compressed.Coverage]:
        from index.vectors import compress

        count, last = connection.execute("SELECT count(*), max(passage) FROM vectors").fetchone()
        (removal,) = connection.execute("SELECT coalesce(max(number), 0) FROM removals").fetchone()
        every = max(1, count // _TRAINED_ON)
        _, sample = self._matrix(
            connection.execute(
                "SELECT passage, vector FROM vectors WHERE passage % ? = 0 LIMIT ?",
                (every, 2 * _TRAINED_ON),
            ).fetchall()
        )
        arrays = compress(count, sample, self._batches(connection, after=0))
        coverage = compressed.Coverage(_mark(connection), self._embedder, last, removal)
        return arrays, coverage

    def _batches(
        self, connection: sqlite3.Connection, *, after: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        rows = connection.execute(
            "SELECT passage, vector FROM vectors WHERE passage > ? ORDER BY passage", (after,)
        )
        while batch := rows.fetchmany(_BATCH):
            yield self._matrix(batch)

    def _matrix(
        self, rows: Sequence[tuple[int, bytes]]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids (n,) and vectors (n, dimensions) of rows."""
        import numpy as np

        ids = np.array([row[0] for row in rows], dtype=np.int64)
        stored = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
        return ids, stored.astype(np.float32, copy=False).reshape(-1, self._dimensions)


def _mark(connection: sqlite3.Connection) -> str:
    """The library's own mark; drawn at its beginning."""
    (mark,) = connection.execute("SELECT value FROM about WHERE name = 'mark'").fetchone()
    return str(mark)
