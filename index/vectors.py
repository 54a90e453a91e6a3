"""Vectors held for searching. The only file that imports faiss.

Derived from the library's database: whatever happens to it, it can be made
again from there. Nothing here is written or read by faiss itself, whose file
format can be made to overrun memory: a compressed index is kept as plain
arrays (compressed.py) and put together anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VECTORS_PER_LIST = 250
LISTS_VISITED = 500
"""Of the compressed index, for a question; measured in tests/benchmarks/library.py."""
SAMPLE_PER_LIST = 37
"""Vectors that training sees for each list; more makes it slower, and no better that one sees."""
HEAD = 128
"""Dimensions by which vectors are compared at first: turned so that the first vary most, these
have nine tenths of what tells sentences apart."""
REFINED = 600
"""Vectors that are compared by all dimensions then; twice as many as wanted at least."""


class FlatVectors:
    """Unit vectors under integer ids, searched exactly by inner product (the cosine)."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """`ids` has shape (n,), `vectors` (n, dimensions)."""
        import faiss

        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        self.add(ids, vectors)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Hold more vectors; shapes as at the beginning."""
        if len(ids):
            self._index.add_with_ids(vectors, ids)

    def remove(self, ids: Sequence[int]) -> None:
        """Hold these vectors no more; unknown ids are passed over."""
        import numpy as np

        self._index.remove_ids(np.asarray(ids, dtype=np.int64))

    def after(self, last: int) -> FlatVectors:
        """Only the vectors whose ids are greater than `last`."""
        import faiss
        import numpy as np

        ids = faiss.vector_to_array(self._index.id_map)
        kept = np.flatnonzero(ids > last)
        every = self._index.index.reconstruct_n(0, len(ids)) if len(ids) else None
        vectors = np.empty((0, self._index.d), dtype=np.float32) if every is None else every[kept]
        return FlatVectors(ids[kept], vectors)

    def nearest(
        self, query: NDArray[np.float32], count: int, *, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (id, cosine), the best first; only ids in `among` if it is given."""
        import faiss
        import numpy as np

        if not len(self):
            return []
        make: Any = faiss.SearchParameters
        only = None if among is None else faiss.IDSelectorBatch(np.asarray(among, dtype=np.int64))
        parameters = make(sel=only)
        return _pairs(*self._index.search(query.reshape(1, -1), count, params=parameters))


@dataclass(frozen=True, slots=True)
class CompressedArrays:
    """A trained index as plain arrays; `codes` and `rows` lie list after list, the others by row.

    Shapes, with `h` the dimensions of a head: rotation (d, h), centroids (lists, h),
    codebook (h / 2, 16, 2) and scale (2, d) float32, sizes (lists,), rows (n,) and
    ids (n,), rising, int64, codes (n, h / 4 rounded up) and levels (n, d) uint8.
    """

    rotation: NDArray[np.float32]
    centroids: NDArray[np.float32]
    codebook: NDArray[np.float32]
    scale: NDArray[np.float32]
    sizes: NDArray[np.int64]
    rows: NDArray[np.int64]
    ids: NDArray[np.int64]
    codes: NDArray[np.uint8]
    levels: NDArray[np.uint8]

    def is_valid(self, dimensions: int) -> bool:
        """True if the arrays fit each other, so that nothing can be read beyond them."""
        lists, count, head = len(self.sizes), len(self.ids), _head(dimensions)
        return bool(
            lists > 0
            and count > 0
            and self.rotation.shape == (dimensions, head)
            and self.centroids.shape == (lists, head)
            and self.codebook.shape == (head // 2, 16, 2)
            and self.scale.shape == (2, dimensions)
            and self.rows.shape == (count,)
            and self.codes.shape == (count, (head // 2 + 1) // 2)
            and self.levels.shape == (count, dimensions)
            and self.sizes.min() >= 0
            and self.sizes.sum() == count
            and self.rows.min() >= 0
            and self.rows.max() < count
        )


class CompressedVectors:
    """Many unit vectors, a byte a dimension, in lists of neighbours of which some are searched.

    Vectors are turned to their principal axes, of which the first ones, mixed with
    each other, are the head. The heads lie in FAISS at four bits for two dimensions
    and choose some hundreds; a byte for each dimension of these tells which are
    nearest.
    Source: Jegou et al., "Product quantization for nearest neighbor search"
    (2011); Andre et al., "Quicker ADC" (2019), for codes of four bits.
    """

    def __init__(self, arrays: CompressedArrays) -> None:
        """`arrays` must be valid."""
        import faiss
        import numpy as np

        lists, head = arrays.centroids.shape
        self._rotation, self._ids, self._levels = arrays.rotation, arrays.ids, arrays.levels
        self._low, self._step = arrays.scale
        self._gone = np.zeros(len(arrays.ids), dtype=bool)
        index = _empty_index(head, lists)
        index.quantizer.add(np.ascontiguousarray(arrays.centroids))
        codebook = np.ascontiguousarray(arrays.codebook.reshape(-1))
        faiss.copy_array_to_vector(codebook, index.pq.centroids)
        index.is_trained = True
        begin = 0
        for number, size in enumerate(arrays.sizes.tolist()):
            if size:
                end = begin + size
                codes = np.ascontiguousarray(arrays.codes[begin:end])
                rows = np.ascontiguousarray(arrays.rows[begin:end])
                index.invlists.add_entries(
                    number, size, faiss.swig_ptr(rows), faiss.swig_ptr(codes)
                )
                begin = end
        index.ntotal = begin
        # Packed for searching. It keeps what it was packed from, for the lists' centres: emptied.
        self._index: Any = faiss.IndexIVFPQFastScan(index)
        index.reset()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def share_gone(self) -> float:
        """Of the vectors, those that have been removed, 0..1."""
        return float(self._gone.mean())

    def remove(self, ids: Iterable[int]) -> None:
        """Find these vectors no more; unknown ids are passed over."""
        self._gone[self._rows(ids)] = True

    def nearest(self, query: NDArray[np.float32], count: int) -> list[tuple[int, float]]:
        """Up to `count` pairs (id, cosine), the nearest first; cosines are true to about 0.001."""
        import numpy as np

        wanted = max(REFINED, 2 * count)
        rows = self._candidates(query, wanted)
        kept = rows[~self._gone[rows]]
        if len(kept) < len(rows) / 2:
            # Most of those that were nearest are gone: leave them out from the beginning.
            kept = self._candidates(query, wanted, without=np.flatnonzero(self._gone))
        cosines = self._cosines(query, kept)
        best = np.argsort(-cosines, kind="stable")[:count]
        return [(int(self._ids[kept[i]]), float(cosines[i])) for i in best]

    def cosines(self, query: NDArray[np.float32], ids: Iterable[int]) -> dict[int, float]:
        """The cosines of the vectors that are here, true to about 0.001."""
        rows = self._rows(ids)
        rows = rows[~self._gone[rows]]
        return dict(zip(self._ids[rows].tolist(), self._cosines(query, rows).tolist(), strict=True))

    def _candidates(
        self, query: NDArray[np.float32], count: int, *, without: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Rows whose heads are nearest."""
        import faiss

        others = None
        if without is not None:
            others = faiss.IDSelectorNot(faiss.IDSelectorBatch(without))
        make: Any = faiss.SearchParametersIVF
        parameters = make(sel=others, nprobe=min(LISTS_VISITED, self._index.nlist))
        head = (query @ self._rotation).reshape(1, -1)
        _, rows = self._index.search(head, count, params=parameters)
        found: NDArray[np.int64] = rows[rows >= 0]
        return found

    def _cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        import numpy as np

        levels = self._levels[rows].astype(np.float32)
        cosines: NDArray[np.float32] = levels @ (self._step * query) + self._low @ query
        return cosines

    def _rows(self, ids: Iterable[int]) -> NDArray[np.int64]:
        """Where those vectors lie that are here."""
        import numpy as np

        wanted = np.fromiter(ids, dtype=np.int64)
        rows = np.searchsorted(self._ids, wanted).clip(max=len(self._ids) - 1)
        found: NDArray[np.int64] = rows[self._ids[rows] == wanted]
        return found


def compress(
    count: int,
    sample: NDArray[np.float32],
    batches: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]],
) -> CompressedArrays:
    """Train on `sample` (n, d), then compress all `count` vectors of `batches`, in order of ids."""
    import faiss
    import numpy as np

    dimensions = sample.shape[1]
    lists, head = max(1, count // VECTORS_PER_LIST), _head(dimensions)
    # eigh gives the axes in the order in which vectors vary more along them. Turned once more
    # among themselves, heads vary alike along each of their axes: as many bits serve all.
    axes = np.linalg.eigh(sample.T @ sample)[1][:, ::-1][:, :head]
    mixing = np.linalg.qr(np.random.default_rng(0).standard_normal((head, head)))[0]
    rotation = np.ascontiguousarray(axes @ mixing, dtype=np.float32)
    index = _empty_index(head, lists)
    # A codebook of 16 is not made of fewer vectors.
    index.train((sample if len(sample) >= 16 else np.resize(sample, (16, dimensions))) @ rotation)
    low, high = sample.min(axis=0), sample.max(axis=0)
    step = np.maximum(high - low, 1e-9) / 255
    ids = [np.empty(0, dtype=np.int64)]
    levels = [np.empty((0, dimensions), dtype=np.uint8)]
    for numbers, vectors in batches:
        rows = np.arange(index.ntotal, index.ntotal + len(numbers), dtype=np.int64)
        index.add_with_ids(np.ascontiguousarray(vectors @ rotation), rows)
        ids.append(numbers)
        levels.append(np.rint((vectors - low) / step).clip(0, 255).astype(np.uint8))
    sizes = np.array([index.invlists.list_size(n) for n in range(lists)], dtype=np.int64)
    return CompressedArrays(
        rotation=rotation,
        centroids=index.quantizer.reconstruct_n(0, lists),
        codebook=faiss.vector_to_array(index.pq.centroids).reshape(head // 2, 16, 2),
        scale=np.stack([low, step]),
        sizes=sizes,
        rows=np.concatenate(list(_lists(index, sizes, "rows"))),
        ids=np.concatenate(ids),
        codes=np.concatenate(list(_lists(index, sizes, "codes"))),
        levels=np.concatenate(levels),
    )


def _head(dimensions: int) -> int:
    return min(HEAD, dimensions // 2 * 2)


def _lists(index: Any, sizes: NDArray[np.int64], kind: str) -> Iterator[NDArray[Any]]:
    import faiss

    for number, size in enumerate(sizes.tolist()):
        if kind == "rows":
            yield faiss.rev_swig_ptr(index.invlists.get_ids(number), size).copy()
        else:
            width = index.code_size
            codes = faiss.rev_swig_ptr(index.invlists.get_codes(number), size * width)
            yield codes.reshape(size, width).copy()


def _empty_index(head: int, lists: int) -> Any:
    import faiss

    quantizer = faiss.IndexFlatIP(head)
    index: Any = faiss.IndexIVFPQ(quantizer, head, lists, head // 2, 4, faiss.METRIC_INNER_PRODUCT)
    index.cp.spherical = True
    index.cp.max_points_per_centroid = SAMPLE_PER_LIST
    for training in (index.cp, index.pq.cp):
        training.min_points_per_centroid = 1  # or it complains on standard error
    return index


def _pairs(cosines: NDArray[np.float32], ids: NDArray[np.int64]) -> list[tuple[int, float]]:
    return [(int(i), float(c)) for i, c in zip(ids[0], cosines[0], strict=True) if i >= 0]
