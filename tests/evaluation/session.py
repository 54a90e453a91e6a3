"""A model that is evaluated, with a library of the sets' stories and the answers it gave.

What several parts of an evaluation need is answered once. The parts ask a session
and nothing behind it, so that another design can be put to the same questions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot import assembly
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer
from bot.answering.excerpts import seen_first
from bot.answering.storyteller import whole_answer
from bot.models import catalog
from bot.settings import Settings
from bot.terminal import progress
from bot.terminal.asking import read_story
from bot.terminal.rendering import to_json
from bot.terminal.stories import add_source
from index.library import Library
from index.search import search
from tests.evaluation.question_set import QuestionSet
from tests.evaluation.scoring import Question, Result


class Session:
    """Loads the model when a question is asked, and holds it until `release`."""

    def __init__(
        self,
        settings: Settings,
        sets: Sequence[QuestionSet],
        *,
        half: str | None = None,
        limit: int | None = None,
        keep: Path | None = None,
    ) -> None:
        """`half` and `limit` are what `sets` were chosen by; answers are kept in folder `keep`."""
        self.settings = settings
        self.sets = tuple(sets)
        self.half = half
        self.limit = limit
        self._keep = keep
        self._library: Library | None = None
        self._answerer: Answerer | None = None
        self._ids: dict[Path, str] = {}
        self._answers: dict[tuple[Path, str], Result] = {}

    @property
    def model(self) -> str:
        """The model's name, as a row shows it."""
        return Path(self.settings.model).stem if ".gguf" in self.settings.model else (
            self.settings.model
        )  # fmt: skip

    @property
    def library(self) -> Library:
        """The library of the sets' stories; it stays open until `close`."""
        if self._library is None:
            self._library = assembly.library(self.settings)
        return self._library

    @property
    def answerer(self) -> Answerer:
        """Whoever answers, loaded now if it is not."""
        if self._answerer is None:
            with progress.waiting(f"Loading {self.model}"):
                self._answerer = assembly.answerer(self.settings, self.library)
        return self._answerer

    def story_id(self, file: Path) -> str:
        """The id under which a file is in the library; it is added if it is not."""
        if file not in self._ids:
            self._ids[file] = add_source(self.library, str(file)).story.id
        return self._ids[file]

    def answers(self, asked: QuestionSet) -> dict[str, Result]:
        """Each question's answer within its story, by the question's id, as `result` gives it."""
        missing = [q for q in asked.questions if (asked.folder, q["id"]) not in self._answers]
        for story in dict.fromkeys(q["story"] for q in missing):
            self.read(self.story_id(asked.file(story)))
        with progress.bar(f"Answering {asked.name}", total=len(missing)) as advance:
            for question in missing:
                found = self.ask(question, self.story_id(asked.file(question["story"])))
                self._answers[asked.folder, question["id"]] = found
                self.write_down(asked.name, found)
                advance(1)
        return {q["id"]: self._answers[asked.folder, q["id"]] for q in asked.questions}

    def read(self, story_id: str) -> None:
        """Have the model read a story that is in the library before anything is asked."""
        read_story(self.answerer, self.library, story_id)

    def ask(self, question: Question, story_id: str, *, first: str | None = None) -> Result:
        """The answer to a question within a story of the library, after `first` was asked."""
        earlier = [] if first is None else [whole_answer(self.answerer, first, story_id=story_id)]
        answer = whole_answer(
            self.answerer, question["question"], story_id=story_id, earlier=earlier
        )
        return result(answer, id=question["id"])

    def forget(self, story_id: str) -> None:
        """Drop a story from the model's memory and from the library."""
        self.answerer.forget(story_id)
        self.library.remove(story_id)

    def retrieved(self, asked: QuestionSet, question: Question) -> list[str]:
        """The texts of the passages that the model sees first for a question, the best first."""
        return self.passages(question["question"], self.story_id(asked.file(question["story"])))

    def passages(self, words: str, story_id: str) -> list[str]:
        """The texts of as many passages of a story as the model sees first, found by `words`."""
        text = self.library.story(story_id).text
        finds = catalog.finder_for(self.settings.model) is not None
        count = seen_first(self.settings.passages, finds=finds, is_one_story=True)
        hits = search(self.library, words, count=count, story_id=story_id)
        return [text[hit.passage.start : hit.passage.end] for hit in hits]

    def apart(self, library: Path) -> Session:
        """A session with the same model and a library of its own; this one's model is freed."""
        self.release()
        return type(self)(self.settings.model_copy(update={"library": library}), ())

    def write_down(self, name: str, found: Result) -> None:
        """Add an answer to a file of the folder for answers, if there is one.

        At once, because an evaluation takes hours.
        """
        if self._keep is not None:
            self._keep.mkdir(parents=True, exist_ok=True)
            with (self._keep / f"{name}, {self.model}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(found, ensure_ascii=False) + "\n")

    def given(self) -> list[Result]:
        """All answers so far."""
        return list(self._answers.values())

    def release(self) -> None:
        """Free the model; it is loaded again when it is needed."""
        if self._answerer is not None:
            self._answerer.close()
            self._answerer = None

    def close(self) -> None:
        """Free the model and close the library."""
        self.release()
        if self._library is not None:
            self._library.close()
            self._library = None


def result(answer: Answer, *, id: str) -> dict[str, Any]:
    """An answer as `storychat ask --json` prints it, and `sentences` with their footnotes."""
    sentences = [{"text": s.text, "footnotes": list(s.footnotes)} for s in answer.sentences]
    return {**to_json(answer, id=id), "sentences": sentences}
