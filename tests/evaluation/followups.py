"""The follow-ups: each first question is asked, then what leans on its answer, or does not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.answering.answerer import Answerer
from bot.answering.storyteller import whole_answer
from bot.terminal import progress
from bot.terminal.asking import read_story
from bot.terminal.rendering import to_json
from tests.evaluation.scoring import score
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
        read_story(session.answerer, session.library, story_id)
    results: dict[str, dict[str, Any]] = {}
    with progress.bar("Asking follow-ups", total=len(wanted)) as advance:
        for name, found in answered(session.answerer, wanted, ids):
            results[name] = found
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


def answered(
    answerer: Answerer, wanted: list[dict[str, Any]], story_ids: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each pair its id and the follow-up's result, as `storychat ask --json` prints one.

    `story_ids` gives the library's id for a story's file stem.
    """
    for pair in wanted:
        story_id = story_ids[pair["story"]]
        first = whole_answer(answerer, pair["first"], story_id=story_id)
        then = whole_answer(answerer, pair["question"], story_id=story_id, earlier=[first])
        yield pair["id"], to_json(then, id=pair["id"])
