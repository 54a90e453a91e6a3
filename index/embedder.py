"""Texts -> vectors. The only file that imports sentence-transformers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import LibraryError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 4
"""Texts, up to which one thread embeds them."""
BATCH = 32


class Embedder(Protocol):
    """Turns texts into vectors of unit length."""

    name: str
    """Identifies weights and preparation: vectors of different names cannot be compared."""
    dimensions: int

    def embed(
        self, texts: Sequence[str], *, advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), rows of length 1; `advance` is told how many are done."""
        ...


class SentenceTransformersEmbedder:
    """A sentence-transformers model folder, read at its first use.

    Source: Reimers and Gurevych, "Sentence-BERT" (EMNLP 2019).
    """

    def __init__(
        self, folder: Path, *, name: str, adapter: Path | None = None, dimensions: int = 384
    ) -> None:
        """`adapter` is a file of low-rank additions to the weights; see `adapter_key`."""
        self.name = name
        self.dimensions = dimensions
        self._folder = folder
        self._adapter = adapter
        self._model: Any = None
        self._threads = 1
        self._loading = threading.Lock()
        # One batch takes all cores. Twenty threads that ask at once only get in each other's
        # way, and everybody else's; in line, a story's next batch comes after their questions.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="embedder")

    def load(self) -> None:
        """Import the library and read the weights (seconds, once); `embed` does it if needed."""
        with self._loading:
            if self._model is not None:
                return
            if not self._folder.is_dir():
                raise LibraryError(
                    f"The embedding model is not at {self._folder}. "
                    "Run `storychat models fetch` to get it."
                )
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            self._threads = torch.get_num_threads()
            logging.disable_progress_bar()  # what takes long is shown by whoever calls
            model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
            if self._adapter is not None and not _add(self._adapter, model):
                raise LibraryError(
                    f"The embedding model at {self._folder} is not the one that "
                    f"{self._adapter.name} was made for. Remove that folder and run "
                    "`storychat models fetch`."
                )
            self._model = model

    def embed(
        self, texts: Sequence[str], *, advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """See Embedder.embed."""
        import numpy as np

        if texts:  # a story that is known brings none
            self.load()
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # Neighbours in length share a batch: nothing is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        with ThreadPoolExecutor(1, thread_name_prefix="embedding") as passing:
            for begin in range(0, len(order), BATCH):
                rows = order[begin : begin + BATCH]
                batch = [texts[i] for i in rows]
                vectors[rows] = self._worker.submit(self._in_turn, batch, passing).result()
                if advance is not None:
                    advance(len(rows))
        return vectors

    def _in_turn(self, batch: list[str], passing: Executor) -> NDArray[np.float32]:
        # While torch's threads exist, llama.cpp's steps take a third longer
        # (tests/benchmarks/LOG.md). They end with the thread that called for them; a
        # question gains nothing from them.
        if len(batch) <= FEW:
            return self._encode(batch, threads=1)
        return passing.submit(self._encode, batch, threads=self._threads).result()

    def _encode(self, batch: list[str], *, threads: int) -> NDArray[np.float32]:
        import torch

        torch.set_num_threads(threads)
        encoded: NDArray[np.float32] = self._model.encode(
            batch,
            batch_size=BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return encoded


def adapter_key(module: str) -> str:
    """What a module of the network is called in an adapter; empty if none adds to it.

    The additions to its weight are the products of the tensors KEY.up, shape (out,
    rank), and KEY.down, shape (rank, in).
    """
    _, found, rest = module.partition("encoder.layer.")
    return f"{found}{rest}" if found else ""


def _add(adapter: Path, model: Any) -> bool:
    """Add to the weights all that an adapter holds; False if it is not for this network."""
    import torch
    from safetensors.torch import load_file

    tensors = load_file(adapter)
    with torch.no_grad():
        for name, module in model.named_modules():
            up, down = (tensors.pop(f"{adapter_key(name)}.{part}", None) for part in ("up", "down"))
            if up is None or down is None:
                continue
            if module.weight.shape != (len(up), down.shape[1]):
                return False
            module.weight += up.float() @ down.float()
    return not tensors
