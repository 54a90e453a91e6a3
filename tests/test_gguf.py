from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.models.gguf import check_gguf
from tests.tiny_weights import gguf


def _file(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "weights.gguf"
    path.write_bytes(data)
    return path


def test_a_whole_file_is_taken(tmp_path: Path) -> None:
    check_gguf(_file(tmp_path, gguf()))


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a GGUF file"):
        check_gguf(_file(tmp_path, b"Once upon a time there was a ferry."))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a GGUF file"):
        check_gguf(_file(tmp_path, b""))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no file .*nowhere\.gguf"):
        check_gguf(tmp_path / "nowhere.gguf")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        check_gguf(tmp_path)


def test_a_file_that_lacks_its_last_byte_is_refused(tmp_path: Path) -> None:
    data = gguf()
    with pytest.raises(ModelError, match=rf"truncated.*{len(data) - 1:,} bytes of {len(data):,}"):
        check_gguf(_file(tmp_path, data[:-1]))


@pytest.mark.parametrize("length", [4, 8, 24, 40, 60, 300, 1000])
def test_a_file_cut_inside_its_header_is_refused(tmp_path: Path, length: int) -> None:
    with pytest.raises(ModelError, match="truncated or damaged"):
        check_gguf(_file(tmp_path, gguf()[:length]))


@pytest.mark.parametrize("at", range(4, 120, 5))
def test_a_damaged_header_never_ends_in_anything_but_a_sentence(tmp_path: Path, at: int) -> None:
    data = bytearray(gguf())
    data[at : at + 4] = b"\xff\xff\xff\xff"
    try:
        check_gguf(_file(tmp_path, bytes(data)))
    except ModelError as error:
        assert str(error).endswith(".")


def test_a_version_nobody_knows_is_refused(tmp_path: Path) -> None:
    data = bytearray(gguf())
    data[4] = 99
    with pytest.raises(ModelError, match="version 99"):
        check_gguf(_file(tmp_path, bytes(data)))
