"""The part `yesno`: questions for a yes or a no, which no words of a story answer to the letter.

Such a question is handled if the story's words that decide it are cited, and the answer does
not begin with the other of the two; or if it is refused where the story does not say.
"""

from __future__ import annotations

import re

from tests.evaluation.question_set import OWN, read_set
from tests.evaluation.scoring import Question, Result, score
from tests.evaluation.session import Session
from tests.evaluation.table import Table, share

COLUMNS = ("set", "model", "handled", "cited what decides it", "refused", "answerable refused")
_SAYS = re.compile(r"\W*(yes|no)\b", re.I)


def tables(session: Session) -> list[Table]:
    """The own set's questions of this kind, whichever sets are asked otherwise."""
    asked = read_set(OWN, half=session.half, limit=session.limit, file="yesno.jsonl")
    if not asked.questions:
        return []
    results = {
        question["id"]: _held_to(question, found)
        for question, found in zip(asked.questions, session.answers(asked).values(), strict=True)
    }
    scores = score(asked.questions, results)
    row = (
        asked.name,
        session.model,
        share(scores.handled_count, len(asked.questions)),
        share(scores.right_and_cited, scores.answerable),
        share(scores.refused, scores.unanswerable),
        share(scores.wrongly_refused, scores.answerable),
    )
    return [Table("Questions for a yes or a no", COLUMNS, (row,))]


def _held_to(question: Question, result: Result) -> Result:
    """The result; without its answer if that contradicts the story."""
    return {**result, "answer": ""} if contradicts(question, result["answer"]) else result


def contradicts(question: Question, answer: str) -> bool:
    """True if an answer begins with a yes where the story says no, or with a no where yes."""
    said = _SAYS.match(answer)
    return said is not None and said[1].lower() != question["says"]
