"""What the answerer needs of a model that writes.

Knows the borrowed text and the question; does not know whether an answer is
true to the story, or how it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from index.story import Sentence, Story


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of one story that the model has before it: the sentences numbered in `lent`.

    `sentences` are all of the story's, `lent` ascends.
    """

    story: Story
    sentences: tuple[Sentence, ...]
    lent: tuple[int, ...]


class Wording(NamedTuple):
    """Words as the model copied them, and how likely they are rather than others, 0..1."""

    words: str
    share: float


@dataclass(frozen=True, slots=True)
class Found:
    """How likely the excerpts state an answer, 0..1, and what its words may be.

    The words that were found first come first. Others follow where these are not sure; there
    are none at all where the answer was too unlikely to be looked for.
    """

    stated: float
    wordings: tuple[Wording, ...] = ()

    @property
    def words(self) -> str:
        """Those that were found first; empty without any."""
        return self.wordings[0].words if self.wordings else ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How likely the excerpts state an answer, and how sure the model is that given words are it.

    Both 0..1; `certainty` is the geometric mean of the probabilities of the words'
    tokens if there is an answer, and 0 without words.
    """

    stated: float
    certainty: float


class LanguageModel(Protocol):
    """A model that reads excerpts and writes."""

    name: str

    finds: bool
    """True if it has learned to find answers: what `find` says may be believed."""

    def find(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        least: float = 0.0,
        on_place: Callable[[int], None] | None = None,
    ) -> Found:
        """Look for the few words that answer a question; below probability `least` only weigh it.

        Raises ModelError as `write` does, and where the model does not find.
        """
        ...

    def confirm(self, excerpts: Sequence[Excerpt], question: str, words: str) -> Confirmed:
        """Weigh words that were found elsewhere as if `find` were to find them here.

        Raises ModelError as `find` does.
        """
        ...

    def write(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        max_tokens: int,
        on_place: Callable[[int], None] | None = None,
    ) -> Generator[str]:
        """The answer in pieces as they are written, greedily. Closing the iterator cancels.

        `on_place` is told how many others are ahead whenever that changes. Raises
        ModelError if too many wait, or if the model fails.
        """
        ...

    def probability_of_yes(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        on_place: Callable[[int], None] | None = None,
    ) -> float:
        """How likely the model says Yes rather than No to `question`, 0..1."""
        ...

    def log_probabilities(
        self, excerpts: Sequence[Excerpt], question: str, text: str
    ) -> list[float]:
        """How likely each token of `text` is as the answer, as natural logarithms."""
        ...

    def read(self, story: Story, sentences: Sequence[Sentence]) -> Generator[tuple[int, int]]:
        """Read a story ahead of questions: yields tokens read now, and of the whole story.

        Questions go before it. Closing the iterator stops; what was read is kept.
        """
        ...

    def forget(self, story: Story, sentences: Sequence[Sentence]) -> None:
        """Delete what is kept of a reading of this story."""
        ...

    def close(self) -> None:
        """Free everything; answers in progress end with an error."""
        ...
