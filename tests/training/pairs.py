"""What the embedder learns from: a question, passages that answer it, and near ones that do not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.terminal import progress
from index.library import Library
from index.passages import passage_text
from index.search import search
from index.story import Sentence, Story
from index.words import words
from tests.training.examples import GIVEN_AWAY, added, evidence_of, holds, text_of

NEAR = 8
"""Passages of the question's story that a search finds without their answering it."""
MOST_TELLING = 3
"""Sentences that hold an answer's words: with more of them, most hold it by chance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Texts as they are embedded. `near` may be empty, `right` never is."""

    story: str
    question: str
    right: tuple[str, ...]
    near: tuple[str, ...]


def pairs(folder: Path, name: str, library: Library, *, scratch: Path) -> Iterator[Pair]:
    """One for each question of a set of which it is known where its story answers it."""
    ids, questions = added(folder, name, library, scratch=scratch, most_characters=10**9)
    with progress.bar(f"Searching {name}", total=len(questions)) as advance:
        for question in questions:
            found = _pair(question, library, ids[question["story"]])
            if found is not None:
                yield found
            advance(1)


def _pair(question: dict[str, Any], library: Library, story_id: str) -> Pair | None:
    if not question["answerable"]:
        return None
    asked = " ".join(question["question"].split())
    story, sentences = library.story(story_id), library.sentences(story_id)
    telling = (
        evidence_of(question["evidence"], story, sentences)
        if question["evidence"]
        else _telling(question["answers"], asked, story, sentences)
    )
    passages = [passage for _, passage in library.passages(story_id)]
    right = [p for p in passages if any(p.first <= n <= p.last for n in telling)]
    if not right:
        return None
    hits = search(library, asked, count=NEAR + len(right), story_id=story_id)
    near = [hit.passage for hit in hits if hit.passage not in right]
    return Pair(
        question["story"],
        asked,
        tuple(passage_text(story.text, sentences, p) for p in right),
        tuple(passage_text(story.text, sentences, p) for p in near[:NEAR]),
    )


def _telling(
    answers: Sequence[str], asked: str, story: Story, sentences: Sequence[Sentence]
) -> frozenset[int]:
    """The sentences with an answer's words, where few have them; what is asked tells nothing."""
    own = set(words(asked))
    told = [answer for answer in answers if set(words(answer)) - own]
    found = frozenset(
        sentence.number
        for sentence in sentences
        if any(holds(text_of(story, sentences, sentence.number), a, share=GIVEN_AWAY) for a in told)
    )
    return found if len(found) <= MOST_TELLING else frozenset()


def apart(found: Sequence[Pair], *, share: float, chance: random.Random) -> set[str]:
    """Stories to be judged by, this share of all; of none of them is anything learned."""
    stories = sorted({pair.story for pair in found})
    return set(chance.sample(stories, max(1, round(share * len(stories)))))
