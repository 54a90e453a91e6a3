"""The stories that only the gate is calibrated on: exact evidence, nothing shared with others."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from tests.evaluation.question_set import CALIBRATING, OWN, rows

STORIES = {f.stem: f.read_text(encoding="utf-8") for f in CALIBRATING.glob("stories/*.txt")}
QUESTIONS = rows(CALIBRATING / "questions.jsonl")
FIELDS = ["id", "story", "question", "answerable", "answers", "all", "evidence"]


def test_every_question_has_a_name_of_its_own_and_what_the_readme_names() -> None:
    assert all(list(row) == FIELDS for row in QUESTIONS)
    assert all(re.fullmatch(r"[a-z0-9-]+", row["id"]) for row in QUESTIONS)
    assert max(Counter(row["id"] for row in QUESTIONS).values()) == 1
    assert max(Counter((row["story"], row["question"]) for row in QUESTIONS).values()) == 1
    assert {row["story"] for row in QUESTIONS} == set(STORIES)


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: str(row["id"]))
def test_what_is_answerable_has_answers_and_evidence_to_the_letter(row: dict[str, Any]) -> None:
    assert row["question"].endswith("?")
    assert bool(row["answers"]) is bool(row["evidence"]) is row["answerable"]
    assert all(sentence in STORIES[row["story"]] for sentence in row["evidence"])


def test_three_in_eight_have_no_answer() -> None:
    answerable = [row["answerable"] for row in QUESTIONS]
    assert len(answerable) >= 300
    assert answerable.count(False) / len(answerable) == pytest.approx(3 / 8, abs=0.02)


@pytest.mark.parametrize("name", STORIES)
def test_story_is_a_headline_and_paragraphs(name: str) -> None:
    text = STORIES[name]
    assert text.endswith("\n") and not text.startswith("\n") and "\n\n\n" not in text
    assert 400 <= len(text.split()) <= 1_200


def test_no_story_is_one_of_those_that_are_judged() -> None:
    judged = [file.read_text(encoding="utf-8") for file in OWN.glob("stories/*.txt")]
    paragraphs = {p for text in judged for p in text.strip().split("\n\n")}
    assert not any(p in paragraphs for text in STORIES.values() for p in text.strip().split("\n\n"))
