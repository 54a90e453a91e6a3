"""Zip files from strangers: what is in them, within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib

from index.errors import LibraryError

LARGEST_CONTENT = 200_000_000
"""Bytes that all members together may unpack to."""
MOST_MEMBERS = 20_000

BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
"""What a damaged member raises; RuntimeError is an encrypted one."""


def open_archive(data: bytes, *, name: str) -> zipfile.ZipFile:
    """The archive in `data`. Raises LibraryError if it is none, or a bomb.

    Of a member no byte beyond the size that it declares is unpacked.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*BROKEN, ValueError) as error:
        raise LibraryError(f"{name} is damaged: it ends early or is no archive.") from error
    members = archive.infolist()
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
        # Others are unpacked whole, whatever size they declare.
        raise LibraryError(f"{name} is packed in an unusual way. Save it anew.")
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > LARGEST_CONTENT:
        raise LibraryError(
            f"{name} unpacks to more than {LARGEST_CONTENT // 1_000_000} MB or "
            f"{MOST_MEMBERS:,} files. Storychat does not unpack that."
        )
    return archive


def member(archive: zipfile.ZipFile, path: str) -> bytes | None:
    """A member's bytes; None if it is missing or damaged."""
    try:
        size = archive.getinfo(path).file_size
        with archive.open(path) as stream:
            return stream.read(size)
    except (KeyError, *BROKEN):
        return None
