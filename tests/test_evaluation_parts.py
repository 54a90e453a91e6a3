"""The parts of an evaluation that need no model, and what is written about all of them."""

from __future__ import annotations

import json
from pathlib import Path

from bot.settings import Settings
from tests.conftest import HARBOUR
from tests.evaluation import retrieval
from tests.evaluation.parts import FOR_EVERY_MODEL, NAMES, WITHOUT_MODEL
from tests.evaluation.question_set import OWN, read_set
from tests.evaluation.session import Session
from tests.small_set import small_set


def test_retrieval_has_a_row_a_kind_of_search(tmp_path: Path, settings: Settings) -> None:
    asked = read_set(small_set(tmp_path / "small"))
    (table,) = retrieval.tables(Session(settings, [asked]))
    assert [row[:3] for row in table.rows] == [
        ("small", "1", kind) for kind in ("vectors", "keywords", "both", "both, in the story")
    ]
    assert [row[-1] for row in table.rows] == ["1.000"] * 4


def test_set_without_the_wanted_half_has_no_row(tmp_path: Path, settings: Settings) -> None:
    asked = read_set(small_set(tmp_path / "small"), half="judge")
    (table,) = retrieval.tables(Session(settings, [asked]))
    assert table.rows == ()


def test_session_finds_the_passages_of_a_question_and_keeps_what_was_said(
    tmp_path: Path, settings: Settings
) -> None:
    asked = read_set(small_set(tmp_path / "small"))
    here = settings.model_copy(update={"library": tmp_path / "library"})
    session = Session(here, [asked], keep=tmp_path / "kept")
    passages = session.retrieved(asked, asked.questions[0])
    session.write_down("small", {"id": "a", "answer": "14 million"})
    session.close()
    assert any("14 million crowns" in passage for passage in passages)
    assert all(passage in HARBOUR for passage in passages)
    (file,) = (tmp_path / "kept").iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["answer"] == "14 million"


def test_every_part_is_run_one_way_and_named_in_the_readme() -> None:
    assert not FOR_EVERY_MODEL.keys() & WITHOUT_MODEL.keys()
    readme = (OWN / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in readme for name in NAMES)
