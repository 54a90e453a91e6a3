"""How a story lies in the model's memory: its tokens by sentence, in units that are kept whole.

Positions count from the end of the head (see `script`), so a unit lies where it
would if the whole story followed the head without a gap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import prompts
from index.story import Sentence, Story

LAYOUT_VERSION = "1"
UNIT_TOKENS = 96
"""A unit ends before it would be longer, unless it is a single sentence: about three sentences."""
CHAPTER_TOKENS = 16_000
"""A story longer than that is read in chapters, so that positions stay among the trained ones."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Neighbouring sentences, `first` to `last` inclusive, whose state is kept as one.

    `bounds` are the positions at which sentences begin, and the end: sentence
    `first + i` lies at `bounds[i]` to `bounds[i + 1]`. The story's heading is a
    unit of its own, numbered as sentence -1.
    """

    key: str
    first: int
    last: int
    tokens: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def start(self) -> int:
        """The position of its first token, counted from the end of the head."""
        return self.bounds[0]

    @property
    def end(self) -> int:
        """The position after its last token."""
        return self.bounds[-1]

    def tokens_of(self, sentence: int) -> tuple[int, ...]:
        """The tokens of one of its sentences."""
        i = sentence - self.first
        return self.tokens[self.bounds[i] - self.start : self.bounds[i + 1] - self.start]


@dataclass(frozen=True, slots=True)
class Layout:
    """A story in units; `units[0]` is the heading. `unit_of[n]` is the unit of sentence n."""

    units: tuple[Unit, ...]
    unit_of: tuple[int, ...]

    @property
    def tokens(self) -> int:
        """How many tokens the story has."""
        return sum(len(unit.tokens) for unit in self.units)

    def units_for(self, lent: Sequence[int]) -> list[Unit]:
        """The heading and the units that hold these sentences, in story order."""
        numbers = sorted({self.unit_of[sentence] for sentence in lent})
        return [self.units[0], *(self.units[number] for number in numbers)]


def lay_out(
    story: Story,
    sentences: Sequence[Sentence],
    *,
    tokenize: Callable[[str], list[int]],
    context_key: str,
) -> Layout:
    """Cut a story into units. What is set aside has a place in them but no tokens.

    `context_key` names weights and prompt words; together with the story's text
    and the cut it makes the keys under which states are kept.
    """
    heading = tokenize(prompts.fill("heading", title=story.title) + "\n\n")
    digest = hashlib.sha256()
    for part in (LAYOUT_VERSION, context_key, story.title, story.text):
        digest.update(part.encode())
        digest.update(b"\0")
    aside = [sentence.number for sentence in sentences if sentence.set_aside]
    if aside:  # a story without any keeps the key that it always had
        digest.update(repr(aside).encode())
    story_key = digest.hexdigest()[:32]
    units = [Unit(f"{story_key}-h", -1, -1, tuple(heading), (0, len(heading)))]
    unit_of: list[int] = []
    tokens: list[int] = []
    bounds = [len(heading)]
    begin = 0

    def close(next_sentence: int) -> None:
        nonlocal tokens, bounds, begin
        key = f"{story_key}-{begin}-{next_sentence - 1}"
        units.append(Unit(key, begin, next_sentence - 1, tuple(tokens), tuple(bounds)))
        end = bounds[-1]
        tokens, bounds = [], [len(heading) if end > CHAPTER_TOKENS else end]
        begin = next_sentence

    before = sentences[0].start if sentences else 0
    for sentence in sentences:
        # White space between sentences belongs to the later one: nothing is read twice or lost.
        words = [] if sentence.set_aside else tokenize(story.text[before : sentence.end])
        before = sentence.end
        # What is set aside has no tokens, and a unit of nothing cannot be read.
        if tokens and words and len(tokens) + len(words) > UNIT_TOKENS:
            close(sentence.number)
        tokens.extend(words)
        bounds.append(bounds[-1] + len(words))
        unit_of.append(len(units))
    if begin < len(sentences):
        close(len(sentences))
    return Layout(tuple(units), tuple(unit_of))
