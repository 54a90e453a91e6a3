"""The part `counterfactual`: stories of a world unlike ours. Is it the story that is believed?"""

from __future__ import annotations

from tests.evaluation.question_set import OWN, read_set
from tests.evaluation.scoring import score
from tests.evaluation.session import Session
from tests.evaluation.table import Table, share

COLUMNS = ("set", "model", "right", "handled", "what only the world knows refused")


def tables(session: Session) -> list[Table]:
    """The own set's questions of this kind, whichever sets are asked otherwise."""
    asked = read_set(OWN, half=session.half, limit=session.limit, kind="counterfactual")
    if not asked.questions:
        return []
    scores = score(asked.questions, session.answers(asked))
    row = (
        asked.name,
        session.model,
        share(scores.right, scores.answerable),
        share(scores.right_and_cited, scores.answerable),
        share(scores.refused, scores.unanswerable),
    )
    return [Table("Counterfactual stories", COLUMNS, (row,))]
