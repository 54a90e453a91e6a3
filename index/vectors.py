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

VECTORS_PER_LIST = 500
LISTS_VISITED = 160
"""Of the compressed index, for a question; measured in tests/benchmarks/library.py."""
SAMPLE_PER_LIST = 64
"""Vectors that training sees for each list; more makes it slower, and no better that one sees."""


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

        if not len(self):
            return []
        make: Any = faiss.SearchParameters
        parameters = make(sel=_selector(among, ()))
        return _pairs(*self._index.search(query.reshape(1, -1), count, params=parameters))


@dataclass(frozen=True, slots=True)
class CompressedArrays:
    """A trained index as plain arrays; `codes` and `ids` lie list after list.

    Shapes: centroids (lists, d) and scale (2 d,) float32, sizes (lists,) and
    ids (n,) int64, codes (n, d) uint8.
    """

    centroids: NDArray[np.float32]
    scale: NDArray[np.float32]
    sizes: NDArray[np.int64]
    ids: NDArray[np.int64]
    codes: NDArray[np.uint8]

    def is_valid(self, dimensions: int) -> bool:
        """True if the arrays fit each other, so that nothing can be read beyond them."""
        lists, count = len(self.sizes), len(self.ids)
        return bool(
            lists > 0
            and self.centroids.shape == (lists, dimensions)
            and self.scale.shape == (2 * dimensions,)
            and self.codes.shape == (count, dimensions)
            and self.sizes.min() >= 0
            and self.sizes.sum() == count
        )


class CompressedVectors:
    """Many unit vectors, a byte a dimension, in lists of neighbours of which a few are searched.

    Source: Jegou et al., "Product quantization for nearest neighbor search"
    (2011), with a scalar quantizer in place of the product one.
    """

    def __init__(self, arrays: CompressedArrays) -> None:
        """`arrays` must be valid."""
        import faiss
        import numpy as np

        lists, dimensions = arrays.centroids.shape
        self._index = _empty_index(dimensions, lists)
        self._index.quantizer.add(np.ascontiguousarray(arrays.centroids))
        faiss.copy_array_to_vector(np.ascontiguousarray(arrays.scale), self._index.sq.trained)
        self._index.is_trained = True
        begin = 0
        for number, size in enumerate(arrays.sizes.tolist()):
            if size:
                end = begin + size
                codes = np.ascontiguousarray(arrays.codes[begin:end])
                ids = np.ascontiguousarray(arrays.ids[begin:end])
                self._index.invlists.add_entries(
                    number, size, faiss.swig_ptr(ids), faiss.swig_ptr(codes)
                )
                begin = end
        self._index.ntotal = begin

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self,
        query: NDArray[np.float32],
        count: int,
        *,
        among: Sequence[int] | None = None,
        without: Sequence[int] = (),
    ) -> list[tuple[int, float]]:
        """As of FlatVectors, but for ids in `without`; cosines are near the true ones."""
        import faiss

        # A story of its own may lie in any list: then all are visited, and few vectors compared.
        visited = self._index.nlist if among is not None else LISTS_VISITED
        make: Any = faiss.SearchParametersIVF
        parameters = make(sel=_selector(among, without), nprobe=min(visited, self._index.nlist))
        return _pairs(*self._index.search(query.reshape(1, -1), count, params=parameters))


def compress(
    count: int,
    sample: NDArray[np.float32],
    batches: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]],
) -> CompressedArrays:
    """Train on `sample` (n, d), then compress all `count` vectors of `batches`."""
    import faiss
    import numpy as np

    lists, dimensions = max(1, count // VECTORS_PER_LIST), sample.shape[1]
    index = _empty_index(dimensions, lists)
    index.cp.max_points_per_centroid = SAMPLE_PER_LIST
    index.train(sample)
    for ids, vectors in batches:
        index.add_with_ids(vectors, ids)
    sizes = np.array([index.invlists.list_size(n) for n in range(lists)], dtype=np.int64)
    return CompressedArrays(
        centroids=index.quantizer.reconstruct_n(0, lists),
        scale=faiss.vector_to_array(index.sq.trained),
        sizes=sizes,
        ids=np.concatenate(list(_lists(index, sizes, "ids"))),
        codes=np.concatenate(list(_lists(index, sizes, "codes"))),
    )


def _lists(index: Any, sizes: NDArray[np.int64], kind: str) -> Iterator[NDArray[Any]]:
    import faiss

    for number, size in enumerate(sizes.tolist()):
        if kind == "ids":
            yield faiss.rev_swig_ptr(index.invlists.get_ids(number), size).copy()
        else:
            width = index.code_size
            codes = faiss.rev_swig_ptr(index.invlists.get_codes(number), size * width)
            yield codes.reshape(size, width).copy()


def _empty_index(dimensions: int, lists: int) -> Any:
    import faiss

    quantizer = faiss.IndexFlatIP(dimensions)
    index: Any = faiss.IndexIVFScalarQuantizer(
        quantizer,
        dimensions,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        False,  # code the vectors themselves: their distances to a centre need another scale
    )
    index.cp.spherical = True
    return index


def _selector(among: Sequence[int] | None, without: Sequence[int]) -> Any:
    import faiss
    import numpy as np

    if among is not None:
        removed = set(without)
        wanted = [number for number in among if number not in removed]
        return faiss.IDSelectorBatch(np.asarray(wanted, dtype=np.int64))
    if len(without):
        return faiss.IDSelectorNot(faiss.IDSelectorBatch(np.asarray(without, dtype=np.int64)))
    return None


def _pairs(cosines: NDArray[np.float32], ids: NDArray[np.int64]) -> list[tuple[int, float]]:
    return [(int(i), float(c)) for i, c in zip(ids[0], cosines[0], strict=True) if i >= 0]
