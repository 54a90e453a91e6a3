"""The follow-ups: each first question is asked, then what leans on its answer, or does not."""

from __future__ import annotations

from bot.terminal import progress
from tests.evaluation.question_set import OWN, QuestionSet, read_set
from tests.evaluation.scoring import Result, score
from tests.evaluation.session import Session
from tests.evaluation.table import Table, share

COLUMNS = ("pairs", "model", "handled", "right", "rightly cited", "refused", "wrongly refused")


def tables(session: Session) -> list[Table]:
    """The own pairs, whichever sets are asked otherwise."""
    asked = pairs(half=session.half, limit=session.limit)
    ids = {
        name: session.story_id(asked.file(name))
        for name in dict.fromkeys(pair["story"] for pair in asked.questions)
    }
    for story_id in ids.values():
        session.read(story_id)
    results: dict[str, Result] = {}
    with progress.bar("Asking follow-ups", total=len(asked.questions)) as advance:
        for pair in asked.questions:
            found = session.ask(pair, ids[pair["story"]], first=pair["first"])
            results[pair["id"]] = found
            session.write_down("followups", found)
            advance(1)
    scores = score(asked.questions, results)
    row = (
        asked.name,
        session.model,
        f"{scores.handled:.3f}",
        share(scores.right, scores.answerable),
        share(scores.cited, scores.answerable),
        share(scores.refused, scores.unanswerable),
        share(scores.wrongly_refused, scores.answerable),
    )
    return [Table("Follow-ups", COLUMNS, (row,))]


def pairs(*, half: str | None = None, limit: int | None = None) -> QuestionSet:
    """The pairs of one half, or all: questions with a `first` that is asked before."""
    return read_set(OWN, half=half, limit=limit, file="followups.jsonl")
