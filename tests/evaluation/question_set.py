"""A set of questions: a folder with `questions.jsonl` and `stories/`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.evaluation.scoring import Question

OWN = Path(__file__).parent
"""The project's own set."""
CALIBRATING = OWN / "calibrating"
"""Stories that the gate is calibrated on, and nothing is judged by."""
COMPARING = OWN / "comparing"
"""Stories that nothing is fitted on, and builds are compared by before they are judged."""


@dataclass(frozen=True, slots=True, eq=False)
class QuestionSet:
    """Questions that were chosen from a folder; `name` says which. Equal only to itself."""

    name: str
    folder: Path
    questions: tuple[Question, ...]

    def file(self, story: str) -> Path:
        """The file of a story that the questions name."""
        return self.folder / "stories" / f"{story}.txt"


def read_set(
    folder: Path,
    *,
    half: str | None = None,
    limit: int | None = None,
    kind: str | None = None,
    file: str = "questions.jsonl",
) -> QuestionSet:
    """The questions of a folder, in their order: of one half, of one kind, the first `limit`.

    A set without halves has no question in either.
    """
    name = "own" if folder.resolve() == OWN else folder.resolve().name
    chosen = [
        row
        for row in rows(folder / file)
        if half in (None, row.get("half")) and kind in (None, row.get("kind"))
    ]
    return QuestionSet(name + (f" ({half})" if half else ""), folder, tuple(chosen[:limit]))


def rows(file: Path) -> Sequence[dict[str, Any]]:
    """The lines of a JSON-lines file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
