"""What remembering a story of 1,000 tokens takes in memory and on disk, beyond the weights."""

from __future__ import annotations

from collections.abc import Callable

from bot.llm.local import LocalModel
from bot.settings import Settings
from index.sentences import split_sentences
from index.story import Story


def footprint(load: Callable[[], LocalModel], settings: Settings) -> dict[str, float]:
    """MB in memory and on disk for 1,000 tokens, and the bounds of both."""
    text = " ".join(
        f"In the year {1700 + n} the keeper of the lighthouse counted {n} ships." for n in range(60)
    )
    story = Story(id="footprint", title="The keeper", text=text, source="footprint")
    model = load()
    states = model._engine._states
    held, stored = states.memory_used, states.disk_used
    done = max((read for read, _ in model.read(story, split_sentences(text))), default=0)
    held = states.memory_used - held
    model.close()
    stored = states.disk_used - stored
    per_thousand = 1_000 / done if done else 0.0
    return {
        "memory_mb_per_1000_tokens": held / 1e6 * per_thousand,
        "disk_mb_per_1000_tokens": stored / 1e6 * per_thousand,
        "memory_bound_mb": settings.memory_ram_mb,
        "disk_bound_mb": settings.memory_disk_mb,
    }
