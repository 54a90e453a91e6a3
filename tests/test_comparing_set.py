"""The set to compare by: its form, and that it shares nothing with what is fitted or judged."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.evaluation.question_set import OWN, rows

FOLDER = OWN / "comparing"
STORIES = {f.stem: f.read_text(encoding="utf-8") for f in FOLDER.glob("stories/*.txt")}
QUESTIONS = rows(FOLDER / "questions.jsonl")


def test_questions_have_ids_of_their_own_and_every_story_is_asked_about() -> None:
    assert max(Counter(row["id"] for row in QUESTIONS).values()) == 1
    assert {row["story"] for row in QUESTIONS} == set(STORIES)


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: str(row["id"]))
def test_what_is_answerable_has_answers_and_evidence_to_the_letter(row: dict[str, Any]) -> None:
    assert bool(row["answers"]) is bool(row["evidence"]) is row["answerable"]
    assert all(sentence in STORIES[row["story"]] for sentence in row["evidence"])


def test_two_in_five_have_no_answer() -> None:
    refused = sum(not row["answerable"] for row in QUESTIONS)
    assert refused / len(QUESTIONS) == pytest.approx(2 / 5, abs=0.02)


def test_no_paragraph_is_one_of_the_other_sets() -> None:
    others = [file for file in OWN.glob("**/stories/*.txt") if FOLDER not in file.parents]
    paragraphs = {p for file in others for p in file.read_text("utf-8").strip().split("\n\n")}
    assert len(paragraphs) > len(others) > 30
    assert not any(p in paragraphs for text in STORIES.values() for p in text.strip().split("\n\n"))
