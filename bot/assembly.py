"""The fuse box: settings -> ready parts. The only place that chooses concrete classes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ModelError
from bot.settings import Settings

MEGABYTE = 1_000_000

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer
    from bot.llm.model import LanguageModel
    from bot.telegram.shelves import Shelves
    from index.adding import Advance
    from index.embedder import SentenceTransformersEmbedder
    from index.library import Library


def embedder(settings: Settings) -> SentenceTransformersEmbedder:
    """The embedder; its weights are read at its first use, and must be there by then."""
    from bot.models.catalog import EMBEDDER, embedder_adapter, named
    from index.embedder import SentenceTransformersEmbedder

    weights, adapter = named(EMBEDDER), embedder_adapter()
    # What the adapter is made anew of gives other vectors.
    version = hashlib.sha256(adapter.read_bytes()).hexdigest()[:8]
    return SentenceTransformersEmbedder(
        settings.models / weights.path, name=f"{weights.name}+{version}", adapter=adapter
    )


def library(settings: Settings, *, renewing: Advance | None = None) -> Library:
    """The library of the settings. Raises LibraryError if it cannot be opened.

    `renewing` is told of passages that are embedded anew; see Library.
    """
    from index.library import Library

    return Library(settings.library, embedder=embedder(settings), renewing=renewing)


def weights_file(settings: Settings) -> Path:
    """The file of the model that writes. Raises ModelError with what to do if it is not there."""
    from bot.models import catalog, fetch, gguf

    if settings.model.lower().endswith(".gguf"):
        file = Path(settings.model).expanduser()
        if not file.is_file():
            raise ModelError(f"There is no file {file}. Check --model or STORYCHAT_MODEL.")
        gguf.check_gguf(file)
        return file
    weights = catalog.named(settings.model)
    found = fetch.find(weights, settings.models)
    if found is None:
        raise ModelError(
            f"The weights {weights.name} are not on this machine. "
            f"Fetch them: storychat models fetch {weights.name}"
        )
    return found


def language_model(settings: Settings) -> LanguageModel:
    """The model that writes, loaded (seconds). Raises ModelError if it cannot be used."""
    from bot.llm.local import load_model
    from bot.llm.states import States, own_secret
    from bot.models import catalog, memory

    file = weights_file(settings)
    name = file.stem if settings.model.lower().endswith(".gguf") else settings.model
    memory.check_memory(
        memory.needed_memory(file.stat().st_size),
        available=memory.available_memory(),
        name=name,
    )
    states = States(
        settings.library / "memory",
        secret=own_secret(settings.models / "memory.secret"),
        memory_bytes=settings.memory_ram_mb * MEGABYTE,
        disk_bytes=settings.memory_disk_mb * MEGABYTE,
    )
    return load_model(
        file,
        name=name,
        cells=settings.context_tokens,
        threads=settings.threads,
        states=states,
        finder=catalog.finder_for(settings.model),
    )


def answerer(settings: Settings, shelf: Library) -> Answerer:
    """Whoever answers, with both models loaded side by side (seconds)."""
    from bot.answering.answerer import Answerer
    from bot.answering.gate import Gate

    weights_file(settings)  # a missing file is said before anything is loaded
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(shelf.embed_question, "")
        model = language_model(settings)
        try:
            loading.result()
        except BaseException:
            model.close()
            raise
    gate = Gate(model, least=settings.least_evidence)
    return Answerer(shelf, model, passages=settings.passages, gate=gate)


@contextmanager
def shelves(settings: Settings) -> Iterator[Shelves]:
    """A shelf for each chat, beside the library that is offered to all; one model for all."""
    from bot.answering.answerer import Answerer
    from bot.answering.gate import Gate
    from bot.telegram.shelves import Shelves
    from index.library import Library

    weights_file(settings)
    shared = embedder(settings)
    offered = Library(settings.library, embedder=shared)
    shared.load()
    model = language_model(settings)
    gate = Gate(model, least=settings.least_evidence)
    opened = Shelves(
        settings.library / "chats",
        offered=offered,
        open_library=lambda folder: Library(folder, embedder=shared),
        teller=lambda library: Answerer(library, model, passages=settings.passages, gate=gate),
    )
    try:
        yield opened
    finally:
        model.close()
        opened.close()
