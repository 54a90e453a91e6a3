"""A folder that is looked at again and again: which of its files are new, changed or gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from index.readers import files_in

_Stamp = tuple[int, int]
"""Size in bytes, and time of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found: files to read, and files that are there no more."""

    ready: tuple[Path, ...]
    gone: tuple[Path, ...]


@dataclass(slots=True)
class FolderWatch:
    """Looks at a folder. A file is ready once two looks in a row find it the same.

    So a file that is still being copied is not read half.
    """

    folder: Path
    _last: dict[Path, _Stamp] = field(default_factory=dict)
    _read: dict[Path, _Stamp] = field(default_factory=dict)

    def look(self) -> Seen:
        """What has happened since the last look. Raises LibraryError if the folder is gone."""
        now: dict[Path, _Stamp] = {}
        for path in files_in(self.folder):
            try:
                status = path.stat()
            except OSError:  # removed between listing and looking
                continue
            now[path] = (status.st_size, status.st_mtime_ns)
        ready = tuple(
            path
            for path, stamp in now.items()
            if self._last.get(path) == stamp and self._read.get(path) != stamp
        )
        gone = tuple(path for path in self._read if path not in now)
        self._read.update({path: now[path] for path in ready})
        for path in gone:
            del self._read[path]
        self._last = now
        return Seen(ready, gone)
