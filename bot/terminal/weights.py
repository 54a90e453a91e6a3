"""The catalog of weights from a terminal: list and fetch."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import StorychatError
from bot.models import catalog, fetch
from bot.settings import Settings
from bot.terminal import progress
from bot.terminal.exits import Exit
from bot.terminal.screen import Screen


def list_weights(settings: Settings, *, screen: Screen) -> Exit:
    """A line for each entry of the catalog: whether it is here, its size, what it is."""
    width = max(len(weights.name) for weights in catalog.catalog())
    for weights in catalog.catalog():
        here = "here" if fetch.find(weights, settings.models) else "    "
        measured = "" if weights.measured else "  (not measured)"
        screen.write(
            f"{here}  {weights.name:<{width}}  {weights.bytes / 1e9:5.2f} GB  "
            f"needs {weights.memory / 1e9:4.1f} GB of memory  {weights.licence:<10}  "
            f"{weights.title}{measured}\n"
        )
    return Exit.ANSWERED


def fetch_weights(settings: Settings, names: Sequence[str], *, notes: Screen) -> Exit:
    """Fetch the named weights; without a name, whatever the settings need."""
    wanted = list(names) or [catalog.EMBEDDER]
    if not names and not settings.model.lower().endswith(".gguf"):
        wanted.append(settings.model)
    for name in wanted:
        weights = catalog.named(name)
        if names and fetch.find(weights, settings.models):
            notes.write(f"{weights.name} is here already.\n")
        try:
            fetch.fetch(weights, folder=settings.models, bar=progress.byte_bar)
        except KeyboardInterrupt:
            raise StorychatError(
                f"Fetching {weights.name} was stopped; the same command goes on where it stopped."
            ) from None
    return Exit.ANSWERED
