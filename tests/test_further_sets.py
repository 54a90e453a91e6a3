"""The sets to calibrate on and to compare by: exact evidence, nothing shared with the others."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.question_set import CALIBRATING, COMPARING, OWN, rows

FOLDERS = [CALIBRATING, COMPARING]
STORIES = {
    (folder, f.stem): f.read_text(encoding="utf-8")
    for folder in FOLDERS
    for f in folder.glob("stories/*.txt")
}
QUESTIONS = {folder: rows(folder / "questions.jsonl") for folder in FOLDERS}
ASKED = [(folder, row) for folder in FOLDERS for row in QUESTIONS[folder]]
FIELDS = ["id", "story", "question", "answerable", "answers", "all", "evidence"]


def by_name(value: Any) -> str:
    return value.name if isinstance(value, Path) else str(value["id"])


@pytest.mark.parametrize("folder", FOLDERS, ids=by_name)
def test_every_question_has_a_name_of_its_own_and_what_the_readme_names(folder: Path) -> None:
    questions = QUESTIONS[folder]
    assert all(list(row) == FIELDS for row in questions)
    assert all(re.fullmatch(r"[a-z0-9-]+", row["id"]) for row in questions)
    assert max(Counter(row["id"] for row in questions).values()) == 1
    assert max(Counter((row["story"], row["question"]) for row in questions).values()) == 1
    assert {(folder, row["story"]) for row in questions} == {
        key for key in STORIES if key[0] == folder
    }


@pytest.mark.parametrize(("folder", "row"), ASKED, ids=by_name)
def test_what_is_answerable_has_answers_and_evidence_to_the_letter(
    folder: Path, row: dict[str, Any]
) -> None:
    assert bool(row["answers"]) is bool(row["evidence"]) is row["answerable"]
    assert all(sentence in STORIES[folder, row["story"]] for sentence in row["evidence"])


def test_questions_to_calibrate_on_are_typed_with_care() -> None:
    assert all(row["question"].endswith("?") for row in QUESTIONS[CALIBRATING])


@pytest.mark.parametrize(
    ("folder", "refused", "least"), [(CALIBRATING, 3 / 8, 300), (COMPARING, 2 / 5, 400)]
)
def test_a_known_share_has_no_answer(folder: Path, refused: float, least: int) -> None:
    answerable = [row["answerable"] for row in QUESTIONS[folder]]
    assert len(answerable) >= least
    assert answerable.count(False) / len(answerable) == pytest.approx(refused, abs=0.02)


@pytest.mark.parametrize(
    ("folder", "name"), STORIES, ids=lambda value: getattr(value, "name", value)
)
def test_story_is_a_headline_and_paragraphs(folder: Path, name: str) -> None:
    text = STORIES[folder, name]
    assert text.endswith("\n") and not text.startswith("\n") and "\n\n\n" not in text
    assert 400 <= len(text.split()) <= 1_200


@pytest.mark.parametrize("folder", FOLDERS, ids=by_name)
def test_no_paragraph_is_one_of_the_other_sets(folder: Path) -> None:
    others = [file for file in OWN.glob("**/stories/*.txt") if folder not in file.parents]
    paragraphs = {p for file in others for p in file.read_text("utf-8").strip().split("\n\n")}
    own = [text for (place, _), text in STORIES.items() if place == folder]
    assert len(paragraphs) > len(others) > 30
    assert not any(p in paragraphs for text in own for p in text.strip().split("\n\n"))
