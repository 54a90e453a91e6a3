"""FAISS finds what is nearest, among all or among some."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from index.vectors import CompressedVectors, FlatVectors, compress


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


def crowded(centres: int, *, seed: int) -> NDArray[np.float32]:
    """Unit vectors, thirty around each of some centres."""
    chance = np.random.default_rng(seed)
    middle = np.repeat(chance.standard_normal((centres, 192)), 30, axis=0)
    vectors = (middle + chance.standard_normal(middle.shape)).astype("<f4")
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_a_compressed_index_finds_what_an_exact_search_does() -> None:
    vectors = crowded(40, seed=3)
    ids = np.arange(1200, dtype=np.int64) * 3 + 5
    arrays = compress(1200, vectors, [(ids[:700], vectors[:700]), (ids[700:], vectors[700:])])
    assert arrays.is_valid(192)
    index, exact = CompressedVectors(arrays), FlatVectors(ids, vectors)
    assert len(index) == 1200
    for query in vectors[::97]:
        found, wanted = dict(index.nearest(query, 10)), dict(exact.nearest(query, 10))
        assert len(found.keys() & wanted.keys()) >= 9
        assert all(abs(found[id] - wanted[id]) < 0.003 for id in found.keys() & wanted.keys())
        told = index.cosines(query, [*found, 1, 4])
        assert told.keys() == found.keys()
        assert all(abs(told[id] - found[id]) < 1e-5 for id in found)


def test_what_is_removed_from_a_compressed_index_is_found_no_more() -> None:
    vectors = crowded(100, seed=4)
    ids = np.arange(3000, dtype=np.int64) * 2
    index = CompressedVectors(compress(3000, vectors, [(ids, vectors)]))
    exact = FlatVectors(ids, vectors)
    query, gone = vectors[0], set[int]()
    for many in (3, 50, 1000):  # the last leaves none of those that would be looked at first
        near = [id for id, _ in exact.nearest(query, many)]
        gone.update(near)
        index.remove([*near, 1, 99_999])
        exact.remove(near)
        rest = index.nearest(query, 10)
        assert len(rest) == 10 and not {id for id, _ in rest} & gone
        assert rest[0][1] > exact.nearest(query, 1)[0][1] - 0.05
        assert [cosine for _, cosine in rest] == sorted((c for _, c in rest), reverse=True)
        assert not index.cosines(query, near)


def test_arrays_that_do_not_fit_each_other_are_no_index() -> None:
    vectors = np.random.default_rng(3).standard_normal((300, 160)).astype("<f4")
    arrays = compress(300, vectors, [(np.arange(300, dtype=np.int64), vectors)])
    for field in fields(arrays):
        short = getattr(arrays, field.name)[:-1]
        assert not replace(arrays, **{field.name: short}).is_valid(160)
