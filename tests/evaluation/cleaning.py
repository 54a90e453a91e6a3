"""How well page furniture is told from the story, on the lines of `adverts.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path

from index.cleaning import set_aside
from index.sentences import split_sentences
from tests.evaluation.session import Session
from tests.evaluation.table import Table

HERE = Path(__file__).parent
COLUMNS = ("half", "adverts set aside", "story lines lost")


def tables(session: Session) -> list[Table]:
    """The own stories, both halves unless one was chosen."""
    halves = (session.half,) if session.half else ("calibrate", "judge")
    found = {half: cleaning(half) for half in halves}
    rows = tuple((half, f"{aside:.2f}", str(lost)) for half, (aside, lost) in found.items())
    return [Table("Adverts and page furniture", COLUMNS, rows)]


def cleaning(half: str) -> tuple[float, int]:
    """(share of the adverts in a half that are set aside, lines of its stories that are lost).

    The stories of a half are those that its questions ask; most have no advert.
    """
    rows = [json.loads(line) for line in (HERE / "adverts.jsonl").read_text("utf-8").splitlines()]
    questions = (HERE / "questions.jsonl").read_text("utf-8").splitlines()
    stories = {q["story"] for q in map(json.loads, questions) if q["half"] == half}
    stories |= {row["story"] for row in rows if row["half"] == half}
    adverts = found = lost = 0
    for name in sorted(stories):
        text = (HERE / "stories" / f"{name}.txt").read_text("utf-8")
        own = {row["line"] for row in rows if row["story"] == name}
        gone = lines_set_aside(text)
        adverts += len(own)
        found += sum(line in gone for line in own)
        lost += sum(line not in own for line in gone)
    return found / adverts, lost


def lines_set_aside(text: str) -> list[str]:
    """The whole lines of a text in which a sentence is set aside."""
    marked = [s for s in set_aside(text, split_sentences(text)) if s.set_aside]
    found: list[str] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if any(start <= s.start < end for s in marked):
            found.append(line.strip())
        start = end + 1
    return found
