"""A LanguageModel that says what a test tells it to say: a fake at our own protocol."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from bot.llm.model import Confirmed, Excerpt, Found, Wording
from index.story import Sentence, Story

_UNSEEN = 0.005
"""How likely the near-sighted one finds what is not before its eyes."""
_BY_THEMSELVES = 3
"""Sentences that are read by themselves: one, and the two before it."""


class ScriptedModel:
    """Writes `answer` in pieces of a few letters and says Yes with probability `yes`.

    With `found` it has learned to find answers, and finds these words; if it is
    `near_sighted`, only in excerpts that hold them. Read by themselves, excerpts
    answer only if they hold `telling`; in more than a few sentences it sees an answer
    with probability `at_once`, if that is another. `others` are what else might be the words.
    """

    name = "scripted"

    def __init__(
        self,
        answer: str = "",
        *,
        yes: float = 0.9,
        found: str | None = None,
        near_sighted: bool = False,
    ) -> None:
        self.answer = answer
        self.yes = yes
        self.finds = found is not None
        self.found = found or ""
        self.near_sighted = near_sighted
        self.telling = ""
        self.at_once: float | None = None
        self.share = 1.0
        self.others: tuple[Wording, ...] = ()
        self.looked: list[tuple[Excerpt, ...]] = []
        self.asked: list[tuple[tuple[Excerpt, ...], str]] = []
        self.forgotten: list[str] = []
        self.cancelled = 0

    def write(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        max_tokens: int,
        on_place: Callable[[int], None] | None = None,
    ) -> Generator[str]:
        """See LanguageModel.write."""
        self.asked.append((tuple(excerpts), question))
        try:
            for begin in range(0, len(self.answer), 7):
                yield self.answer[begin : begin + 7]
        except GeneratorExit:
            self.cancelled += 1
            raise

    def find(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        least: float = 0.0,
        on_place: Callable[[int], None] | None = None,
    ) -> Found:
        """See LanguageModel.find."""
        self.looked.append(tuple(excerpts))
        yes = self._stated(excerpts)
        if yes < least:
            return Found(yes)
        return Found(yes, (Wording(self.found, self.share), *self.others))

    def confirm(self, excerpts: Sequence[Excerpt], question: str, words: str) -> Confirmed:
        """See LanguageModel.confirm."""
        self.looked.append(tuple(excerpts))
        stated = self._stated(excerpts)
        return Confirmed(stated, 0.9 * stated if words else 0.0)

    def probability_of_yes(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        on_place: Callable[[int], None] | None = None,
    ) -> float:
        """See LanguageModel.probability_of_yes."""
        return self.yes

    def log_probabilities(
        self, excerpts: Sequence[Excerpt], question: str, text: str
    ) -> list[float]:
        """See LanguageModel.log_probabilities."""
        return [-0.5 for _ in text.split()]

    def read(self, story: Story, sentences: Sequence[Sentence]) -> Generator[tuple[int, int]]:
        """See LanguageModel.read."""
        yield from ((n + 1, len(sentences)) for n in range(len(sentences)))

    def forget(self, story: Story, sentences: Sequence[Sentence]) -> None:
        """See LanguageModel.forget."""
        self.forgotten.append(story.id)

    def close(self) -> None:
        """See LanguageModel.close."""

    def _stated(self, excerpts: Sequence[Excerpt]) -> float:
        """How likely there is an answer."""
        seen = _text(excerpts)
        if self.near_sighted and self.found not in seen:
            return _UNSEEN
        if sum(len(excerpt.lent) for excerpt in excerpts) > _BY_THEMSELVES:
            return self.yes if self.at_once is None else self.at_once
        return self.yes if self.telling in seen else _UNSEEN


def _text(excerpts: Sequence[Excerpt]) -> str:
    spans = [(e.story.text, e.sentences[n]) for e in excerpts for n in e.lent]
    return " ".join(text[s.start : s.end] for text, s in spans)
