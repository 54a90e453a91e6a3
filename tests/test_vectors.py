"""FAISS finds what is nearest, among all or among some."""

from __future__ import annotations

import numpy as np

from index.vectors import FlatVectors


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


INDEX = FlatVectors(
    np.array([7, 8, 9], dtype=np.int64), np.stack([unit(1, 0), unit(1, 1), unit(0, 1)])
)


def test_the_nearest_comes_first_with_its_cosine() -> None:
    (first, cosine), *_ = INDEX.nearest(unit(1, 0.1), 3)
    assert first == 7
    assert abs(cosine - float(unit(1, 0.1) @ unit(1, 0))) < 1e-6


def test_only_chosen_ids_are_found() -> None:
    assert [i for i, _ in INDEX.nearest(unit(1, 0), 3, among=[9, 8])] == [8, 9]


def test_more_than_there_are_gives_all() -> None:
    assert len(INDEX.nearest(unit(1, 0), 50)) == 3


def test_an_empty_index_finds_nothing() -> None:
    empty = FlatVectors(np.empty(0, dtype=np.int64), np.empty((0, 2), dtype=np.float32))
    assert empty.nearest(unit(1, 0), 3) == []
