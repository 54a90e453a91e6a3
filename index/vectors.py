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
LISTS_VISITED = 300
"""Of the compressed index, for a question; measured in tests/benchmarks/library.py."""
SAMPLE_PER_LIST = 37
"""Vectors that training sees for each list; more makes it slower, and no better that one sees."""
HEAD = 128
"""Dimensions by which vectors are compared at first: turned so that the first vary most, these
have nine tenths of what tells sentences apart."""
REFINED = 300
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
    """A trained index as plain arrays; `heads` and `ids` lie list after list, `tails` by id.

    Shapes, with `h` the dimensions of a head: rotation (d, d), centroids (lists, h),
    scale (2 h,) and tail_scale (2, d - h) float32, sizes (lists,) and ids (n,)
    int64, heads (n, h) and tails (n, d - h) uint8.
    """

    rotation: NDArray[np.float32]
    centroids: NDArray[np.float32]
    scale: NDArray[np.float32]
    tail_scale: NDArray[np.float32]
    sizes: NDArray[np.int64]
    ids: NDArray[np.int64]
    heads: NDArray[np.uint8]
    tails: NDArray[np.uint8]

    def is_valid(self, dimensions: int) -> bool:
        """True if the arrays fit each other, so that nothing can be read beyond them."""
        lists, count, head = len(self.sizes), len(self.ids), min(HEAD, dimensions)
        return bool(
            lists > 0
            and self.rotation.shape == (dimensions, dimensions)
            and self.centroids.shape == (lists, head)
            and self.scale.shape == (2 * head,)
            and self.tail_scale.shape == (2, dimensions - head)
            and self.heads.shape == (count, head)
            and self.tails.shape == (count, dimensions - head)
            and self.sizes.min() >= 0
            and self.sizes.sum() == count
        )


class CompressedVectors:
    """Many unit vectors, a byte a dimension, in lists of neighbours of which a few are searched.

    Vectors are turned to their principal axes, of which the first ones, mixed with
    each other, are the head. The heads lie in FAISS and choose some hundreds; the
    tails tell which of these are nearest.
    Source: Jegou et al., "Product quantization for nearest neighbor search"
    (2011), with a scalar quantizer in place of the product one.
    """

    def __init__(self, arrays: CompressedArrays) -> None:
        """`arrays` must be valid."""
        import faiss
        import numpy as np

        lists, head = arrays.centroids.shape
        self._rotation = arrays.rotation
        self._low, self._step = arrays.tail_scale
        self._tails = arrays.tails
        self._ids = np.sort(arrays.ids)
        self._index = _empty_index(head, lists)
        self._index.quantizer.add(np.ascontiguousarray(arrays.centroids))
        faiss.copy_array_to_vector(np.ascontiguousarray(arrays.scale), self._index.sq.trained)
        self._index.is_trained = True
        begin = 0
        for number, size in enumerate(arrays.sizes.tolist()):
            if size:
                end = begin + size
                codes = np.ascontiguousarray(arrays.heads[begin:end])
                ids = np.ascontiguousarray(arrays.ids[begin:end])
                self._index.invlists.add_entries(
                    number, size, faiss.swig_ptr(ids), faiss.swig_ptr(codes)
                )
                begin = end
        self._index.ntotal = begin

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self, query: NDArray[np.float32], count: int, *, without: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (id, cosine), the nearest first, but for ids in `without`.

        Cosines are true to about 0.001.
        """
        import faiss
        import numpy as np

        turned = query @ self._rotation
        head, tail = turned[: self._index.d], turned[self._index.d :]
        others = None
        if len(without):
            gone = faiss.IDSelectorBatch(np.asarray(without, dtype=np.int64))
            others = faiss.IDSelectorNot(gone)
        make: Any = faiss.SearchParametersIVF
        parameters = make(sel=others, nprobe=min(LISTS_VISITED, self._index.nlist))
        cosines, ids = self._index.search(
            head.reshape(1, -1), max(REFINED, 2 * count), params=parameters
        )
        cosines, ids = cosines[ids >= 0], ids[ids >= 0]
        tails = self._tails[np.searchsorted(self._ids, ids)]
        cosines += tails.astype(np.float32) @ (self._step * tail) + self._low @ tail
        best = np.argsort(-cosines, kind="stable")[:count]
        return [(int(ids[i]), float(cosines[i])) for i in best]


def compress(
    count: int,
    sample: NDArray[np.float32],
    batches: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]],
) -> CompressedArrays:
    """Train on `sample` (n, d), then compress all `count` vectors of `batches`, in order of ids."""
    import faiss
    import numpy as np

    dimensions = sample.shape[1]
    lists, head = max(1, count // VECTORS_PER_LIST), min(HEAD, dimensions)
    # eigh gives the axes in the order in which vectors vary more along them. Turned once more
    # among themselves, heads vary alike along each of their axes: one byte serves all as well.
    axes = np.linalg.eigh(sample.T @ sample)[1][:, ::-1]
    mixing = np.linalg.qr(np.random.default_rng(0).standard_normal((head, head)))[0]
    axes[:, :head] = axes[:, :head] @ mixing
    rotation = np.ascontiguousarray(axes, dtype=np.float32)
    turned = sample @ rotation
    index = _empty_index(head, lists)
    index.cp.max_points_per_centroid = SAMPLE_PER_LIST
    index.cp.min_points_per_centroid = 1  # or it complains on standard error
    index.train(np.ascontiguousarray(turned[:, :head]))
    low, high = turned[:, head:].min(axis=0), turned[:, head:].max(axis=0)
    step = np.maximum(high - low, 1e-9) / 255
    tails = [np.empty((0, dimensions - head), dtype=np.uint8)]
    for ids, vectors in batches:
        turned = vectors @ rotation
        index.add_with_ids(np.ascontiguousarray(turned[:, :head]), ids)
        levels = np.rint((turned[:, head:] - low) / step)
        tails.append(levels.clip(0, 255).astype(np.uint8))
    sizes = np.array([index.invlists.list_size(n) for n in range(lists)], dtype=np.int64)
    return CompressedArrays(
        rotation=rotation,
        centroids=index.quantizer.reconstruct_n(0, lists),
        scale=faiss.vector_to_array(index.sq.trained),
        tail_scale=np.stack([low, step]),
        sizes=sizes,
        ids=np.concatenate(list(_lists(index, sizes, "ids"))),
        heads=np.concatenate(list(_lists(index, sizes, "codes"))),
        tails=np.concatenate(tails),
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


def _pairs(cosines: NDArray[np.float32], ids: NDArray[np.int64]) -> list[tuple[int, float]]:
    return [(int(i), float(c)) for i, c in zip(ids[0], cosines[0], strict=True) if i >= 0]
