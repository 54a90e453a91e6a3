"""`make bench`: speed of the engine, each figure beside its rival, in one run.

The last line is one JSON object with all figures. Nothing else may run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from bot import assembly
from bot.answering.answerer import Answerer
from bot.llm.drafts import Drafter
from bot.llm.engine import Engine
from bot.llm.local import LocalModel, load_model
from bot.llm.seats import Way
from bot.llm.states import States, own_secret
from bot.models import catalog
from bot.settings import Settings, read_settings
from tests.benchmarks import cold_start, crowd, decoding, first_word, library, same_answers
from tests.benchmarks.footprint import footprint
from tests.benchmarks.rivals import BareCalls, PlainChat, apart
from tests.benchmarks.soak import soak
from tests.benchmarks.workload import Asked, questions_of

OWN = Path(__file__).parent.parent / "evaluation"
PARTS = ("first", "restart", "decoding", "crowd", "same", "cold", "footprint")
ON_DEMAND = ("soak", "library")
_QUOTE = "Answer by quoting the whole sentences of the story word for word."
_OWN_WORDS = "Answer in Italian."
_MEMORY_BYTES = 4_000_000_000


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, default=[OWN], metavar="SET_FOLDER")
    parser.add_argument(
        "--only", choices=PARTS + ON_DEMAND, nargs="+", default=PARTS, help="some parts"
    )
    parser.add_argument("--model", help="name of the catalog or .gguf file")
    parser.add_argument("--questions", type=int, default=24, help="of a set, for each figure")
    parser.add_argument(
        "--passages", type=int, default=library.MANY, help="of the library that is searched"
    )
    parser.add_argument("--library", type=Path, help="library to use and keep")
    parser.add_argument("--minutes", type=float, default=60, help="of the soak")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        settings = read_settings(library=arguments.library or Path(place), model=arguments.model)
        bench = Bench(
            settings,
            arguments.sets,
            limit=arguments.questions,
            minutes=arguments.minutes,
            passages=arguments.passages,
        )
        for part in arguments.only:
            bench.run(part)
        print(json.dumps({"model": settings.model, **bench.figures}))


class Bench:
    """The parts of the benchmark and the figures so far."""

    def __init__(
        self,
        settings: Settings,
        sets: list[Path],
        *,
        limit: int,
        minutes: float,
        passages: int,
    ) -> None:
        self._settings = settings
        self._sets = sets
        self._weights = assembly.weights_file(settings)
        self._library = assembly.library(settings)
        self._limit = limit
        self._minutes = minutes
        self._passages = passages
        self.figures: dict[str, float] = {}

    def run(self, part: str) -> None:
        """Measure one part and print its figures."""
        parts = {
            "first": self._first_words,
            "restart": self._restart,
            "decoding": self._decoding,
            "crowd": self._crowd,
            "same": self._same_answers,
            "cold": self._cold,
            "footprint": self._footprint,
            "soak": self._soak,
            "library": self._shelf,
        }
        parts[part]()

    def _note(self, figures: dict[str, float]) -> None:
        for name, value in figures.items():
            print(f"{name:38} {value:10.3f}", flush=True)
        self.figures.update({name: round(value, 4) for name, value in figures.items()})

    def _questions(self, *, passages: int, limit: int | None) -> list[Asked]:
        return questions_of(self._sets[0], self._library, passages=passages, limit=limit)

    def _load(self, *, way: Way = Way.MEMORY, drafts: type[Drafter] | None = Drafter) -> LocalModel:
        states = States(
            self._settings.library / "memory",
            secret=own_secret(self._settings.models / "memory.secret"),
            memory_bytes=_MEMORY_BYTES,
            disk_bytes=_MEMORY_BYTES,
        )
        return load_model(
            self._weights,
            name=self._settings.model,
            cells=self._settings.context_tokens,
            threads=self._settings.threads,
            states=states,
            finder=catalog.finder_for(self._settings.model),
            way=way,
            drafts=drafts,
        )

    def _bare(self) -> AbstractContextManager[BareCalls]:
        return apart(
            BareCalls,
            self._weights,
            threads=self._settings.threads,
            sequences=Engine.sequences_needed(),
        )

    def _first_words(self) -> None:
        model = self._load()
        with apart(PlainChat, self._weights, threads=self._settings.threads) as plain:
            for passages in dict.fromkeys((4, self._settings.passages)):
                questions = self._questions(passages=passages, limit=self._limit)
                seconds, tokens = first_word.read_all(model, questions)
                if tokens:
                    self._note({"reading_tokens_per_s": tokens / seconds})
                found = first_word.against_rereading(model, plain, questions)
                self._note({f"{name}_{passages}": value for name, value in found.items()})
        self._note({"first_word_ratio": found["first_word_ratio"]})
        with self._bare() as bare:
            self._note(first_word.against_bare_reading(model, bare, questions))
        model.close()

    def _restart(self) -> None:
        questions = self._questions(passages=self._settings.passages, limit=self._limit)
        model = self._load()
        first_word.read_all(model, questions)
        model.close()
        self._note(first_word.after_restart(self._load, questions, restarts=10))

    def _decoding(self) -> None:
        questions = self._questions(passages=self._settings.passages, limit=self._limit)
        plain = self._load(drafts=None)
        first_word.read_all(plain, questions)
        with self._bare() as bare:
            self._note(decoding.against_bare_loop(plain, bare, questions))
        drafting = self._load()
        for order, name in ((_QUOTE, "quoting"), (_OWN_WORDS, "own_words"), ("", "as_asked")):
            self._note(decoding.look_up(plain, drafting, questions, order=order, name=name))
        plain.close()
        drafting.close()

    def _crowd(self) -> None:
        questions = self._questions(passages=self._settings.passages, limit=self._limit)
        model = self._load()
        first_word.read_all(model, questions)
        with self._bare() as bare:
            alone = first_word.against_bare_reading(model, bare, questions)["bare_question_s"]
        self._note(crowd.together(model, questions, bare_question_s=alone, rounds=3))
        model.close()

    def _same_answers(self) -> None:
        models = self._load(), self._load(way=Way.ANEW)
        passages = self._settings.passages
        memory, rereading = (Answerer(self._library, one, passages=passages) for one in models)
        total = [0.0, 0.0]
        for folder in self._sets:
            questions = questions_of(folder, self._library, passages=passages, limit=None)
            first_word.read_all(models[0], questions)
            name = "own" if folder == OWN else folder.resolve().name
            found = same_answers.against_rereading(memory, rereading, questions, name=name)
            self._note(found)
            total[0] += found[f"right_{name}_memory"]
            total[1] += found[f"right_{name}_rereading"]
        self._note({"right_ratio": total[0] / max(1.0, total[1])})
        memory.close()
        rereading.close()

    def _cold(self) -> None:
        (asked, *_) = self._questions(passages=self._settings.passages, limit=1)
        library = self._settings.library
        # Once before, so that what is measured finds the story read.
        cold_start.cold_ask(library, asked.question, story=asked.excerpt.story.id, runs=1)
        self._note(
            cold_start.cold_ask(library, asked.question, story=asked.excerpt.story.id, runs=5)
        )

    def _footprint(self) -> None:
        self._note(footprint(self._load, self._settings))

    def _soak(self) -> None:
        questions = self._questions(passages=4, limit=self._limit)
        model = self._load()
        first_word.read_all(model, questions)
        self._note(soak(model, questions, minutes=self._minutes))
        model.close()

    def _shelf(self) -> None:
        self._note(library.run(self._passages))


if __name__ == "__main__":
    main()
