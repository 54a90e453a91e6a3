"""A small real model for tests of the engine: 135M weights, fetched once like any others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.llm.drafts import Drafter
from bot.llm.local import LocalModel, load_model
from bot.llm.model import Excerpt
from bot.llm.seats import Way
from bot.llm.states import States
from bot.models import catalog, fetch
from bot.settings import Settings
from index.sentences import split_sentences
from index.story import Story

SECRET = b"t" * 32


def weights(settings: Settings) -> Path:
    """The weights' file."""
    return fetch.fetch(catalog.named("smollm2-135m"), folder=settings.models)


def load(
    file: Path,
    *,
    folder: Path | None = None,
    way: Way = Way.MEMORY,
    drafts: type[Drafter] | None = Drafter,
    cells: int = 6144,
    finder: Path | None = None,
    memory_bytes: int = 500_000_000,
) -> LocalModel:
    """A model with states in `folder`, or in memory only."""
    states = States(folder, secret=SECRET, memory_bytes=memory_bytes, disk_bytes=500_000_000)
    return load_model(
        file,
        name="small",
        cells=cells,
        threads=2,
        states=states,
        finder=finder,
        way=way,
        drafts=drafts,
    )


def adapter(file: Path) -> Path:
    """Write an adapter for the weights that has learned nothing, but is felt."""
    import gguf
    import numpy as np

    chance = np.random.default_rng(1)
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 1.0)
    for layer in range(10, 20):
        down = chance.normal(size=(2, 576))
        up = chance.normal(size=(1536, 2))
        name = f"blk.{layer}.ffn_up.weight"
        writer.add_tensor(f"{name}.lora_a", down.astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", up.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def excerpt(story: Story, lent: Sequence[int] | None = None) -> Excerpt:
    """Sentences of a story; all of them unless numbered."""
    sentences = split_sentences(story.text)
    return Excerpt(story, sentences, tuple(lent if lent is not None else range(len(sentences))))
