"""What is measured on: real questions with the passages that retrieval picks for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.llm.model import Excerpt
from bot.terminal.stories import add_source
from index.library import Library
from index.search import search


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set, and the excerpt that an answer is to be read from."""

    question: str
    excerpt: Excerpt
    gold: dict[str, Any]

    def passages(self) -> str:
        """The lent sentences as text, as a prompt would hold them."""
        story = self.excerpt.story
        return " ".join(
            story.text[self.excerpt.sentences[n].start : self.excerpt.sentences[n].end]
            for n in self.excerpt.lent
        )


def questions_of(
    folder: Path, library: Library, *, passages: int, limit: int | None
) -> list[Asked]:
    """Answerable questions, spread evenly over the set, with `passages` passages each."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    golds = [q for q in map(json.loads, lines) if q["answerable"]]
    if limit is not None and len(golds) > limit:
        golds = [golds[i * len(golds) // limit] for i in range(limit)]
    ids = {
        name: add_source(library, str(folder / "stories" / f"{name}.txt")).story.id
        for name in sorted({gold["story"] for gold in golds})
    }
    return [_asked(library, gold, ids[gold["story"]], passages) for gold in golds]


def _asked(library: Library, gold: dict[str, Any], story_id: str, passages: int) -> Asked:
    hits = search(library, gold["question"], count=passages, story_id=story_id)
    lent = {n for hit in hits for n in range(hit.passage.first, hit.passage.last + 1)}
    excerpt = Excerpt(library.story(story_id), library.sentences(story_id), tuple(sorted(lent)))
    return Asked(gold["question"], excerpt, gold)
