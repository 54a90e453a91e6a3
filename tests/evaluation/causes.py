"""Why a question was not handled: the first step on its way that went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum

from tests.evaluation.question_set import QuestionSet
from tests.evaluation.scoring import Question, Result, is_evidence, is_handled, is_right
from tests.evaluation.table import Table

TITLE = "Failures by cause"


class Cause(Enum):
    """In the order in which an answer passes them."""

    NOT_RETRIEVED = "evidence not retrieved"
    WRONGLY_REFUSED = "wrongly refused"
    READ_WRONG = "read wrong"
    CITED_WRONGLY = "cited wrongly"
    ANSWERED_THE_UNANSWERABLE = "answered the unanswerable"


COLUMNS = ("set", "model", "kind", "questions", "handled", *(cause.value for cause in Cause))


def cause(question: Question, result: Result, *, retrieved: Sequence[str]) -> Cause | None:
    """What went wrong, if anything did; `retrieved` are what the model was given first."""
    if is_handled(question, result):
        return None
    if not question["answerable"]:
        return Cause.ANSWERED_THE_UNANSWERABLE
    if not any(is_evidence(passage, question["evidence"]) for passage in retrieved):
        return Cause.NOT_RETRIEVED
    if result["abstained"]:
        return Cause.WRONGLY_REFUSED
    if not is_right(question, result["answer"]):
        return Cause.READ_WRONG
    return Cause.CITED_WRONGLY


def cause_table(asked: QuestionSet, model: str, causes: Mapping[str, Cause | None]) -> Table:
    """A row for the whole set, and one a kind if its questions have kinds.

    `causes` by the question's id; None for what was handled.
    """
    kinds = sorted({question["kind"] for question in asked.questions if "kind" in question})
    rows = [_row(asked, model, "all", [causes[q["id"]] for q in asked.questions])]
    for kind in kinds:
        of_kind = [causes[q["id"]] for q in asked.questions if q.get("kind") == kind]
        rows.append(_row(asked, model, kind, of_kind))
    return Table(TITLE, COLUMNS, tuple(rows))


def _row(
    asked: QuestionSet, model: str, kind: str, causes: Sequence[Cause | None]
) -> tuple[str, ...]:
    counts = Counter(causes)
    numbers = (len(causes), counts[None], *(counts[one] for one in Cause))
    return (asked.name, model, kind, *(str(n) for n in numbers))
