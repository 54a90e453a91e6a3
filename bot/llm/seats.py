"""Seats for askers: each has a sequence, the passages lent to it, and room for its own tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bot.llm.asker import Asker, Lent
from bot.llm.layout import Layout, Unit
from bot.llm.llama import BATCH, LlamaContext, NoRoomError
from bot.llm.reading import LEAD_IN_TOKENS
from bot.llm.shelf import Shelf

_TOO_LONG = "Question and passages do not fit into the model's context."


class Way(Enum):
    """How an asker comes to see its passages."""

    MEMORY = "lent from what was read once"
    ANEW = "read again for every question"


@dataclass(frozen=True, slots=True)
class Unread:
    """Units of a story, by their numbers, that must be read before an asker can have them."""

    layout: Layout
    numbers: tuple[int, ...]


class Seats:
    """A bounded number of askers at work, the one that waited longest for its turn first."""

    def __init__(
        self,
        context: LlamaContext,
        shelf: Shelf,
        *,
        head: int,
        head_tokens: int,
        sequences: Sequence[int],
        way: Way,
    ) -> None:
        """`head` is the sequence of the tokens before every story; one of `sequences` a seat."""
        self._context = context
        self._shelf = shelf
        self._head = head
        self._head_tokens = head_tokens
        self._free = list(sequences)
        self._way = way
        self.taken: list[Asker] = []
        self._left: Asker | None = None
        """The last who had excerpts read for itself alone and is gone. Whoever comes next often
        wants the same: first the words are found, then the answer is written."""

    @property
    def are_free(self) -> bool:
        """True if another asker can sit down."""
        return bool(self._free) or self._left is not None

    @property
    def reserved(self) -> int:
        """Cells set aside for what askers put in themselves."""
        left = 0 if self._left is None else self._left.reserved
        return left + sum(asker.reserved for asker in self.taken)

    def take(self, asker: Asker) -> Unread | None:
        """Seat an asker with its passages; or say which of them must be read before.

        Raises NoRoomError if passages or question do not fit beside the others.
        """
        left = self._left
        if left is not None and list(left.lent) == list(asker.lent):
            self._succeed(left, asker)
            return None
        if left is not None and not self._free:
            self.let_go()
        try:
            return self._seat(asker)
        except NoRoomError:
            if self._left is None:
                raise
        self.let_go()
        return self._seat(asker)

    def leave(self, asker: Asker) -> None:
        """Free what an asker holds; excerpts read for it alone once the next such one leaves."""
        self.taken.remove(asker)
        if self._way is Way.ANEW or asker.unread or not asker.own_excerpts:
            self._free_of(asker)
            return
        self.let_go()
        self._context.drop(asker.sequence, asker.excerpts_end, -1)
        asker.reserved = asker.own_excerpts
        self._left = asker

    def let_go(self) -> None:
        """Free what was kept of somebody who has left."""
        if self._left is not None:
            self._free_of(self._left)
            self._left = None

    def to_the_end(self, asker: Asker) -> None:
        """Let the others have their turn first."""
        self.taken.remove(asker)
        self.taken.append(asker)

    def _succeed(self, left: Asker, asker: Asker) -> None:
        """Take over the excerpts of somebody who has left."""
        self._left = None
        reserved = left.own_excerpts + asker.job.room
        if not self._has_room_beside(reserved):
            self._free_of(left)
            raise NoRoomError(_TOO_LONG)
        asker.sequence, asker.loan, asker.reserved = left.sequence, left.loan, reserved
        asker.position = asker.excerpts_end = left.excerpts_end
        asker.own_excerpts = left.own_excerpts
        self.taken.append(asker)
        asker.tell_place(0)

    def _seat(self, asker: Asker) -> Unread | None:
        if self._way is Way.ANEW:
            self._sit(asker, anew=_tokens(asker.lent))
            return None
        # Of several stories, those not remembered are read for this asker alone: that takes less
        # than reading whole units of each. A single story is remembered from its first question.
        anew = [lent for lent in asker.lent if not self._is_read(lent)]
        if len(asker.lent) == 1:
            anew = []
        units: list[Unit] = []
        sentences: list[tuple[int, ...]] = []
        for lent in asker.lent:
            if lent in anew:
                continue
            for unit in lent.layout.units_for(lent.sentences):
                units.append(unit)
                here = tuple(n for n in lent.sentences if unit.first <= n <= unit.last)
                sentences.append(here or (-1,))
        if units:
            room = self._room_for_shelf() - asker.job.room
            loan = self._shelf.lend(units, last=sentences[-1][-1], room=room)
            if isinstance(loan, list):
                return _unread(asker, loan)
            asker.loan = loan
        self._sit(asker, anew=_tokens(anew))
        if asker.loan is not None:
            self._shelf.share(asker.loan, sentences, asker.sequence)
            asker.position = asker.loan.end
        asker.excerpts_end = asker.position + asker.own_excerpts
        return None

    def _free_of(self, asker: Asker) -> None:
        """Free everything an asker holds."""
        self._context.drop(asker.sequence)
        self._free.append(asker.sequence)
        if asker.loan is not None:
            self._shelf.release(asker.loan)

    def _is_read(self, lent: Lent) -> bool:
        return all(map(self._shelf.has, lent.layout.units_for(lent.sentences)))

    def _sit(self, asker: Asker, *, anew: list[int]) -> None:
        asker.reserved = len(anew) + asker.job.room
        if not self._has_room_beside(asker.reserved):
            if asker.loan is not None:
                self._shelf.release(asker.loan)
                asker.loan = None
            raise NoRoomError(_TOO_LONG)
        asker.sequence = self._free.pop()
        asker.anew, asker.own_excerpts = anew, len(anew)
        self._context.share(self._head, asker.sequence, 0, self._head_tokens)
        asker.position = self._head_tokens
        self.taken.append(asker)
        asker.tell_place(0)

    def _has_room_beside(self, cells: int) -> bool:
        """True if somebody can have so many cells, the shelf holding less if need be."""
        self._shelf.shrink(self._room_for_shelf() - cells)
        return self._shelf.used <= self._room_for_shelf() - cells

    def _room_for_shelf(self) -> int:
        """Cells that the shelf may use now, beside askers, reader and a unit being loaded."""
        reading = LEAD_IN_TOKENS + 2 * BATCH
        return self._context.cells - self._head_tokens - self.reserved - reading


def _unread(asker: Asker, missing: Sequence[Unit]) -> Unread:
    """The first story's missing units by their numbers."""
    keys = {unit.key for unit in missing}
    found = (
        Unread(lent.layout, tuple(n for n, u in enumerate(lent.layout.units) if u.key in keys))
        for lent in asker.lent
    )
    return next(unread for unread in found if unread.numbers)


def _tokens(lents: Sequence[Lent]) -> list[int]:
    """Headings and lent sentences, to be read for one asker alone."""
    return [
        token
        for lent in lents
        for unit, number in (
            (lent.layout.units[0], -1),
            *((lent.layout.units[lent.layout.unit_of[n]], n) for n in lent.sentences),
        )
        for token in unit.tokens_of(number)
    ]
