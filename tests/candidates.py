"""The sentences of a text as candidates for citation, for tests that need no library."""

from __future__ import annotations

from bot.answering.citations import Candidate, StoryWords
from index.sentences import split_sentences
from index.story import Story


def candidates_of(text: str, *, title: str = "") -> list[Candidate]:
    """All of them, each as relevant as the others."""
    story = Story(id="cut", title=title, text=text, source="cut.txt")
    words = StoryWords(story, split_sentences(text))
    return [Candidate(words, number, 0.5) for number in range(len(words.sentences))]
