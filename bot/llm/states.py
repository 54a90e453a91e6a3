"""Where the states of read units are kept: in memory, and on disk beside the library.

Knows keys and bytes. Both places are bounded; what was used longest ago goes
first. A file is used only if this installation wrote it and it is whole, so a
library folder from a stranger cannot reach llama.cpp's parser; any other file
counts as not there.
"""

from __future__ import annotations

import hashlib
import os
import queue
import secrets
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

_MAGIC = b"storychat state 1\n"
_SEAL_BYTES = 32
_SECRET_BYTES = 32
_ENDING = ".state"


class States:
    """States under keys. Thread-safe; writing to disk happens in a thread of its own."""

    def __init__(
        self, folder: Path | None, *, secret: bytes, memory_bytes: int, disk_bytes: int
    ) -> None:
        """`folder` None keeps states in memory only; `secret` seals the files."""
        self._folder = folder
        self._secret = secret
        self._memory_bytes = memory_bytes
        self._disk_bytes = disk_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._held_bytes = 0
        self._files: OrderedDict[str, int] | None = None
        """Sizes by file name; whoever does not know the secret cannot make a name we look for."""
        self._to_write: queue.SimpleQueue[tuple[str, bytes] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="states", daemon=True)
        self._writer.start()

    @property
    def memory_used(self) -> int:
        """Bytes held in memory now."""
        return self._held_bytes

    @property
    def disk_used(self) -> int:
        """Bytes of all files now."""
        with self._lock:
            return sum(self._known_files().values())

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._held or self._name(key) in self._known_files()

    def get(self, key: str) -> bytes | None:
        """The state under `key`, or None if it is not kept or its file is not to be trusted."""
        with self._lock:
            state = self._held.get(key)
            if state is not None:
                self._held.move_to_end(key)
                return state
        state = self._from_disk(key)
        if state is not None:
            self._hold(key, state)
        return state

    def put(self, key: str, state: bytes) -> None:
        """Keep a state; it reaches the disk a moment later."""
        self._hold(key, state)
        if self._folder is not None:
            self._to_write.put((key, state))

    def close(self) -> None:
        """Finish writing."""
        self._to_write.put(None)
        self._writer.join()

    def _hold(self, key: str, state: bytes) -> None:
        with self._lock:
            self._held_bytes += len(state) - len(self._held.pop(key, b""))
            self._held[key] = state
            while self._held_bytes > self._memory_bytes and len(self._held) > 1:
                _, oldest = self._held.popitem(last=False)
                self._held_bytes -= len(oldest)

    # ---- disk ----

    def _name(self, key: str) -> str:
        tag = hashlib.blake2b(key.encode(), key=self._secret, digest_size=8).hexdigest()
        return f"{key}.{tag}{_ENDING}"

    def _known_files(self) -> OrderedDict[str, int]:
        """Sizes by name, the one used longest ago first; the folder is listed once."""
        if self._files is None:
            found: list[tuple[float, str, int]] = []
            if self._folder is not None:
                with suppress(OSError), os.scandir(self._folder) as entries:
                    for entry in entries:
                        if entry.name.endswith(_ENDING):
                            status = entry.stat()
                            found.append((status.st_mtime, entry.name, status.st_size))
            self._files = OrderedDict((name, size) for _, name, size in sorted(found))
        return self._files

    def _from_disk(self, key: str) -> bytes | None:
        name = self._name(key)
        with self._lock:
            if self._folder is None or name not in self._known_files():
                return None
            self._known_files().move_to_end(name)
        path = self._folder / name
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            data = b""
        state = self._opened(key, data)
        if state is None:
            with self._lock:
                self._known_files().pop(name, None)
        return state

    def _write_all(self) -> None:
        while (job := self._to_write.get()) is not None:
            # A full or read-only disk costs the memory of a restart, not the answer.
            with suppress(OSError):
                self._write(*job)

    def _write(self, key: str, state: bytes) -> None:
        assert self._folder is not None
        size = len(_MAGIC) + _SEAL_BYTES + len(state)
        if size > self._disk_bytes:
            return
        name = self._name(key)
        with self._lock:
            files = self._known_files()
            files.pop(name, None)
            while files and sum(files.values()) + size > self._disk_bytes:
                oldest, _ = files.popitem(last=False)
                (self._folder / oldest).unlink(missing_ok=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / name
        unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
        try:
            with unfinished.open("wb") as file:
                file.write(_MAGIC)
                file.write(self._seal(key, state))
                file.write(state)
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        with self._lock:
            self._known_files()[name] = size

    def _seal(self, key: str, state: bytes) -> bytes:
        seal = hashlib.blake2b(key=self._secret, digest_size=_SEAL_BYTES)
        seal.update(key.encode())
        seal.update(state)
        return seal.digest()

    def _opened(self, key: str, data: bytes) -> bytes | None:
        begin = len(_MAGIC) + _SEAL_BYTES
        if len(data) <= begin or not data.startswith(_MAGIC):
            return None
        state = data[begin:]
        sealed = secrets.compare_digest(data[len(_MAGIC) : begin], self._seal(key, state))
        return state if sealed else None


def own_secret(file: Path) -> bytes:
    """The secret of this installation, made at first use and readable by its owner only.

    Where it can be neither read nor kept, a new one is returned: what was
    remembered on disk is then read anew.
    """
    with suppress(OSError):
        secret = file.read_bytes()
        if len(secret) == _SECRET_BYTES:
            return secret
    secret = secrets.token_bytes(_SECRET_BYTES)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secret)
        unfinished.replace(file)
    return secret
