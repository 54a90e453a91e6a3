"""The follow-ups: each first question is asked, then what leans on its answer, or does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.terminal import progress
from tests.evaluation.scoring import Result, score
from tests.evaluation.session import Session
from tests.evaluation.table import Table, share

FILE = Path(__file__).parent / "followups.jsonl"
COLUMNS = ("pairs", "model", "handled", "right", "rightly cited", "refused", "wrongly refused")


def tables(session: Session) -> list[Table]:
    """The own pairs, whichever sets are asked otherwise."""
    wanted = pairs(half=session.half, limit=session.limit)
    ids = {
        name: session.story_id(FILE.parent / "stories" / f"{name}.txt")
        for name in dict.fromkeys(pair["story"] for pair in wanted)
    }
    for story_id in ids.values():
        session.read(story_id)
    results: dict[str, Result] = {}
    with progress.bar("Asking follow-ups", total=len(wanted)) as advance:
        for pair in wanted:
            found = session.ask(pair, ids[pair["story"]], first=pair["first"])
            results[pair["id"]] = found
            session.write_down("followups", found)
            advance(1)
    scores = score(wanted, results)
    row = (
        f"own ({session.half})" if session.half else "own",
        session.model,
        f"{scores.handled:.3f}",
        share(scores.right, scores.answerable),
        share(scores.cited, scores.answerable),
        share(scores.refused, scores.unanswerable),
        share(scores.wrongly_refused, scores.answerable),
    )
    return [Table("Follow-ups", COLUMNS, (row,))]


def pairs(*, half: str | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """The pairs of one half, or all; scoring.score takes them as questions."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if line.strip()]
    return [pair for pair in found if half is None or pair["half"] == half][:limit]
