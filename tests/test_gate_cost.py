"""What gates add is the difference between two storytellers that are asked the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.answering.answer import Answer, CitedSentence, Verdict
from tests.evaluation.gate_cost import gate_cost

QUESTIONS = [(f"Question {n}?", "vell") for n in range(4)]


class TimedStoryteller:
    """Claims to have taken `seconds`, one more when asked first, and refuses what is in `no`."""

    def __init__(self, seconds: float, log: list[str], *, no: Sequence[str] = ()) -> None:
        self.seconds = seconds
        self.log = log
        self.no = no

    def answer(
        self,
        question: str,
        *,
        story_id: str | None = None,
        earlier: Sequence[Answer] = (),
        on_place: Callable[[int], None] | None = None,
    ) -> Iterator[CitedSentence | Answer]:
        took = self.seconds + (1.0 if question not in self.log else 0.0)
        self.log.append(question)
        verdict = Verdict.NOT_IN_STORY if question in self.no else Verdict.ANSWERED
        yield Answer(question, verdict, (), (), (), took / 2, took, "timed")


def test_being_asked_first_is_nobodys_cost() -> None:
    log: list[str] = []
    cost = gate_cost(TimedStoryteller(3.0, log), TimedStoryteller(2.0, log), QUESTIONS)
    assert cost.total_seconds == pytest.approx(1.0)
    assert cost.first_word_seconds == pytest.approx(0.5)
    assert (cost.asked, cost.answered) == (4, 4)


def test_refused_questions_are_not_compared() -> None:
    log: list[str] = []
    refusing = TimedStoryteller(3.0, log, no=["Question 1?", "Question 2?"])
    cost = gate_cost(refusing, TimedStoryteller(2.0, log), QUESTIONS)
    assert (cost.asked, cost.answered) == (4, 2)
    assert cost.table("timed").rows[0][:2] == ("timed", "2 of 4")


def test_nothing_to_compare_is_an_error() -> None:
    log: list[str] = []
    refusing = TimedStoryteller(3.0, log, no=[question for question, _ in QUESTIONS])
    with pytest.raises(ValueError, match="none of 4"):
        gate_cost(refusing, TimedStoryteller(2.0, log), QUESTIONS)
