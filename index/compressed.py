"""A compressed index on disk: plain arrays, checked when read, and swapped in as a whole.

A folder `vectors-N` in the library's holds one file an array, and a manifest
that is written last and tells every file's size and checksum. Whatever is
wrong with it, it is taken for absent: the database is the truth.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from index.vectors import CompressedArrays

_MANIFEST = "manifest.json"
_FORMAT = 3
_TYPES = {
    "rotation": "<f4",
    "centroids": "<f4",
    "codebook": "<f4",
    "scale": "<f4",
    "sizes": "<i8",
    "rows": "<i8",
    "ids": "<i8",
    "codes": "|u1",
    "levels": "|u1",
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an index holds: the vectors up to passage `passage`, less the removals up to `removal`.

    `library` is the library's own mark, so that no other library's index is taken for its.
    """

    library: str
    embedder: str
    passage: int
    removal: int


def write(folder: Path, arrays: CompressedArrays, coverage: Coverage) -> Path:
    """Keep an index in `folder` beside older ones; it counts once this returns."""
    target = folder / f"vectors-{coverage.passage}-{coverage.removal}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    files: dict[str, dict[str, Any]] = {}
    for field in fields(arrays):
        array = getattr(arrays, field.name).astype(_TYPES[field.name], copy=False)
        data = array.tobytes()
        _write(target / field.name, data)
        files[field.name] = {"shape": array.shape, "crc32": zlib.crc32(data)}
    about = {
        "format": _FORMAT,
        "library": coverage.library,
        "embedder": coverage.embedder,
        "passage": coverage.passage,
        "removal": coverage.removal,
        "files": files,
    }
    _write(target / "unfinished", json.dumps(about, indent=1).encode())
    (target / "unfinished").replace(target / _MANIFEST)
    return target


def read(
    folder: Path, *, library: str, embedder: str, dimensions: int
) -> tuple[CompressedArrays, Coverage] | None:
    """The newest whole index of this library in `folder`; None if there is none."""
    found = sorted(_manifests(folder), key=lambda item: (item[1].passage, item[1].removal))
    for place, coverage, files in reversed(found):
        if (coverage.library, coverage.embedder) == (library, embedder):
            arrays = _arrays(place, files, dimensions)
            if arrays is not None:
                return arrays, coverage
    return None


def covered(folder: Path, *, library: str) -> int:
    """The last passage that an index of this library holds, by its manifest alone; 0 if none."""
    return max((c.passage for _, c, _ in _manifests(folder) if c.library == library), default=0)


def discard(folder: Path, *, but: Path | None = None) -> None:
    """Remove the indexes in `folder`, finished or not."""
    for place in folder.glob("vectors-*"):
        if place != but:
            shutil.rmtree(place, ignore_errors=True)


def _manifests(folder: Path) -> list[tuple[Path, Coverage, dict[str, Any]]]:
    found = []
    for file in folder.glob(f"vectors-*/{_MANIFEST}"):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            about = json.loads(file.read_bytes())
            if about["format"] == _FORMAT:
                coverage = Coverage(
                    str(about["library"]),
                    str(about["embedder"]),
                    int(about["passage"]),
                    int(about["removal"]),
                )
                found.append((file.parent, coverage, dict(about["files"])))
    return found


def _arrays(place: Path, files: dict[str, Any], dimensions: int) -> CompressedArrays | None:
    import numpy as np

    found: dict[str, Any] = {}
    try:
        for name, kind in _TYPES.items():
            # NumPy's own memory comes in huge pages: rows that lie anywhere are found sooner.
            array = np.fromfile(place / name, dtype=kind)
            if zlib.crc32(array.data) != files[name]["crc32"]:
                return None
            found[name] = array.reshape([int(length) for length in files[name]["shape"]])
        arrays = CompressedArrays(**found)
        return arrays if arrays.is_valid(dimensions) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, data: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
