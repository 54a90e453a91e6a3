"""How the plain design is asked, by a small real model, and how its reply is read."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from bot.settings import Settings
from tests.conftest import HARBOUR
from tests.evaluation import questions
from tests.evaluation.plain_design import REFUSAL, PlainSession, read_reply
from tests.evaluation.question_set import read_set
from tests.small_set import small_set

PASSAGES = ["one", "two", "three"]


def test_numbers_in_brackets_are_citations_and_no_words() -> None:
    words, refused, cited = read_reply("He is 35 [2]. She is 36 [1, 2].", PASSAGES)
    assert (words, refused, cited) == ("He is 35. She is 36.", False, (2, 1))


def test_number_may_be_called_a_passage() -> None:
    assert read_reply("He is 35. [Passage 2]", PASSAGES) == ("He is 35.", False, (2,))


def test_number_of_no_passage_is_left_out() -> None:
    assert read_reply("So it is [0] [4] [3].", PASSAGES)[2] == (3,)


def test_other_brackets_and_numbers_stay() -> None:
    assert read_reply("In 1988 [sic] it was 3.", PASSAGES)[0] == "In 1988 [sic] it was 3."


def test_refusal_is_believed_in_any_case_and_cites_nothing() -> None:
    assert read_reply(f"{REFUSAL.lower()} [1]", PASSAGES)[1:] == (True, ())


def test_parts_ask_the_plain_design_as_they_ask_a_session(
    tmp_path: Path, settings: Settings, weights: Path
) -> None:
    asked = read_set(small_set(tmp_path / "small"))
    here = settings.model_copy(update={"library": tmp_path / "library", "model": str(weights)})
    with contextlib.closing(PlainSession(here, [asked])) as session:
        answers, *causes = questions.tables(session)
        found = session.answers(asked)["a"]
        story_id = session.story_id(asked.file("harbour"))
        then = session.ask({"id": "b", "question": "Why?"}, story_id, first="Who is the mayor?")
    assert answers.rows[0][1] == f"{weights.stem}, plain design"
    assert causes
    assert found["reply"] and found["answer"] in found["reply"]
    assert all(citation["text"] in HARBOUR for citation in found["citations"])
    assert (then["id"], then["question"]) == ("b", "Why?")
    assert then["reply"]


def test_plain_design_has_no_gates_to_measure() -> None:
    command = [sys.executable, "-m", "tests.evaluation", "--plain", "--only", "gates"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "has no gates" in done.stderr
