"""Whose tokens go into the next step: questions of newcomers first, then a token of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.llm.asker import Asker
from bot.llm.llama import BATCH, Row
from bot.llm.step_costs import StepCosts

QUESTION_ROWS = 256
"""Rows of questions in one step at most."""
SLICE_BESIDE_WRITERS = 32
"""Rows read in a step in which somebody's answer is written, so that nobody waits for long."""


@dataclass(frozen=True, slots=True)
class Step:
    """Rows for one call of llama.cpp, and for each asker in it how many of them are its own.

    The rows stand in the order of `parts`. The adapter is on for all or for none.
    """

    rows: Sequence[Row]
    parts: Sequence[tuple[Asker, int]]
    is_adapted: bool = False


NOTHING = Step((), ())


def step_of(taken: Sequence[Asker], costs: StepCosts) -> Step:
    """The next step of those who are seated, whoever waited longest for a turn first."""
    writers = [asker for asker in taken if asker.job.writes]
    newcomers = [asker for asker in taken if not asker.job.writes]
    for asker in newcomers:
        if not asker.pending:
            asker.pending = [*asker.anew, *asker.job.next_tokens(costs, rows_before=0)]
    # Whoever is first decides whether the adapter is on.
    is_adapted = any(asker.is_adapted for asker in [*newcomers, *writers][:1])
    writers = [asker for asker in writers if asker.is_adapted == is_adapted]
    newcomers = [asker for asker in newcomers if asker.is_adapted == is_adapted]
    rows: list[Row] = []
    parts: list[tuple[Asker, int]] = []
    for asker in newcomers:
        # A question is short, and its asker has nothing to look at yet: it goes first.
        if asker.portion <= QUESTION_ROWS - len(rows):
            _put_in(asker, asker.portion, rows, parts)
    if not rows and newcomers:
        first = newcomers[0]
        most = SLICE_BESIDE_WRITERS if writers else BATCH
        # The wanted rows come in one step.
        most = min(most, first.portion, len(first.pending) - first.job.wanted)
        _put_in(first, most, rows, parts)
    elif rows:
        writers = []
    for asker in writers[: costs.group_size(len(writers))]:
        asker.pending = asker.job.next_tokens(costs, rows_before=len(rows))
        _put_in(asker, len(asker.pending), rows, parts)
    return Step(rows, parts, is_adapted)


def _put_in(asker: Asker, count: int, rows: list[Row], parts: list[tuple[Asker, int]]) -> None:
    first_wanted = len(asker.pending) - asker.job.wanted
    rows.extend(
        Row(asker.pending[i], asker.position + i, asker.sequence, i >= first_wanted)
        for i in range(count)
    )
    parts.append((asker, count))
