"""Look-up drafts: most of an answer stands in the passages, so its next words can be guessed there.

Source: "prompt lookup decoding" (Saxena, 2023). The guess costs nothing; checking
it costs the rows of a larger step, so its length follows from what steps cost
and how often guesses came true.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.llm.step_costs import StepCosts

LONGEST_MATCH = 4
SHORTEST_MATCH = 2
LONGEST_DRAFT = 6
_FIRST_GUESS = {2: 0.45, 3: 0.65, 4: 0.8}
_LEARNING = 0.15


class Drafter:
    """Drafts for one answer from the tokens it may quote."""

    def __init__(self, source: Sequence[int]) -> None:
        """`source` are the tokens of question and passages."""
        self._source = tuple(source)
        self._places: dict[tuple[int, ...], int] = {}
        for length in range(SHORTEST_MATCH, LONGEST_MATCH + 1):
            for begin in range(len(self._source) - length):
                # The first place wins: a story tells first what it repeats later.
                self._places.setdefault(self._source[begin : begin + length], begin + length)
        self._kept = dict(_FIRST_GUESS)
        self._match = 0

    def draft(self, written: Sequence[int], costs: StepCosts, *, rows_before: int) -> list[int]:
        """The tokens that may follow `written`, as many as are worth checking; often none.

        `rows_before` is how many rows the step has without them.
        """
        for length in range(min(LONGEST_MATCH, len(written)), SHORTEST_MATCH - 1, -1):
            place = self._places.get(tuple(written[-length:]))
            if place is not None:
                self._match = length
                guess = self._source[place : place + LONGEST_DRAFT]
                return list(guess[: self._worthwhile(self._kept[length], costs, rows_before)])
        return []

    def learn(self, drafted: int, kept: int) -> None:
        """Take in how many tokens of the last draft came true."""
        if not drafted:
            return
        tried = min(kept + 1, drafted)
        seen = kept / tried
        old = self._kept[self._match]
        self._kept[self._match] = min(0.98, old + _LEARNING * tried * (seen - old))

    @staticmethod
    def _worthwhile(chance: float, costs: StepCosts, rows_before: int) -> int:
        """The draft length with the most expected tokens a second; 0 if none beats no draft."""
        best, best_rate = 0, 1.0 / (costs.seconds(rows_before + 1) - costs.seconds(rows_before))
        if rows_before == 0:
            best_rate = 1.0 / costs.seconds(1)
        expected = 1.0
        for length in range(1, LONGEST_DRAFT + 1):
            expected += chance**length
            extra = costs.seconds(rows_before + 1 + length) - costs.seconds(rows_before)
            if expected / extra > best_rate * 1.02:
                best, best_rate = length, expected / extra
        return best
