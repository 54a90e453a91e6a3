"""What the model is lent: sentences of stories, in story order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.citations import Candidate, Evidence
from bot.llm.model import Excerpt


def excerpts_of(candidates: Sequence[Candidate]) -> list[Excerpt]:
    """The candidates, an excerpt a story; the stories in the order in which they come up."""
    found: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        found.setdefault(candidate.story.story.id, []).append(candidate)
    return [
        Excerpt(of[0].story.story, of[0].story.sentences, tuple(sorted(c.number for c in of)))
        for of in found.values()
    ]


def excerpt_around(evidence: Evidence) -> Excerpt:
    """The cited sentences and those right before them."""
    numbers = sorted({s.number for s in (*evidence.sentences, *evidence.before)})
    return Excerpt(evidence.story, evidence.all_sentences, tuple(numbers))
