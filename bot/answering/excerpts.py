"""What the model is lent: sentences of stories, in story order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.citations import Candidate
from bot.answering.evidence import Evidence
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


def excerpt_of(evidence: Evidence) -> Excerpt:
    """The cited sentences and nothing else."""
    numbers = tuple(s.number for s in evidence.sentences)
    return Excerpt(evidence.story, evidence.all_sentences, numbers)


def excerpt_around(evidence: Evidence) -> Excerpt:
    """The cited sentences and those right before them."""
    return excerpt_of(evidence.with_those_before())


def seen_first(passages: int, *, finds: bool, is_one_story: bool) -> int:
    """How many of the `passages` that were found the model is given at once.

    All, of one story to a model that has learned to find: a story that is asked about has
    been read, and such a model is not led astray by more. Else half: passages of many
    stories may have to be read first, and a model that is only asked answers worse.
    """
    return passages if finds and is_one_story else max(1, passages // 2)
