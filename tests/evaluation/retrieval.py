"""Retrieval on its own: how often, and how early, a search finds the passage that answers.

    python -m tests.evaluation.retrieval [--half calibrate] [SET_FOLDER ...]

All stories of a set lie in one library; every answerable question is put to
all of it, as vector search alone, as keyword search alone, and as both fused;
and as both fused to its own story, from which the model is given passages.
A passage is right if it is of the question's story and holds the words of a
gold sentence, or its beginning where the sentence is longer than a passage.
Prints a table of recall@k and MRR (of the first ten).
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import assembly
from bot.settings import read_settings
from index.library import Library
from index.readers import read_source
from index.search import search
from index.story import Hit
from tests.evaluation.question_set import OWN, QuestionSet, read_set
from tests.evaluation.session import Session
from tests.evaluation.table import Table

DEPTHS = (1, 4, 8)
DEEPEST = 10
COLUMNS = ("set", "questions", "search", *(f"recall@{k}" for k in DEPTHS), "MRR")
_BEGINNING = 60
"""Characters of a gold sentence, letters and digits only."""

Search = Callable[[str, str], Sequence[int]]
"""Question and the id of the story it is about -> ids of passages, the best first."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Recall by depth, and mean reciprocal rank; all in 0..1."""

    recall: Mapping[int, float]
    mrr: float


def kinds(library: Library) -> dict[str, Search]:
    """The kinds of search, by name."""

    def vectors(question: str, _: str) -> Sequence[int]:
        query = library.embed_question(question)
        return [passage for passage, _ in library.vector_matches(query, DEEPEST)]

    def keywords(question: str, _: str) -> Sequence[int]:
        return [passage for passage, _ in library.keyword_matches(question, DEEPEST)]

    def fused(question: str, _: str) -> Sequence[int]:
        return ids(search(library, question, count=DEEPEST))

    def within(question: str, story_id: str) -> Sequence[int]:
        return ids(search(library, question, count=DEEPEST, story_id=story_id))

    def ids(hits: Sequence[Hit]) -> Sequence[int]:
        numbers = {id: dict(library.passages(id)) for id in {hit.story_id for hit in hits}}
        return [
            next(id for id, passage in numbers[hit.story_id].items() if passage == hit.passage)
            for hit in hits
        ]

    return {"vectors": vectors, "keywords": keywords, "both": fused, "both, in the story": within}


def measure(search: Search, gold: Sequence[tuple[str, str, set[int]]]) -> Retrieval:
    """Put each question, and look at which rank one of its passages is."""
    ranks: list[int | None] = []
    for question, story_id, right in gold:
        found = search(question, story_id)
        ranks.append(next((rank for rank, id in enumerate(found, 1) if id in right), None))
    return Retrieval(
        {k: sum(r is not None and r <= k for r in ranks) / len(ranks) for k in DEPTHS},
        sum(1 / rank for rank in ranks if rank is not None) / len(ranks),
    )


def gold_passages(library: Library, question: Mapping[str, Any], story_id: str) -> set[int]:
    """The ids of the passages that hold a gold sentence of a question."""
    text = library.story(story_id).text
    wanted = [_letters(sentence)[:_BEGINNING] for sentence in question["evidence"]]
    return {
        passage_id
        for passage_id, passage in library.passages(story_id)
        if any(words in _letters(text[passage.start : passage.end]) for words in wanted)
    }


def tables(session: Session) -> list[Table]:
    """The part `retrieval` of an evaluation: every set in a library of its own."""
    rows: list[tuple[str, ...]] = []
    for asked in session.sets:
        with tempfile.TemporaryDirectory() as place:
            rows += run(asked, Path(place))
    return [Table("Retrieval from all stories of a set", COLUMNS, tuple(rows))]


def run(asked: QuestionSet, place: Path) -> list[tuple[str, ...]]:
    """The rows of one set: a kind of search each, with the questions that have gold passages."""
    settings = read_settings(library=place)
    library = assembly.library(settings)
    ids = {
        file.stem: library.add(read_source(str(file))).story.id
        for file in sorted((asked.folder / "stories").glob("*.txt"))
    }
    gold = [
        (
            question["question"],
            ids[question["story"]],
            gold_passages(library, question, ids[question["story"]]),
        )
        for question in asked.questions
        if question["answerable"]
    ]
    found = [one for one in gold if one[2]]
    rows = []
    for kind, one in kinds(library).items() if found else ():
        figures = measure(one, found)
        recall = (f"{figures.recall[k]:.3f}" for k in DEPTHS)
        rows.append((asked.name, str(len(found)), kind, *recall, f"{figures.mrr:.3f}"))
    library.close()
    return rows


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, default=[OWN], metavar="SET_FOLDER")
    parser.add_argument("--half", choices=["calibrate", "judge"], help="of a set with halves")
    arguments = parser.parse_args()
    sets = [read_set(folder, half=arguments.half) for folder in arguments.sets]
    for table in tables(Session(read_settings(), sets)):
        print(table.markdown())


if __name__ == "__main__":
    main()
