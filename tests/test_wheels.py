from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.models.catalog import IndexWheels
from bot.models.sources import SourceError
from bot.models.wheels import PackageIndexSource
from tests.tiny_weights import (
    ONE_WHEEL,
    WHEELS,
    folder_of,
    gguf,
    one_file,
    write_parts,
    write_wheel,
)

DATA = gguf(50_000)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only package index there is."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "on the way"
    folder.mkdir()
    return folder


def test_the_parts_of_several_wheels_are_joined_and_the_wheels_do_not_stay(
    index: Path, into: Path
) -> None:
    write_parts(index, DATA)
    PackageIndexSource(WHEELS).fetch_into(into, one_file(DATA))
    assert (into / "tiny.gguf").read_bytes() == DATA
    assert {path.name for path in into.iterdir()} == {"tiny.gguf", "parts.json"}


def test_the_files_of_a_folder_come_out_of_one_wheel(index: Path, into: Path) -> None:
    contents = {"config.json": b"{}", "1_Pooling/config.json": b"[]", "model.bin": DATA}
    members = {f"tiny_folder/model/{path}": data for path, data in contents.items()}
    write_wheel(index, "tiny-folder", "2.0", members)
    origin = IndexWheels("tiny-folder", "2.0", 1, "tiny_folder/model/{file}")
    PackageIndexSource(origin).fetch_into(into, folder_of(contents))
    for path, data in contents.items():
        assert (into / path).read_bytes() == data


def test_a_broken_off_run_is_gone_on_with_where_its_last_whole_part_ends(
    index: Path, into: Path
) -> None:
    wheels = write_parts(index, DATA)
    wheels[1].rename(index / "not yet.txt")
    source = PackageIndexSource(WHEELS)
    assert source.bytes_in(into, one_file(DATA)) == 0
    with pytest.raises(SourceError, match=r"has no tiny-part2==1\.0"):
        source.fetch_into(into, one_file(DATA))
    assert source.bytes_in(into, one_file(DATA)) == -(-len(DATA) // 3)

    with (into / "tiny.gguf").open("ab") as file:
        file.write(b"half of a part, as a kill would leave it")
    (index / "not yet.txt").rename(wheels[1])
    wheels[0].unlink()  # not to be fetched again
    source.fetch_into(into, one_file(DATA))
    assert (into / "tiny.gguf").read_bytes() == DATA


@pytest.mark.parametrize("manifest", ["", '{"wheels": 1, "parts": 9}'])
def test_with_a_damaged_manifest_everything_is_fetched_anew(
    index: Path, into: Path, manifest: str
) -> None:
    write_parts(index, DATA, origin=ONE_WHEEL)
    (into / "parts.json").write_text(manifest)
    (into / "tiny.gguf").write_bytes(b"whatever this was")
    PackageIndexSource(ONE_WHEEL).fetch_into(into, one_file(DATA))
    assert (into / "tiny.gguf").read_bytes() == DATA


def test_a_run_killed_between_two_parts_is_gone_on_with(index: Path, into: Path) -> None:
    wheels = write_parts(index, DATA)
    program = """
import sys
from pathlib import Path
from bot.models.wheels import PackageIndexSource
from tests.tiny_weights import WHEELS, one_file
data = Path(sys.argv[2]).read_bytes()
PackageIndexSource(WHEELS).fetch_into(Path(sys.argv[1]), one_file(data))
"""
    whole = into.parent / "whole"
    whole.write_bytes(DATA)
    root = Path(__file__).resolve().parent.parent
    fetching = subprocess.Popen(
        [sys.executable, "-c", program, str(into), str(whole)],
        cwd=root,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while _parts_in(into) < 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(fetching.pid, signal.SIGKILL)
    fetching.wait()
    assert 1 <= _parts_in(into) < 3

    wheels[0].unlink()
    PackageIndexSource(WHEELS).fetch_into(into, one_file(DATA))
    assert (into / "tiny.gguf").read_bytes() == DATA


def _parts_in(into: Path) -> int:
    try:
        return int(json.loads((into / "parts.json").read_text())["parts"])
    except (OSError, ValueError):
        return 0


def test_a_damaged_wheel_is_told_of(index: Path, into: Path) -> None:
    wheels = write_parts(index, DATA)
    data = bytearray(wheels[1].read_bytes())
    at = data.index(b"part02.bin") + 200
    data[at : at + 50] = bytes(50)
    wheels[1].write_bytes(data)
    with pytest.raises(SourceError, match="cannot be used"):
        PackageIndexSource(WHEELS).fetch_into(into, one_file(DATA))


def test_a_wheel_without_the_member_is_told_of(index: Path, into: Path) -> None:
    write_wheel(index, "tiny-part1", "1.0", {"something/else.bin": b"x"})
    with pytest.raises(SourceError, match="cannot be used"):
        PackageIndexSource(WHEELS).fetch_into(into, one_file(DATA))


def test_an_index_out_of_reach_is_told_of(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(SourceError, match="is out of reach"):
        PackageIndexSource(WHEELS).fetch_into(into, one_file(DATA))
