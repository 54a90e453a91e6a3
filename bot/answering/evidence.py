"""Evidence: the sentences of a story that something is cited with."""

from __future__ import annotations

from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from index.story import Sentence, Story
from index.words import words

LOOKED_BACK = 2
"""Sentences before a cited one in which `he` or `the town` may be named."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentences of one story that carry a claim.

    `support` is the weighted share of its words that stand in them or in the
    question: what was asked may be repeated.
    """

    story: Story
    sentences: tuple[Sentence, ...]
    support: float
    all_sentences: tuple[Sentence, ...] = ()
    """Of the story."""
    orders: Container[int] = field(default=(), compare=False)
    """The numbers of those that address whoever answers."""

    @property
    def before(self) -> tuple[Sentence, ...]:
        """Those right before the cited ones, which say who `he` is; an order is none of them."""
        cited = {s.number for s in self.sentences}
        near = {m for n in cited for m in range(max(0, n - LOOKED_BACK), n)} - cited
        found = (s for s in self.all_sentences if s.number in near and not s.set_aside)
        return tuple(s for s in found if s.number not in self.orders)

    def with_those_before(self) -> Evidence:
        """The cited sentences and those right before them, in the story's order."""
        numbers = {s.number for s in (*self.sentences, *self.before)}
        return replace(self, sentences=tuple(s for s in self.all_sentences if s.number in numbers))

    def cited(self) -> str:
        """The words of the cited sentences."""
        return self._text(self.sentences)

    def quoted(self) -> str:
        """The same in one line, to be shown as a sentence."""
        return self.cited().replace("\n", " ")

    def lead_in(self, naming: AbstractSet[str] = frozenset()) -> str:
        """The title, and the words of the sentences before the cited ones.

        With `naming` only of those that have one of these words.
        """
        told = (self._text([s]) for s in self.before)
        told = (text for text in told if not naming or not naming.isdisjoint(words(text)))
        return "\n".join([self.story.title, *told])

    def beside(self, sentence: Sentence) -> Evidence:
        """The cited sentences and another of the story, in its order."""
        cited = sorted({*self.sentences, sentence}, key=lambda one: one.number)
        return replace(self, sentences=tuple(cited))

    def alone(self, sentence: Sentence) -> Evidence:
        """One of the cited sentences, without the others."""
        return replace(self, sentences=(sentence,))

    def _text(self, sentences: Sequence[Sentence]) -> str:
        return "\n".join(self.story.text[s.start : s.end] for s in sentences)
