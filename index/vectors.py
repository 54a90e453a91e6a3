"""Vectors held for searching. The only file that imports faiss.

Derived from the library's database and never stored: it is rebuilt from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class VectorIndex:
    """Unit vectors under integer ids, searched exactly by inner product (the cosine)."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """`ids` has shape (n,), `vectors` (n, dimensions)."""
        import faiss

        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        if len(ids):
            self._index.add_with_ids(vectors, ids)

    def nearest(
        self, query: NDArray[np.float32], count: int, *, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Up to `count` pairs (id, cosine), the best first; only ids in `among` if it is given."""
        import faiss
        import numpy as np

        selector: Any = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(np.asarray(among, dtype=np.int64))
            parameters: Any = faiss.SearchParameters
            selector = parameters(sel=chosen)
        cosines, ids = self._index.search(query.reshape(1, -1), count, params=selector)
        return [(int(i), float(c)) for i, c in zip(ids[0], cosines[0], strict=True) if i >= 0]

    def cosine(self, query: NDArray[np.float32], passage_id: int) -> float:
        """The cosine of `query` and one stored vector."""
        return float(self._index.reconstruct(passage_id) @ query)
