"""States are kept in memory and on disk, bounded, whole, and only ours."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.llm.states import States, own_secret

SECRET = b"s" * 32


def states(folder: Path | None, *, memory: int = 10_000, disk: int = 10_000) -> States:
    return States(folder, secret=SECRET, memory_bytes=memory, disk_bytes=disk)


def file_of(folder: Path, key: str) -> Path:
    (file,) = folder.glob(f"{key}.*.state")
    return file


def test_what_is_put_is_there_also_after_a_restart(tmp_path: Path) -> None:
    first = states(tmp_path)
    first.put("a", b"state of a")
    assert first.get("a") == b"state of a"
    first.close()
    assert states(tmp_path).get("a") == b"state of a"


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_file_counts_as_not_there(tmp_path: Path, damage: str) -> None:
    writer = states(tmp_path)
    writer.put("a", b"state of a")
    writer.close()
    file = file_of(tmp_path, "a")
    data = file.read_bytes()
    if damage == "cut":
        file.write_bytes(data[:-1])
    elif damage == "flipped":
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "empty":
        file.write_bytes(b"")
    reader = states(tmp_path)
    assert "a" in reader  # the folder lists it
    assert reader.get("a") is None
    assert "a" not in reader


def test_a_file_under_another_name_is_not_trusted(tmp_path: Path) -> None:
    writer = states(tmp_path)
    writer.put("a", b"state of a")
    writer.close()
    writer = states(tmp_path)
    writer.put("b", b"state of b")
    writer.close()
    file_of(tmp_path, "a").replace(file_of(tmp_path, "b"))
    assert states(tmp_path).get("b") is None


def test_files_of_another_installation_count_as_not_there(tmp_path: Path) -> None:
    writer = states(tmp_path)
    writer.put("a", b"state of a")
    writer.close()
    reader = States(tmp_path, secret=b"x" * 32, memory_bytes=10_000, disk_bytes=10_000)
    assert "a" not in reader
    assert reader.get("a") is None


def test_memory_is_bounded_and_the_longest_unused_goes_first(tmp_path: Path) -> None:
    kept = states(None, memory=250)
    for key in "ab":
        kept.put(key, b"x" * 100)
    kept.get("a")
    kept.put("c", b"x" * 100)
    assert kept.memory_used == 200
    assert kept.get("b") is None
    assert kept.get("a") is not None and kept.get("c") is not None


def test_disk_is_bounded_and_the_longest_unused_goes_first(tmp_path: Path) -> None:
    writer = states(tmp_path, disk=500)
    for key in "abcd":
        writer.put(key, b"x" * 100)
    writer.close()
    assert writer.disk_used <= 500
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 500
    after = states(tmp_path)
    assert after.get("a") is None
    assert after.get("d") is not None


def test_the_bound_counts_what_an_earlier_run_left(tmp_path: Path) -> None:
    first = states(tmp_path, disk=600)
    first.put("old", b"x" * 300)
    first.close()
    os.utime(file_of(tmp_path, "old"), (1, 1))
    second = states(tmp_path, disk=600)
    second.put("new", b"x" * 300)
    second.close()
    assert [file.name.split(".")[0] for file in tmp_path.iterdir()] == ["new"]


def test_a_disk_that_cannot_be_written_costs_nothing_but_the_disk(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    kept = states(blocked / "memory")
    kept.put("a", b"state")
    kept.close()
    assert kept.get("a") == b"state"


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret"
    secret = own_secret(file)
    assert len(secret) == 32
    assert own_secret(file) == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"short")
    assert own_secret(file) != secret
