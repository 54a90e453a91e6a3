"""The front door, as a person or a script uses it: real processes, real exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HARBOUR

ROOT = Path(__file__).parent.parent


def run(
    *arguments: str, library: Path | None = None, stdin: str = "", environment: Any = None
) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, **(environment or {})}
    if library is not None:
        variables["STORYCHAT_LIBRARY"] = str(library)
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT,
        env=variables,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_help_needs_none_of_the_heavy_packages() -> None:
    code = (
        "import sys; sys.argv = ['storychat', '--help']\n"
        "from bot.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'numpy', 'faiss', 'llama_cpp', 'pydantic', 'telegram')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.rstrip().endswith("[]")
    assert "Ask a story questions" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ask"],
        ["ask", "Who?", "--questions", "x.jsonl"],
        ["ask", "--questions", "x.jsonl"],
        ["add"],
        ["rm"],
        ["ls", "--colour"],
    ],
)
def test_wrong_usage_ends_with_2_and_no_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, library=tmp_path)
    assert done.returncode == 2
    assert done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "nowhere.txt"], "no file nowhere.txt"),
        (["add", "Once upon a time. " * 40], "File name too long"),
        (["add", "http://[abc"], "is no address"),
        (["rm", "nothing"], "no story 'nothing'"),
        (["ask", "Who?", "--story", "nothing"], "no story 'nothing'"),
        (["ask", "Who?", "--story", "Once upon a time, " * 40], "no story"),
        (["ask", "   "], "question is empty"),
        (["ask", "--questions", "nowhere.jsonl", "--json"], "cannot be read"),
        (["models", "fetch", "gpt-9"], "no weights named"),
        (["chat", "--model", "nowhere.gguf"], "no story yet|no file nowhere.gguf"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_ends_with_1(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    done = run(*arguments, library=tmp_path)
    assert done.returncode == 1
    assert any(part in done.stderr for part in says.split("|"))
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_unfit_settings_are_said(tmp_path: Path) -> None:
    done = run("ls", library=tmp_path, environment={"STORYCHAT_THREADS": "none"})
    assert done.returncode == 1
    assert "STORYCHAT_THREADS" in done.stderr


@pytest.mark.parametrize("line", ['{"id": "b"}', '{"id": "b", "question": "Who?", "story": ["a"]}'])
def test_a_line_that_is_no_question_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    # A mark at the beginning and other than usual line ends inside JSON are no fault.
    first = '{"id": "a", "question": "Who\u2028was it?"}'
    file.write_text(f"\N{BYTE ORDER MARK}{first}\n{line}\n", encoding="utf-8")
    done = run("ask", "--questions", str(file), "--json", library=tmp_path)
    assert done.returncode == 1
    assert "Line 2" in done.stderr


def test_stories_are_added_listed_and_removed(tmp_path: Path) -> None:
    library = tmp_path / "library"
    file = tmp_path / "harbour-news.txt"
    file.write_text(HARBOUR, encoding="utf-8")
    added = run(
        "add", str(file), str(tmp_path / "missing.txt"), "-", library=library, stdin="Bees."
    )
    assert added.returncode == 1  # one of the three is not there; the others are kept
    assert "missing.txt" in added.stderr
    assert "harbour-news  The harbour at Vell reopens" in added.stdout
    again = run("--library", str(library), "add", str(file))
    assert again.returncode == 0 and "already in the library" in again.stdout
    listed = run("ls", "--library", str(library))
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        "harbour-news",
        "standard-input",
    ]
    assert run("rm", "harbour-news", "standard-input", library=library).returncode == 0
    assert run("ls", library=library).stdout == ""


def test_the_catalog_is_listed() -> None:
    done = run("models")
    assert done.returncode == 0
    assert "qwen2.5-coder-1.5b" in done.stdout and "not measured" in done.stdout


@pytest.mark.model
def test_a_file_of_questions_is_answered_with_exact_citations(tmp_path: Path) -> None:
    story = tmp_path / "harbour-news.txt"
    story.write_text(HARBOUR, encoding="utf-8")
    library = tmp_path / "library"
    assert run("add", str(story), library=library).returncode == 0
    questions = tmp_path / "questions.jsonl"
    asked = {
        "cost": ("How much did the repairs of the harbour cost?", "14 million"),
        "bees": ("Where does Tomas Brandt keep bees?", "Sorre"),
        "daughter": ("Who runs the ticket office?", "Lena"),
    }
    lines = [
        json.dumps({"id": key, "question": question, "story": "harbour-news"})
        for key, (question, _) in asked.items()
    ]
    lines.append(json.dumps({"id": "absent", "question": "Who won the chess final in Oslo?"}))
    questions.write_text("\n".join(lines))
    done = run("ask", "--questions", str(questions), "--json", library=library)
    assert done.returncode == 0, done.stderr
    results = {found["id"]: found for found in map(json.loads, done.stdout.splitlines())}
    assert list(results) == [*asked, "absent"]
    for key, (question, gold) in asked.items():
        found = results[key]
        assert set(found) == {
            "id", "question", "answer", "abstained", "verdict", "citations", "nearest",
            "probability", "ttft_s", "total_s", "model",
        }  # fmt: skip
        assert found["question"] == question
        assert gold in found["answer"] and not found["abstained"]
        assert gold in " ".join(citation["text"] for citation in found["citations"])
        for n, citation in enumerate(found["citations"], 1):
            assert citation["n"] == n
            assert citation["story"] == "harbour-news"
            assert citation["text"] == HARBOUR[citation["start"] : citation["end"]]
        assert 0 < found["ttft_s"] <= found["total_s"]
    assert results["absent"]["abstained"] and not results["absent"]["citations"]
    assert results["absent"]["nearest"]


@pytest.mark.model
def test_one_question_is_answered_for_a_person_and_a_script(tmp_path: Path) -> None:
    story = tmp_path / "harbour-news.txt"
    story.write_text(HARBOUR, encoding="utf-8")
    library = tmp_path / "library"
    # As the only argument, and a file that is not in the library yet.
    person = run("ask", "How much did the works cost?", "--story", str(story), library=library)
    assert person.returncode == 0, person.stderr
    assert "14 million" in person.stdout and "[1] The harbour at Vell reopens: “" in person.stdout
    script = run("ask", "Who won the chess final in Oslo?", "--json", library=library)
    assert script.returncode == 3
    assert json.loads(script.stdout)["abstained"] is True
    bare = run("Who runs the ticket office?", library=library)
    assert bare.returncode == 0 and "Lena" in bare.stdout


@pytest.mark.model
def test_a_chat_through_a_pipe_answers_each_line_and_ends(tmp_path: Path) -> None:
    story = tmp_path / "harbour-news.txt"
    story.write_text(HARBOUR, encoding="utf-8")
    done = run(
        "chat",
        str(story),
        library=tmp_path / "library",
        stdin="How old is Tomas Brandt?\n\n/stories\nWho won the chess final in Oslo?\n",
    )
    assert done.returncode == 3
    assert "> How old is Tomas Brandt?" in done.stdout
    assert "52" in done.stdout
    assert "harbour-news" in done.stdout
    assert "The story does not say." in done.stdout
    assert "Nearest in the story:" in done.stdout
