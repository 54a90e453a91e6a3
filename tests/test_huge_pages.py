"""Large arrays are moved into huge pages, and stay what they are."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.llm.huge_pages import LARGE, PORTION, HugePages, _large_arrays

MAPS = """\
7f0000000000-7f0008000000 rw-p 00000000 00:00 0
7f0010001000-7f0018001000 rw-p 00000000 00:00 0
7f0020000000-7f0022000000 rw-p 00000000 00:00 0
7f0030000000-7f0038000000 r--p 00000000 00:00 0
7f0040000000-7f0048000000 rw-p 00000000 fe:01 1234                       /weights.gguf
7f0050000000-7f0058000000 rw-p 00000000 00:00 0                          [heap]
"""


def test_large_memory_of_no_file_is_moved_by_whole_huge_pages() -> None:
    assert list(_large_arrays(MAPS)) == [
        (0x7F0000000000, 0x7F0008000000),
        (0x7F0010200000, 0x7F0018000000),
    ]


def test_arrays_hold_what_they_held_once_they_are_moved() -> None:
    chance = np.random.default_rng(1)
    array = chance.integers(0, 255, size=LARGE + PORTION, dtype=np.uint8)
    before = array.copy()
    pages = HugePages()
    portions = 0
    while pages.move_some():
        portions += 1
    assert np.array_equal(array, before)
    assert not pages.move_some()
    if sys.platform == "linux":
        assert portions >= 2 * LARGE // PORTION


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how memory lies")
def test_the_pages_are_huge_where_the_system_allows_it() -> None:
    # NumPy asks for huge pages by itself, llama.cpp does not.
    place = mmap.mmap(-1, LARGE + PORTION, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    array = np.frombuffer(place, dtype=np.uint8)
    array[:] = 7
    before = huge_kilobytes()
    pages = HugePages()
    while pages.move_some():
        pass
    assert (array == 7).all()
    if huge_kilobytes() == before:
        pytest.skip("this system moves nothing")
    assert huge_kilobytes() - before >= LARGE // 2048


def huge_kilobytes() -> int:
    with Path("/proc/self/smaps").open(encoding="utf-8") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages"))
