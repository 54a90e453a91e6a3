"""`make eval`: answer the questions of one or more sets with the real model, and score them.

A set is a folder with `questions.jsonl` and `stories/`; without one, the project's
own. The table goes to stdout; with --record also to RESULTS.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bot import assembly
from bot.answering.answer import Answer
from bot.settings import Settings, read_settings
from bot.terminal import progress
from bot.terminal.asking import read_story
from bot.terminal.rendering import to_json
from bot.terminal.stories import add_source
from tests.evaluation.scoring import Scores, is_handled, score

OWN = Path(__file__).parent
RESULTS = OWN / "RESULTS.md"
_HEADER = (
    "| set | right | rightly cited | refused | wrongly refused | handled | citation precision "
    "| first word s | whole answer s |\n|---|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Parse arguments, answer, score, print."""
    parser = argparse.ArgumentParser(prog="make eval ARGS=", description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, default=[OWN], metavar="SET_FOLDER")
    parser.add_argument("--model", help="name of the catalog or .gguf file")
    parser.add_argument("--half", choices=["calibrate", "judge"], help="of a set with halves")
    parser.add_argument("--limit", type=int, help="only so many questions of each set")
    parser.add_argument("--keep", type=Path, help="folder for the answers, a file a set")
    parser.add_argument("--failures", action="store_true", help="print what was not handled")
    parser.add_argument("--record", action="store_true", help="add the table to RESULTS.md")
    parser.add_argument(
        "--library", type=Path, help="library to use and keep, so that stories are read once"
    )
    arguments = parser.parse_args()
    lines = [_HEADER]
    with tempfile.TemporaryDirectory() as place:
        settings = read_settings(library=arguments.library or Path(place), model=arguments.model)
        circumstances = _circumstances(settings)  # now: the checkout may change meanwhile
        for folder in arguments.sets:
            questions = _questions(folder, half=arguments.half, limit=arguments.limit)
            results = _answer(folder, questions, settings)
            name = "own" if folder == OWN else folder.resolve().name
            name += f" ({arguments.half})" if arguments.half else ""
            lines.append(_row(name, score(questions, results)))
            if arguments.keep:
                _keep(arguments.keep / f"{name}.jsonl", results)
            for question in questions if arguments.failures else ():
                if not is_handled(question, results[question["id"]]):
                    print(_failure(question, results[question["id"]]))
    print("\n".join(lines))
    if arguments.record:
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(f"\n## {circumstances}\n\n" + "\n".join(lines) + "\n")


def _keep(file: Path, results: dict[str, dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(result, ensure_ascii=False) for result in results.values())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _questions(folder: Path, *, half: str | None, limit: int | None) -> list[dict[str, Any]]:
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines if line.strip()]
    return [q for q in questions if half is None or q.get("half") == half][:limit]


def _answer(
    folder: Path, questions: list[dict[str, Any]], settings: Settings
) -> dict[str, dict[str, Any]]:
    """Each question's answer within its story."""
    library = assembly.library(settings)
    ids = {
        name: add_source(library, str(folder / "stories" / f"{name}.txt")).story.id
        for name in sorted({question["story"] for question in questions})
    }
    answerer = assembly.answerer(settings, library)
    results: dict[str, dict[str, Any]] = {}
    try:
        for story_id in ids.values():
            read_story(answerer, library, story_id)
        with progress.bar(f"Answering {folder.name}", total=len(questions)) as advance:
            for question in questions:
                story_id = ids[question["story"]]
                *_, answer = answerer.answer(question["question"], story_id=story_id)
                assert isinstance(answer, Answer)
                results[question["id"]] = to_json(answer, id=question["id"])
                advance(1)
    finally:
        answerer.close()
        library.close()
    return results


def _row(name: str, scores: Scores) -> str:
    return (
        f"| {name} | {scores.right}/{scores.answerable} | {scores.cited}/{scores.answerable} "
        f"| {scores.refused}/{scores.unanswerable} | {scores.wrongly_refused}/{scores.answerable} "
        f"| {scores.handled:.3f} | {scores.citation_precision:.2f} "
        f"| {scores.first_word_seconds:.2f} | {scores.total_seconds:.2f} |"
    )


def _failure(question: dict[str, Any], result: dict[str, Any]) -> str:
    cites = [citation["text"][:60] for citation in result["citations"]]
    gold = question["answers"] or question.get("all") or ["(not in the story)"]
    return (
        f"{question['id']}: {question['question']}\n"
        f"  said {result['answer']!r}, gold {gold[:2]}\n  cited {cites}"
    )


def _circumstances(settings: Settings) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"{datetime.date.today()}, commit {commit or 'unknown'}, {settings.model}, "
        f"{settings.threads} threads, {platform.machine()} {platform.system()}"
    )


if __name__ == "__main__":
    main()
