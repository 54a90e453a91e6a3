"""The part `questions`: the sets' questions, answered and scored, and what went wrong."""

from __future__ import annotations

from tests.evaluation.answer_table import answer_table
from tests.evaluation.causes import Cause, cause, cause_table
from tests.evaluation.question_set import QuestionSet
from tests.evaluation.scoring import Question, Result, is_handled
from tests.evaluation.session import Session
from tests.evaluation.table import Table


def tables(session: Session) -> list[Table]:
    """Scores by set, and failures by cause."""
    answered = {asked: session.answers(asked) for asked in session.sets if asked.questions}
    if not answered:
        return []
    scores = answer_table("Answers", session.model, answered)
    causes = [
        cause_table(asked, session.model, _causes(session, asked, results))
        for asked, results in answered.items()
    ]
    return [scores, *causes]


def failures(session: Session) -> list[str]:
    """What was not handled, as text for a person; questions that were not asked are asked."""
    lines = []
    for asked in session.sets:
        results = session.answers(asked)
        causes = _causes(session, asked, results)
        for question in asked.questions:
            why = causes[question["id"]]
            if why is not None:
                lines.append(_failure(question, results[question["id"]], why))
    return lines


def _causes(
    session: Session, asked: QuestionSet, results: dict[str, Result]
) -> dict[str, Cause | None]:
    causes: dict[str, Cause | None] = {}
    for question in asked.questions:
        result = results[question["id"]]
        # Handled ones need no second search, nor do those that have no evidence to find.
        again = question["answerable"] and not is_handled(question, result)
        retrieved = session.retrieved(asked, question) if again else []
        causes[question["id"]] = cause(question, result, retrieved=retrieved)
    return causes


def _failure(question: Question, result: Result, why: Cause) -> str:
    cites = [citation["text"][:60] for citation in result["citations"]]
    gold = question["answers"] or question.get("all") or ["(not in the story)"]
    return (
        f"{question['id']}: {question['question']} ({why.value})\n"
        f"  said {result['answer']!r}, gold {gold[:2]}\n  cited {cites}"
    )
