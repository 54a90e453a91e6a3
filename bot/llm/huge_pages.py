"""Large arrays moved into huge pages, a bit at a time.

Each token that is written takes all weights once through the processor. Where
these lie in pages of 2 MB rather than 4 KB, the processor seldom has to look up
where a page is: a sixth of a step's time on the machine measured. Linux alone
can move them, from version 6.1 on (MADV_COLLAPSE); elsewhere nothing happens.
"""

from __future__ import annotations

import ctypes
from collections.abc import Generator, Iterator
from pathlib import Path

LARGE = 64 << 20
"""Bytes of an array that is worth it: weights and the context's cells have hundreds of millions."""
PORTION = 8 << 20
"""Bytes moved at once: some 20 ms, for which whoever comes has to wait."""
_PAGE = 2 << 20
_MAPS = Path("/proc/self/maps")
_WILL_BE_HUGE, _COLLAPSE = 14, 25
"""MADV_HUGEPAGE and MADV_COLLAPSE of Linux."""


class HugePages:
    """What is still to be moved of this process's large arrays."""

    def __init__(self) -> None:
        self._portions = _portions()

    def move_some(self) -> bool:
        """Move the next portion; False if there is none left."""
        return next(self._portions, None) is not None


def _portions() -> Generator[int]:
    """Moves a portion with each step, and gives its bytes. Contents and addresses stay."""
    if not _MAPS.exists():
        return
    library = ctypes.CDLL(None)
    advise = library.madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for first, end in list(_large_arrays(_MAPS.read_text(encoding="utf-8"))):
        advise(first, end - first, _WILL_BE_HUGE)
        for begin in range(first, end, PORTION):
            size = min(PORTION, end - begin)
            # A refusal (an old kernel, no room, memory given back meanwhile) changes nothing.
            advise(begin, size, _COLLAPSE)
            yield size


def _large_arrays(maps: str) -> Iterator[tuple[int, int]]:
    """First and last whole huge page of each large piece of memory that is no file's."""
    for line in maps.splitlines():
        addresses, rights, _, _, inode, *name = line.split()
        first, end = (int(address, 16) for address in addresses.split("-"))
        if end - first < LARGE or not rights.startswith("rw") or inode != "0" or name:
            continue
        yield -(-first // _PAGE) * _PAGE, end // _PAGE * _PAGE
