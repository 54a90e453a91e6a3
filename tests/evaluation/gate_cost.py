"""What the gates cost: the seconds that checking adds to an answer."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.storyteller import Storyteller, whole_answer
from bot.terminal.asking import read_story
from tests.evaluation.session import Session
from tests.evaluation.table import Table


@dataclass(frozen=True, slots=True)
class GateCost:
    """Means over the `answered` questions that both answered; seconds that the gates add."""

    asked: int
    answered: int
    first_word_seconds: float
    total_seconds: float

    def table(self, model: str) -> Table:
        """One row."""
        row = (
            model,
            f"{self.answered} of {self.asked}",
            f"{self.first_word_seconds:+.2f}",
            f"{self.total_seconds:+.2f}",
        )
        columns = ("model", "questions", "first word s", "whole answer s")
        return Table("What the gates add", columns, (row,))


MOST_QUESTIONS = 24
"""Of the first set, for a mean that says something."""


def tables(session: Session) -> list[Table]:
    """The first set's answerable questions, with the gates and without."""
    asked = session.sets[0]
    questions = [q for q in asked.questions if q["answerable"]][:MOST_QUESTIONS]
    put = [(q["question"], session.story_id(asked.file(q["story"]))) for q in questions]
    for story_id in dict.fromkeys(story_id for _, story_id in put):
        read_story(session.answerer, session.library, story_id)
    return [gate_cost(session.answerer, session.answerer.without_gate(), put).table(session.model)]


def gate_cost(
    with_gates: Storyteller,
    without_gates: Storyteller,
    questions: Sequence[tuple[str, str | None]],
) -> GateCost:
    """Put each question, with the id of its story, to both, and compare their times.

    They take turns in being asked first, because the second finds the passages
    at hand. A question that one of them refuses is not compared: a refusal is
    short. Read the stories before. Raises ValueError if no question is left.
    """
    first_word: list[float] = []
    total: list[float] = []
    for number, (question, story_id) in enumerate(questions):
        order = (with_gates, without_gates) if number % 2 else (without_gates, with_gates)
        answers = {id(t): whole_answer(t, question, story_id=story_id) for t in order}
        gated, free = answers[id(with_gates)], answers[id(without_gates)]
        if not gated.abstained and not free.abstained:
            first_word.append(gated.first_word_seconds - free.first_word_seconds)
            total.append(gated.total_seconds - free.total_seconds)
    if not total:
        raise ValueError(f"none of {len(questions)} questions was answered by both")
    return GateCost(
        asked=len(questions),
        answered=len(total),
        first_word_seconds=statistics.mean(first_word),
        total_seconds=statistics.mean(total),
    )
