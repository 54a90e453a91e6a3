"""A whole library as one file, and back: an archive of JSON lines and vectors, all checked.

Nothing in it is trusted: stories are cut anew when they come in, and a vector
counts only if it came from the same embedder and has length 1.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from index.adding import sentences_of
from index.errors import LibraryError
from index.library import Added, Library
from index.readers.isolation import story_from_plain

FORMAT = 2
"""2 names the sentences that are set aside; in 1, vectors were of passages with everything."""
_MANIFEST, _STORIES, _VECTORS = "manifest.json", "stories.jsonl", "vectors.f32"
_MOST_BYTES = 20_000_000_000
_PIECE = 1 << 20


def export(library: Library, file: Path) -> int:
    """Write all stories to `file` and return their number; the file is there whole or not at all.

    Raises LibraryError if it exists already or cannot be written.
    """
    if file.exists():
        raise LibraryError(f"{file} exists already. Name another file, or remove it.")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".storychat-") as place:
            draft = Path(place) / file.name
            count = _write(library, draft, Path(place))
            draft.replace(file)
    except OSError as error:
        raise LibraryError(f"{file} cannot be written: {error.strerror}.") from error
    return count


def _write(library: Library, draft: Path, place: Path) -> int:
    stories = library.entries()
    with (place / _STORIES).open("wb") as texts, (place / _VECTORS).open("wb") as vectors:
        for entry in stories:
            story, rows = library.story_with_vectors(entry.id)
            aside = [s.number for s in library.sentences(entry.id) if s.set_aside]
            plain = asdict(story) | {
                "vectors": len(rows),
                "set_aside": aside,
                "also_at": library.further_origins(entry.id),
            }
            texts.write(json.dumps(plain).encode() + b"\n")
            vectors.write(rows.astype("<f4").tobytes())
    manifest = {
        "format": FORMAT,
        "stories": len(stories),
        "embedder": library.embedder,
        "dimensions": library.dimensions,
        "sha256": {name: _digest(place / name) for name in (_STORIES, _VECTORS)},
    }
    with draft.open("wb") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
            archive.write(place / _STORIES, _STORIES)
            archive.write(place / _VECTORS, _VECTORS, zipfile.ZIP_STORED)
        out.flush()
        os.fsync(out.fileno())
    return len(stories)


def import_stories(library: Library, file: Path) -> Iterator[Added]:
    """Add the stories of an exported file, one after the other; known ones are left as they are.

    The whole file is checked before the first is added. Raises LibraryError for
    one that is damaged, of a newer format, or none of ours.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _checked(archive, file)
            with archive.open(_STORIES) as texts, archive.open(_VECTORS) as vectors:
                for line in texts:
                    plain = json.loads(line)
                    rows = _rows(vectors, int(plain["vectors"]), manifest, library)
                    story = story_from_plain(plain)
                    aside = [s.number for s in sentences_of(story) if s.set_aside]
                    if aside != plain.get("set_aside", []):
                        rows = None  # they are vectors of other passages
                    # What the library has from there is its own, and maybe newer.
                    own = library.at_origin(story.origin) if story.origin else None
                    if own is not None:
                        yield Added(own, is_new=False)
                    else:
                        yield library.add(story, vectors=rows)
                    for origin, source in plain.get("also_at", []):
                        if library.at_origin(str(origin)) is None:
                            library.add(replace(story, origin=str(origin), source=str(source)))
    except FileNotFoundError as error:
        raise LibraryError(f"There is no file {file}. Check the name and the folder.") from error
    except OSError as error:
        raise LibraryError(f"{file} cannot be read: {error.strerror}.") from error
    except (
        zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, RecursionError
    ) as error:  # fmt: skip
        raise LibraryError(f"{file} is damaged, or no exported library. Export it anew.") from error


def _checked(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    if sum(member.file_size for member in archive.infolist()) > _MOST_BYTES:
        raise LibraryError(f"{file} unpacks to more than {_MOST_BYTES // 10**9} GB.")
    manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    if manifest["format"] > FORMAT:
        raise LibraryError(f"{file} was written by a newer storychat. Update storychat.")
    for name in (_STORIES, _VECTORS):
        found = hashlib.sha256()
        with archive.open(name) as stream:
            while piece := stream.read(_PIECE):
                found.update(piece)
        if found.hexdigest() != manifest["sha256"][name]:
            raise LibraryError(f"{file} is damaged: {name} is not what was written. Copy it anew.")
    return manifest


def _rows(vectors: IO[bytes], count: int, manifest: dict[str, Any], library: Library) -> Any:
    """The next `count` vectors, or None if they are of no use to this library."""
    import numpy as np

    dimensions = int(manifest["dimensions"])
    data = vectors.read(count * dimensions * 4)
    if (manifest["embedder"], dimensions) != (library.embedder, library.dimensions):
        return None
    rows = np.frombuffer(data, dtype="<f4").reshape(count, dimensions)
    lengths = np.linalg.norm(rows, axis=1)
    return rows if np.all(np.abs(lengths - 1) < 1e-3) else None


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
