"""A question set of our own that is small enough for tests."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import HARBOUR


def small_set(folder: Path) -> Path:
    """The folder, with the harbour story, a question that it answers and one that it does not."""
    (folder / "stories").mkdir(parents=True)
    (folder / "stories" / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    questions = [
        {"id": "a", "story": "harbour", "question": "What did the works cost?", "answerable": True,
         "answers": ["14 million crowns"], "all": [],
         "evidence": ["The works cost 14 million crowns."]},
        {"id": "b", "story": "harbour", "question": "Who is the pope?", "answerable": False,
         "answers": [], "all": [], "evidence": []},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, questions))
    (folder / "questions.jsonl").write_text(lines + "\n", encoding="utf-8")
    return folder
