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
) -> LocalModel:
    """A model with states in `folder`, or in memory only."""
    states = States(folder, secret=SECRET, memory_bytes=500_000_000, disk_bytes=500_000_000)
    return load_model(
        file, name="small", cells=cells, threads=2, states=states, way=way, drafts=drafts
    )


def excerpt(story: Story, lent: Sequence[int] | None = None) -> Excerpt:
    """Sentences of a story; all of them unless numbered."""
    sentences = split_sentences(story.text)
    return Excerpt(story, sentences, tuple(lent if lent is not None else range(len(sentences))))
