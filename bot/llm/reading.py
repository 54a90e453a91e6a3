"""A story being read into memory, unit by unit, in its own order."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bot.llm.asker import Reply
from bot.llm.layout import Layout, Unit
from bot.llm.llama import LlamaContext, Row
from bot.llm.shelf import Shelf

LEAD_IN_TOKENS = 1_024
"""What of the story before a unit is in view while it is read, where that has been read."""
SHORT_LEAD_IN_TOKENS = 96
"""What is read again before a unit whose neighbour before has not been read."""


@dataclass(slots=True)
class Wish:
    """A story that somebody would have read, and how much has been; `reply` is told of it."""

    layout: Layout
    reply: Reply
    tokens_read: int = 0


class Reader:
    """Reads units in one sequence, keeping the story before them in view.

    Going on where it stopped costs nothing; jumping brings the lead-in back from
    memory, or reads a short one again.
    """

    def __init__(
        self, context: LlamaContext, shelf: Shelf, *, head_tokens: int, sequence: int
    ) -> None:
        self._context = context
        self._shelf = shelf
        self._head_tokens = head_tokens
        self._sequence = sequence
        self._layout: Layout | None = None
        self._next = 0
        """The unit that comes after those planned."""
        self._tokens: deque[int] = deque()
        """What is still to be put in for the planned units."""
        self._planned: deque[tuple[Unit, int]] = deque()
        """Units not wholly put in yet, and the position where each begins."""
        self._position = 0
        self._first_kept = 0
        self._in_step = 0

    def unread(self, layout: Layout) -> list[int]:
        """The numbers of the units that must still be read."""
        return [n for n, unit in enumerate(layout.units) if not self._shelf.has(unit)]

    def rows(self, layout: Layout, numbers: Sequence[int], *, most: int) -> list[Row]:
        """Up to `most` rows towards the units with these numbers, the first of them first."""
        number = numbers[0]
        if self._layout is not layout or not any(
            unit is layout.units[number] for unit, _ in self._planned
        ):
            if self._layout is not layout or self._next != number or self._planned:
                self._tokens = deque(self._prepare(layout, number))
            self._plan(layout, numbers, most)
        self._in_step = min(most, len(self._tokens))
        return [
            Row(self._tokens[i], self._position + i, self._sequence) for i in range(self._in_step)
        ]

    def done(self) -> int:
        """Keep the units that the rows of the last call have completed; their tokens."""
        for _ in range(self._in_step):
            self._tokens.popleft()
        self._position += self._in_step
        read = 0
        while self._planned and self._planned[0][1] + len(self._planned[0][0].tokens) <= (
            self._position
        ):
            unit, start = self._planned.popleft()
            self._shelf.keep(unit, self._sequence, start)
            read += len(unit.tokens)
        # What is still to be kept must stay, whatever its distance.
        oldest = min([self._position - LEAD_IN_TOKENS, *(at for _, at in self._planned)])
        if oldest > self._first_kept:
            self._context.drop(self._sequence, self._first_kept, oldest)
            self._first_kept = oldest
        return read

    def stop(self) -> None:
        """Free the sequence's cells; what was kept stays kept."""
        if self._layout is None:
            return
        self._context.drop(self._sequence)
        self._layout = None
        self._planned.clear()
        self._tokens.clear()

    def _plan(self, layout: Layout, numbers: Sequence[int], most: int) -> None:
        """Line up units that follow each other without a gap, as far as they fit."""
        begin = position = self._position + len(self._tokens)
        self._planned.clear()
        self._layout, self._next = layout, numbers[0]
        for number in numbers:
            unit = layout.units[number]
            follows = number == self._next and unit.start == layout.units[number - 1].end
            if self._planned and (not follows or position + len(unit.tokens) - begin > most):
                break
            self._tokens.extend(unit.tokens)
            self._planned.append((unit, position))
            position += len(unit.tokens)
            self._next = number + 1

    def _prepare(self, layout: Layout, number: int) -> list[int]:
        """Bring the lead-in of a unit into the sequence; tokens to be read again before it."""
        self._context.drop(self._sequence)
        self._context.share(0, self._sequence, 0, self._head_tokens)
        self._position = self._first_kept = self._head_tokens
        if number == 0:
            return []
        units = layout.units
        first = number
        # Back to the start of what has been read without a gap, or far enough.
        while (
            first > 1
            and units[first - 1].end == units[first].start
            and units[number].start - units[first - 1].start <= LEAD_IN_TOKENS
            and self._shelf.has(units[first - 1])
        ):
            first -= 1
        heading = units[0]
        restored = self._restore(heading, self._head_tokens)
        if not restored:
            return [*heading.tokens, *self._short_lead_in(layout, number)]
        if first == number:
            self._position = self._head_tokens + len(heading.tokens)
            return self._short_lead_in(layout, number)
        for unit in units[first:number]:
            if not self._restore(unit, self._head_tokens + unit.start):
                self._context.drop(self._sequence, self._first_kept, -1)
                return [*heading.tokens, *self._short_lead_in(layout, number)]
        self._position = self._head_tokens + units[number].start
        self._first_kept = self._head_tokens + units[first].start
        return []

    def _restore(self, unit: Unit, start: int) -> bool:
        return self._shelf.restore(unit, self._sequence, start)

    @staticmethod
    def _short_lead_in(layout: Layout, number: int) -> list[int]:
        tokens: list[int] = []
        for unit in reversed(layout.units[1:number]):
            if len(tokens) >= SHORT_LEAD_IN_TOKENS:
                break
            tokens[:0] = unit.tokens
        return tokens[-SHORT_LEAD_IN_TOKENS:]
