"""Whether memory answers as rightly as re-reading does: the same questions both ways."""

from __future__ import annotations

from collections.abc import Sequence

from bot.llm.local import LocalModel
from bot.terminal import progress
from tests.benchmarks.workload import Asked
from tests.evaluation.scoring import is_right

LONGEST = 80


def against_rereading(
    memory: LocalModel, rereading: LocalModel, questions: Sequence[Asked], *, name: str
) -> dict[str, float]:
    """Right answers both ways, without gates: what the model writes is what counts."""
    right = [0, 0]
    with progress.bar(f"Answering {name} twice", total=len(questions)) as advance:
        for asked in questions:
            for i, model in enumerate((memory, rereading)):
                pieces = model.write([asked.excerpt], asked.question, max_tokens=LONGEST)
                right[i] += is_right(asked.gold, "".join(pieces))
            advance(1)
    return {
        f"right_{name}_memory": right[0],
        f"right_{name}_rereading": right[1],
        f"right_{name}_ratio": right[0] / max(1, right[1]),
    }
