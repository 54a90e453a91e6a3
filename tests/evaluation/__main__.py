"""`make eval`: answer the questions of one or more sets with the real model, and score them.

A set is a folder with `questions.jsonl` and `stories/`; without one, the project's
own. Each part prints its tables when it is through; with --record they also go
to RESULTS.md.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.settings import read_settings
from tests.evaluation import parts, questions
from tests.evaluation.circumstances import circumstances
from tests.evaluation.plain_design import PlainSession
from tests.evaluation.question_set import OWN, read_set
from tests.evaluation.sample import sample
from tests.evaluation.session import Session
from tests.evaluation.table import Table, joined

RESULTS = OWN / "RESULTS.md"


def main() -> None:
    """Parse arguments, run the parts, print."""
    arguments = _arguments()
    models = arguments.model or [None]
    design = PlainSession if arguments.plain else Session
    with contextlib.ExitStack() as stack:
        place = arguments.library or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sets = [
            read_set(folder, half=arguments.half, limit=arguments.limit)
            for folder in arguments.sets
        ]
        sessions = [
            design(
                read_settings(library=place, model=model),
                sets,
                half=arguments.half,
                limit=arguments.limit,
                keep=arguments.keep,
            )
            for model in models
        ]
        for session in sessions:
            stack.callback(session.close)
        first = f" (first {arguments.limit})" if arguments.limit else ""
        heading = circumstances(
            [session.model for session in sessions],
            threads=sessions[0].settings.threads,
            asked=[one.name + first for one in sets],
        )
        print(f"## {heading}", flush=True)
        text = f"\n## {heading}\n"
        for name in dict.fromkeys(arguments.only):
            for table in joined(run(name, sessions)):
                print(f"\n{table.markdown()}", flush=True)
                text += f"\n{table.markdown()}\n"
                if arguments.record:
                    _append(text)
                    text = ""
        if arguments.failures:
            print()
            for session in sessions:
                print("\n".join(questions.failures(session)))
        if arguments.sample:
            count, file = arguments.sample
            shown = [result for session in sessions for result in session.given()]
            Path(file).write_text(sample(shown, count=int(count)), encoding="utf-8")


def run(name: str, sessions: Sequence[Session]) -> list[Table]:
    """The tables of one part, of all models; a model is freed when its turn is over."""
    if name in parts.WITHOUT_MODEL:
        return parts.WITHOUT_MODEL[name](sessions[0])
    tables = []
    for session in sessions:
        tables += parts.FOR_EVERY_MODEL[name](session)
        if len(sessions) > 1:
            session.release()
    return tables


def _append(text: str) -> None:
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make eval ARGS=", description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, default=[OWN], metavar="SET_FOLDER")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=parts.NAMES,
        default=["questions"],
        help="the parts to run; put them behind the sets (default: questions)",
    )
    parser.add_argument(
        "--model",
        action="append",
        help="name of the catalog or .gguf file; give it several times for a row each",
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="put the questions to the plain design on the same model: cite, and be believed",
    )
    parser.add_argument("--half", choices=["calibrate", "judge"], help="of a set with halves")
    parser.add_argument("--limit", type=int, help="only so many questions, or orders, of each set")
    parser.add_argument("--keep", type=Path, help="folder for the answers, a file a set and model")
    parser.add_argument("--failures", action="store_true", help="print what was not handled")
    parser.add_argument(
        "--sample",
        nargs=2,
        metavar=("N", "FILE"),
        help="write N random sentences with what they cite, as a list to tick",
    )
    parser.add_argument("--record", action="store_true", help="add the tables to RESULTS.md")
    parser.add_argument(
        "--library", type=Path, help="library to use and keep, so that stories are read once"
    )
    arguments = parser.parse_args()
    if arguments.plain and "gates" in arguments.only:
        parser.error("the plain design has no gates to measure; leave out --plain or gates")
    return arguments


if __name__ == "__main__":
    main()
