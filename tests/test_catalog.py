from __future__ import annotations

import re

import pytest

from bot.errors import ModelError
from bot.models.catalog import DEFAULT_WRITER, EMBEDDER, IndexWheels, Kind, catalog, named


def test_every_file_is_pinned_to_the_byte() -> None:
    for weights in catalog():
        for file in weights.files:
            assert file.bytes > 0
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256), (weights.name, file.path)


def test_the_default_writer_comes_first_and_is_measured() -> None:
    first = catalog()[0]
    assert first.name == DEFAULT_WRITER
    assert first.kind is Kind.WRITER
    assert first.measured
    assert first.bytes == 1_117_320_768


def test_the_embedder_is_a_folder_without_files_that_are_not_needed() -> None:
    embedder = named(EMBEDDER)
    assert embedder.kind is Kind.EMBEDDER
    assert embedder.is_folder
    assert {file.path for file in embedder.files} >= {"model.safetensors", "modules.json"}
    assert not [file.path for file in embedder.files if "onnx" in file.path]


def test_every_measured_entry_can_be_had_from_the_package_index_too() -> None:
    for weights in catalog():
        if weights.measured:
            assert any(isinstance(source, IndexWheels) for source in weights.sources), weights.name


def test_there_are_larger_or_better_suited_writers_that_are_marked_as_not_measured() -> None:
    others = [weights for weights in catalog() if not weights.measured]
    assert len(others) >= 2
    assert any(weights.bytes > named(DEFAULT_WRITER).bytes for weights in others)


def test_names_and_places_are_unique() -> None:
    assert len({weights.name for weights in catalog()}) == len(catalog())
    assert len({weights.path for weights in catalog()}) == len(catalog())


def test_no_weights_need_less_memory_than_they_are_large() -> None:
    assert all(weights.memory > weights.bytes for weights in catalog())


def test_a_name_is_found_whatever_its_case() -> None:
    assert named("SmolLM2-135M").name == "smollm2-135m"


def test_an_unknown_name_lists_the_names_there_are() -> None:
    with pytest.raises(ModelError, match=r"'gpt-9'.*qwen2\.5-coder-1\.5b.*\.gguf"):
        named("gpt-9")
