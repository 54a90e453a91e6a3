"""The units that lie in the context now, each in a sequence of its own, to be lent without copying.

Cells in use cost every step a little, also those an asker does not see (attention
passes over them one by one), so while somebody reads only what is lent stays here;
the rest comes back from `states` in milliseconds.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.llm.layout import Unit
from bot.llm.llama import LlamaContext, NoRoomError
from bot.llm.states import States

_START = struct.Struct("<q")


@dataclass(slots=True)
class _Resident:
    unit: Unit
    sequence: int
    start: int
    """The position of its first cell in the context."""
    lenders: int = field(default=0)
    """How many loans hold it."""

    @property
    def end(self) -> int:
        return self.start + len(self.unit.tokens)


@dataclass(frozen=True, slots=True)
class Loan:
    """Units lent to one asker, in order; `end` is the position after the last lent token."""

    residents: tuple[_Resident, ...]
    end: int


class Shelf:
    """Resident units, bounded in cells."""

    def __init__(
        self,
        context: LlamaContext,
        states: States,
        *,
        head_tokens: int,
        sequences: Sequence[int],
        scratch: int,
        cells: int,
    ) -> None:
        """`sequences` are the shelf's own, `scratch` one for loading; `cells` stay at rest."""
        self._context = context
        self._states = states
        self._head_tokens = head_tokens
        self._free = list(sequences)
        self._scratch = scratch
        self._cells = cells
        self._residents: list[_Resident] = []  # the one lent longest ago first
        self.used = 0
        """Cells held now."""

    # ---- states of single units ----

    def has(self, unit: Unit) -> bool:
        """True if the unit need not be read."""
        return any(r.unit.key == unit.key for r in self._residents) or unit.key in self._states

    def keep(self, unit: Unit, source: int, start: int) -> None:
        """Keep the state of a unit that was just read in sequence `source` from `start` on."""
        self._context.share(source, self._scratch, start, start + len(unit.tokens))
        state = self._context.save(self._scratch)
        self._context.drop(self._scratch)
        self._states.put(unit.key, _START.pack(start) + state)

    def restore(self, unit: Unit, target: int, start: int) -> bool:
        """Add a kept unit's cells to sequence `target` at `start`; False if it is not kept."""
        kept = self._states.get(unit.key)
        if kept is None:
            return False
        (saved_at,) = _START.unpack_from(kept)
        self._context.load(self._scratch, kept[_START.size :])
        self._context.shift(self._scratch, start - saved_at)
        self._context.share(self._scratch, target, start, start + len(unit.tokens))
        self._context.drop(self._scratch)
        return True

    # ---- lending ----

    def lend(self, units: Sequence[Unit], *, last: int, room: int) -> Loan | list[Unit]:
        """Make units resident in ascending positions, or say which must be read first.

        `last` is the last unit's last lent sentence; `room` the cells that the
        shelf may use. Raises NoRoomError if they do not fit.
        """
        missing = [unit for unit in units if not self.has(unit)]
        if missing:
            return missing
        # Before others come in: they then take the lowest cells, and attention runs up to the last.
        self._let_go_of_all_but({unit.key for unit in units})
        chosen: list[_Resident] = []
        cursor = self._head_tokens
        limit = self._context.trained_positions - 1024
        try:
            for unit in units:
                # Where it lies in its story, unless something else lies there.
                start = self._head_tokens + unit.start
                if start < cursor or start + len(unit.tokens) > limit:
                    start = cursor
                resident = self._resident(unit, start) or self._bring(unit, start, room)
                if resident is None:
                    self.release(Loan(tuple(chosen), 0))
                    return [unit]
                self._residents.remove(resident)
                self._residents.append(resident)
                resident.lenders += 1
                chosen.append(resident)
                cursor = resident.end
        except NoRoomError:
            self.release(Loan(tuple(chosen), 0))
            raise
        unit = units[-1]
        end = cursor - (unit.end - unit.bounds[last - unit.first + 1])
        return Loan(tuple(chosen), end)

    def share(self, loan: Loan, lent: Sequence[Sequence[int]], target: int) -> None:
        """Let sequence `target` see the sentences `lent[i]` of the loan's unit i; none: all."""
        for resident, sentences in zip(loan.residents, lent, strict=True):
            unit = resident.unit
            for sentence in sentences:
                i = sentence - unit.first
                shift = resident.start - unit.start
                self._context.share(
                    resident.sequence, target, unit.bounds[i] + shift, unit.bounds[i + 1] + shift
                )

    def release(self, loan: Loan) -> None:
        """Give a loan back; what nobody holds goes once the shelf is above its size at rest."""
        for resident in loan.residents:
            resident.lenders -= 1
        self.shrink(self._cells)

    def shrink(self, cells: int) -> None:
        """Let go of what nobody holds until at most `cells` are used, if that can be."""
        for resident in [r for r in self._residents if not r.lenders]:
            if self.used <= cells and self._free:
                return
            self._let_go(resident)

    def clear(self) -> None:
        """Forget what was resident: the context's cells have been lost."""
        for resident in list(self._residents):
            self._let_go(resident)

    def _let_go_of_all_but(self, wanted: set[str]) -> None:
        for resident in list(self._residents):
            if not resident.lenders and resident.unit.key not in wanted:
                self._let_go(resident)

    def _resident(self, unit: Unit, start: int) -> _Resident | None:
        for resident in self._residents:
            if resident.unit.key == unit.key and resident.start == start:
                return resident
        return None

    def _bring(self, unit: Unit, start: int, room: int) -> _Resident | None:
        size = len(unit.tokens)
        self.shrink(room - size)
        if self.used + size > room or not self._free:
            raise NoRoomError("The passages do not fit into the model's context.")
        sequence = self._free.pop()
        try:
            if not self.restore(unit, sequence, start):
                self._free.append(sequence)
                return None
        except NoRoomError:
            self._context.drop(sequence)
            self._free.append(sequence)
            raise
        resident = _Resident(unit, sequence, start)
        self._residents.append(resident)
        self.used += size
        return resident

    def _let_go(self, resident: _Resident) -> None:
        self._context.drop(resident.sequence)
        self._free.append(resident.sequence)
        self._residents.remove(resident)
        self.used -= len(resident.unit.tokens)
