"""The evaluation's own arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluation.scoring import is_handled, is_right, normal, score

QUESTION: dict[str, Any] = {
    "id": "q",
    "answerable": True,
    "answers": ["14 million crowns"],
    "all": [],
    "evidence": ["The works cost 14 million crowns."],
}
UNANSWERABLE: dict[str, Any] = {**QUESTION, "id": "u", "answerable": False, "evidence": []}


def result(answer: str, *cited: str, abstained: bool = False) -> dict[str, Any]:
    return {
        "answer": answer,
        "abstained": abstained,
        "citations": [{"text": text} for text in cited],
        "ttft_s": 0.5,
        "total_s": 1.0,
    }


RIGHT = result("They cost 14 million crowns.", "The works cost 14 million crowns.")
REFUSED = result("The story does not say.", abstained=True)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("It was The 14 Million Crowns!", True),
        ("14 million", True),
        ("15 million crowns in all, they say", False),
        ("", False),
    ],
)
def test_right_is_containing_or_nearly_being_a_gold_answer(answer: str, right: bool) -> None:
    assert is_right(QUESTION, answer) is right


def test_where_all_parts_are_wanted_one_is_not_enough() -> None:
    question = {**QUESTION, "all": ["Anna", "Bo"]}
    assert is_right(question, "Bo and Anna")
    assert not is_right(question, "Anna and 14 million crowns")


def test_handled_needs_the_right_citation_too() -> None:
    assert is_handled(QUESTION, RIGHT)
    assert not is_handled(QUESTION, result("14 million crowns", "A crane driver lost his job."))
    assert not is_handled(QUESTION, REFUSED)


def test_an_unanswerable_question_is_handled_by_refusing_without_sources() -> None:
    assert is_handled(UNANSWERABLE, REFUSED)
    assert not is_handled(UNANSWERABLE, RIGHT)
    assert not is_handled(UNANSWERABLE, result("no", "A source.", abstained=True))


def test_counts_and_medians_of_a_set() -> None:
    scores = score([QUESTION, UNANSWERABLE], {"q": RIGHT, "u": RIGHT})
    assert (scores.right, scores.right_and_cited, scores.refused) == (1, 1, 0)
    assert scores.handled == 0.5
    assert scores.citation_precision == 1.0
    assert scores.total_seconds == 1.0


def test_articles_quotes_and_thousands_do_not_matter() -> None:
    assert normal("The “1,000” men’s") == normal("1000 men's")
