"""Rows of answers: one a set and design, with the same columns whoever answered."""

from __future__ import annotations

from collections.abc import Mapping

from tests.evaluation.question_set import QuestionSet
from tests.evaluation.scoring import Result, Scores, exact_citations, score, words_cited
from tests.evaluation.table import Table, share

COLUMNS = (
    "set", "model", "handled", "right", "rightly cited", "citation precision", "exact citations",
    "words a citation", "refused", "wrongly refused", "first word s", "whole answer s",
)  # fmt: skip


def answer_table(
    title: str, model: str, answered: Mapping[QuestionSet, Mapping[str, Result]]
) -> Table:
    """A row a set, and a row for the refusals of all sets together if there are several."""
    scores = {asked: score(asked.questions, found) for asked, found in answered.items()}
    rows = [_row(asked, model, scores[asked], answered[asked]) for asked in scores]
    if len(scores) > 1:
        rows.append(_together(model, list(scores.values())))
    return Table(title, COLUMNS, tuple(rows))


def _row(
    asked: QuestionSet, model: str, scores: Scores, results: Mapping[str, Result]
) -> tuple[str, ...]:
    stories = {question["story"] for question in asked.questions}
    texts = {name: asked.file(name).read_text(encoding="utf-8") for name in stories}
    return (
        asked.name,
        model,
        f"{scores.handled:.3f}",
        share(scores.right, scores.answerable),
        share(scores.cited, scores.answerable),
        f"{scores.citation_precision:.2f}",
        share(*exact_citations(asked.questions, results, texts)),
        f"{words_cited(results.values()):.0f}",
        share(scores.refused, scores.unanswerable),
        share(scores.wrongly_refused, scores.answerable),
        f"{scores.first_word_seconds:.2f}",
        f"{scores.total_seconds:.2f}",
    )


def _together(model: str, scores: list[Scores]) -> tuple[str, ...]:
    """The refusals only: the other figures are of sets too different to be added up."""
    refused = share(sum(s.refused for s in scores), sum(s.unanswerable for s in scores))
    wrongly = share(sum(s.wrongly_refused for s in scores), sum(s.answerable for s in scores))
    cells = {"set": "all together", "model": model, "refused": refused, "wrongly refused": wrongly}
    return tuple(cells.get(column, "") for column in COLUMNS)
