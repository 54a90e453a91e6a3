"""A storyteller with a script, and what a terminal should make of what it tells."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.answering.answer import NOT_IN_STORY, Answer, Citation, CitedSentence, Verdict
from bot.errors import ModelError
from index.errors import LibraryError

STORIES = {"exchange": "Prisoner exchange", "snow-white": "Snow White"}
TOLD = (CitedSentence("Black is a sergeant.", (1,)), CitedSentence("He is 35.", (1, 2), "35"))
SOURCES = (
    Citation(1, "exchange", "Prisoner exchange", 0, 25, "Black, a 35-year-old\nsoldier"),
    Citation(2, "exchange", "Prisoner exchange", 30, 38, "He is 35"),
)
NEAREST = (Citation(0, "snow-white", "Snow White", 0, 20, "A queen sat\nand sewed"),)
ANSWER_LINES = """\
Black is a sergeant. [1] He is 35. [1][2]

[1] Prisoner exchange: “Black, a 35-year-old soldier”
[2] Prisoner exchange: “He is 35”
"""
NEAREST_LINES = """
Nearest in the story:
  Snow White: “A queen sat and sewed”
"""


class ScriptedStoryteller:
    """Answers by what a question contains, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []
        self.ended: list[str] = []

    def answer(
        self,
        question: str,
        *,
        story_id: str | None = None,
        earlier: Sequence[Answer] = (),
        on_place: Callable[[int], None] | None = None,
    ) -> Iterator[CitedSentence | Answer]:
        self.asked.append((question, story_id, tuple(turn.question for turn in earlier)))
        try:
            if "model fails" in question:
                raise ModelError("The model failed; ask again.")
            if "library fails" in question:
                raise LibraryError("The library cannot be read.")
            if "Mars" in question:
                yield CitedSentence(NOT_IN_STORY, ())
                yield self._refusal(question)
                return
            yield TOLD[0]
            if "long" in question:
                threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
                threading.Event().wait(10)
            yield TOLD[1]
            yield Answer(question, Verdict.ANSWERED, TOLD, SOURCES, (), 0.1, 0.2, "scripted")
        finally:
            self.ended.append(question)

    def _refusal(self, question: str) -> Answer:
        told = (CitedSentence(NOT_IN_STORY, ()),)
        return Answer(question, Verdict.NOT_IN_STORY, told, (), NEAREST, 0.1, 0.2, "scripted")


def list_stories() -> Mapping[str, str]:
    return STORIES
