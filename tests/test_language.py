"""Languages of short questions and of stories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.language import language_of

SET = Path(__file__).parent / "evaluation" / "languages.jsonl"
LINES = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("line", LINES, ids=[line["language"] or "others" for line in LINES])
def test_short_question_is_known_or_left_open_but_not_taken_for_another(
    line: dict[str, object],
) -> None:
    questions = line["questions"]
    assert isinstance(questions, list)
    found = [language_of(question) for question in questions]
    assert set(found) <= {line["language"], ""}
    if line["language"]:
        assert found.count("") <= len(found) // 3


@pytest.mark.parametrize("text", ["", "1994?", "😀", "Peverell", "https://", "ok"])
def test_what_tells_nothing_is_of_no_language(text: str) -> None:
    assert language_of(text) == ""


def test_story_is_told_by_its_beginning() -> None:
    stories = Path(__file__).parent / "evaluation" / "stories"
    assert {language_of(file.read_text(encoding="utf-8")) for file in stories.glob("*.txt")} == {
        "en"
    }
