from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.models.catalog import HubRepository
from bot.models.sources import HubSource, SourceError
from tests.tiny_weights import folder_of, gguf, hub, one_file

DATA = gguf()
ORIGIN = HubRepository("somebody/tiny-GGUF", "0" * 40)


def test_a_file_comes_from_the_hub(tmp_path: Path) -> None:
    with hub({"tiny.gguf": DATA}) as (address, _):
        HubSource(ORIGIN, endpoint=address).fetch_into(tmp_path, one_file(DATA))
    assert (tmp_path / "tiny.gguf").read_bytes() == DATA


def test_a_folder_comes_from_the_hub(tmp_path: Path) -> None:
    contents = {"config.json": b"{}", "1_Pooling/config.json": b"[]"}
    with hub(contents) as (address, _):
        HubSource(ORIGIN, endpoint=address).fetch_into(tmp_path, folder_of(contents))
    for path, data in contents.items():
        assert (tmp_path / path).read_bytes() == data


def test_files_that_are_in_are_not_asked_for_again(tmp_path: Path) -> None:
    contents = {"config.json": b"{}", "1_Pooling/config.json": b"[]"}
    with hub(contents) as (address, requests):
        source = HubSource(ORIGIN, endpoint=address)
        source.fetch_into(tmp_path, folder_of(contents))
        requests.clear()
        source.fetch_into(tmp_path, folder_of(contents))
        assert requests == []


def test_a_hub_out_of_reach_is_given_up_at_once(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(SourceError, match="is out of reach"):
        HubSource(ORIGIN, endpoint="http://127.0.0.1:9").fetch_into(tmp_path, one_file(DATA))
    assert time.monotonic() - start < 3


def test_a_hub_without_the_file_is_told_of(tmp_path: Path) -> None:
    with hub({}) as (address, _), pytest.raises(SourceError, match=r"is out of reach: .*404"):
        HubSource(ORIGIN, endpoint=address).fetch_into(tmp_path, one_file(DATA))


def test_a_hub_with_another_file_is_refused_before_anything_comes(tmp_path: Path) -> None:
    with hub({"tiny.gguf": DATA}, etag="f" * 64) as (address, requests):
        with pytest.raises(SourceError, match=r"has another tiny\.gguf than the pinned one"):
            HubSource(ORIGIN, endpoint=address).fetch_into(tmp_path, one_file(DATA))
        assert not [request for request in requests if request.startswith("GET")]


def test_a_hub_that_is_switched_off_is_not_asked(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from bot.models.sources import SourceError
from tests.test_sources import DATA, HubSource, ORIGIN, hub, one_file
with hub({"tiny.gguf": DATA}) as (address, requests):
    try:
        HubSource(ORIGIN, endpoint=address).fetch_into(Path(sys.argv[1]), one_file(DATA))
    except SourceError as error:
        print(error, requests)
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "is switched off by HF_HUB_OFFLINE []"
