from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.models.catalog import catalog
from bot.models.memory import available_memory, check_memory, needed_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's proc and sys")

GB = 1 << 30


def _machine(root: Path, *, available: int, groups: str = "0::/\n") -> Path:
    (root / "proc/self").mkdir(parents=True)
    text = f"MemTotal: 99 kB\nMemAvailable: {available // 1024} kB\n"
    (root / "proc/meminfo").write_text(text)
    (root / "proc/self/cgroup").write_text(groups)
    return root


def _group(folder: Path, *, limit: str, used: int, cache: int = 0) -> None:
    folder.mkdir(parents=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 1\ninactive_file {cache}\nactive_file 0\n")


def test_without_limits_the_kernels_word_counts(tmp_path: Path) -> None:
    root = _machine(tmp_path, available=8 * GB)
    _group(root / "sys/fs/cgroup", limit="max", used=GB)
    assert available_memory(root=root) == 8 * GB


def test_a_containers_limit_counts_when_it_is_smaller(tmp_path: Path) -> None:
    root = _machine(tmp_path, available=8 * GB)
    _group(root / "sys/fs/cgroup", limit=str(3 * GB), used=2 * GB)
    assert available_memory(root=root) == GB


def test_cached_files_in_a_container_are_not_counted_as_used(tmp_path: Path) -> None:
    root = _machine(tmp_path, available=8 * GB)
    _group(root / "sys/fs/cgroup", limit=str(3 * GB), used=2 * GB, cache=GB)
    assert available_memory(root=root) == 2 * GB


def test_a_limit_on_a_level_above_counts(tmp_path: Path) -> None:
    root = _machine(tmp_path, available=8 * GB, groups="0::/user.slice/shell.scope\n")
    _group(root / "sys/fs/cgroup/user.slice", limit=str(2 * GB), used=GB)
    _group(root / "sys/fs/cgroup/user.slice/shell.scope", limit="max", used=GB)
    assert available_memory(root=root) == GB


def test_a_limit_of_the_older_kind_counts(tmp_path: Path) -> None:
    root = _machine(tmp_path, available=8 * GB, groups="5:cpu:/\n4:memory:/docker/abc\n")
    folder = root / "sys/fs/cgroup/memory"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text(f"{2 * GB}\n")
    (folder / "memory.usage_in_bytes").write_text(f"{GB}\n")
    assert available_memory(root=root) == GB


def test_where_nobody_says_nothing_is_known(tmp_path: Path) -> None:
    assert available_memory(root=tmp_path) is None


def test_this_machine_has_some_memory() -> None:
    available = available_memory()
    assert available is not None
    assert available > 0


def test_too_little_memory_is_said_with_both_figures() -> None:
    with pytest.raises(ModelError, match=r"tiny needs about 2\.6 GB .* 1\.1 GB are free"):
        check_memory(2_600_000_000, available=1_100_000_000, name="tiny")


def test_enough_or_unknown_memory_is_taken() -> None:
    check_memory(2_600_000_000, available=2_600_000_000, name="tiny")
    check_memory(2_600_000_000, available=None, name="tiny")


def test_the_estimate_is_near_what_was_measured() -> None:
    for weights in catalog():
        if weights.measured and weights.path.endswith(".gguf"):
            assert 0.8 < needed_memory(weights.bytes) / weights.memory < 1.2, weights.name
