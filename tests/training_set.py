"""A set of questions as the trainings read it, in the folder of a test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME, STORY = "set", "mill"

Row = tuple[str, bool, list[str], list[str]]
"""Question, whether it has an answer, the answers, the gold sentences."""


def write_set(folder: Path, text: str, questions: Sequence[Row]) -> None:
    """Write the questions about one story, and the story."""
    names = ("question", "answerable", "answers", "evidence")
    write_rows(folder, text, [dict(zip(names, row, strict=True)) for row in questions])


def write_rows(folder: Path, text: str, questions: Sequence[dict[str, Any]]) -> None:
    """The same of questions as the file holds them, but for `id` and `story`."""
    rows = [{"id": str(n), "story": STORY, **row} for n, row in enumerate(questions)]
    (folder / f"{NAME}.questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / f"{NAME}.stories.jsonl").write_text(json.dumps({"story": STORY, "text": text}))
