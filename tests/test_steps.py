"""Whose tokens go into a step."""

from __future__ import annotations

from bot.llm.asker import Asker, Reply
from bot.llm.jobs import Writing
from bot.llm.step_costs import StepCosts
from bot.llm.steps import QUESTION_ROWS, step_of


def asker(tokens: int, *, adapted: bool = False, anew: int = 0, written: int = 0) -> Asker:
    job = Writing(range(tokens), most=20, drafter=None, is_end=lambda _: False, put=lambda _: None)
    job.is_adapted = adapted
    job._written = list(range(written))
    return Asker(job, (), Reply(), sequence=1, anew=list(range(anew)))


def test_questions_of_newcomers_go_together_and_before_those_who_write() -> None:
    writer, first, second = asker(5, written=3), asker(30), asker(40)
    step = step_of([writer, first, second], StepCosts())
    assert [who for who, _ in step.parts] == [first, second]
    assert len(step.rows) == 70
    assert sum(row.wants_logits for row in step.rows) == 2


def test_those_who_write_go_together() -> None:
    writers = [asker(5, written=2) for _ in range(2)]
    step = step_of(writers, StepCosts())
    assert [who for who, _ in step.parts] == writers
    assert [row.token for row in step.rows] == [1, 1]


def test_the_adapter_is_on_for_all_of_a_step_or_for_none() -> None:
    finder, other = asker(30, adapted=True), asker(30)
    step = step_of([finder, other], StepCosts())
    assert step.is_adapted and [who for who, _ in step.parts] == [finder]
    step = step_of([other, finder], StepCosts())
    assert not step.is_adapted and [who for who, _ in step.parts] == [other]


def test_excerpts_are_read_without_the_adapter_before_the_question_is_with_it() -> None:
    finder = asker(30, adapted=True, anew=50)
    step = step_of([finder], StepCosts())
    assert not step.is_adapted and len(step.rows) == 50
    assert not any(row.wants_logits for row in step.rows)
    finder.pending = finder.pending[50:]
    step = step_of([finder], StepCosts())
    assert step.is_adapted and len(step.rows) == 30 and step.rows[-1].wants_logits


def test_a_long_question_is_put_in_by_parts() -> None:
    long = asker(3 * QUESTION_ROWS)
    step = step_of([long], StepCosts())
    assert 0 < len(step.rows) < 3 * QUESTION_ROWS
    assert not any(row.wants_logits for row in step.rows)
