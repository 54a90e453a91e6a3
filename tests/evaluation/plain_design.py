"""The plain design: the same model and the same passages, used as tutorials do it.

The passages go into the prompt with numbers, the model is asked to cite these
and to say so if the answer is not there, and whatever it writes is believed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from string import Template
from typing import Any

from bot import assembly
from bot.answering.speaker import LONGEST_ANSWER
from tests.benchmarks.rivals import PlainChat, apart
from tests.evaluation.scoring import Question, Result, normal
from tests.evaluation.session import Session

REFUSAL = "The passages do not say."
_FOLDER = Path(__file__).parent
_MARK = re.compile(r"\s*\[(?:passages? )?(\d[\d\s,;]*)\]", re.IGNORECASE)
"""Citation numbers: `[2]`, `[1, 3]`, `[Passage 2]`, with the space before them."""


class PlainSession(Session):
    """Puts the parts' questions to the plain design. Nothing is read before it is asked."""

    _chat: PlainChat | None = None
    _process: AbstractContextManager[PlainChat] | None = None

    @property
    def model(self) -> str:
        """The model's name, as a row shows it."""
        return f"{super().model}, plain design"

    def read(self, story_id: str) -> None:
        """Nothing: the passages are read with each question."""

    def ask(self, question: Question, story_id: str, *, first: str | None = None) -> Result:
        """What is written to a question, or to `first` and then to it, and what that cites.

        With an earlier question the chat begins with it and its reply, and both
        questions' words are searched for: alone "Why?" would find anything.
        """
        asked = question["question"]
        if first is None:
            return self._answer(question["id"], asked, story_id, searched_for=asked)
        reply = self._answer("", first, story_id, searched_for=first)["reply"]
        return self._answer(
            question["id"], asked, story_id, first, reply, searched_for=f"{first} {asked}"
        )

    def forget(self, story_id: str) -> None:
        """Drop a story from the library; the model remembers none."""
        self.library.remove(story_id)

    def release(self) -> None:
        """End the process that the model runs in; another is begun when something is asked."""
        if self._process is not None:
            self._process.__exit__(None, None, None)
            self._process = self._chat = None

    def _answer(
        self, id: str, question: str, story_id: str, *earlier: str, searched_for: str
    ) -> dict[str, Any]:
        chat = self._loaded()
        began = time.monotonic()
        passages = self.passages(searched_for, story_id)
        searched = time.monotonic() - began
        numbered = "\n\n".join(f"[{n}] {text}" for n, text in enumerate(passages, 1))
        written = chat.write(
            _prompt("system", refusal=REFUSAL),
            *earlier,
            _prompt("user", passages=numbered, question=question),
            max_tokens=LONGEST_ANSWER,
        )
        words, refused, cited = read_reply(written.text, passages)
        return {
            "id": id,
            "question": question,
            "answer": words,
            "reply": written.text,
            "abstained": refused,
            "citations": [{"n": n, "text": passages[n - 1]} for n in cited],
            "nearest": [],
            "sentences": [] if refused else [{"text": words, "footnotes": list(cited)}],
            "ttft_s": searched + written.first_word_seconds,
            "total_s": searched + written.total_seconds,
        }

    def _loaded(self) -> PlainChat:
        if self._chat is None:
            weights = assembly.weights_file(self.settings)
            self._process = apart(PlainChat, weights, threads=self.settings.threads)
            self._chat = self._process.__enter__()
        return self._chat


def read_reply(reply: str, passages: Sequence[str]) -> tuple[str, bool, tuple[int, ...]]:
    """What a reply is taken for: its words without marks, whether it refuses, the numbers it cites.

    Numbers count from 1, each once; those of no passage are left out, and so is
    everything that a refusal cites.
    """
    refused = normal(REFUSAL) in normal(reply)
    found = [int(n) for mark in _MARK.findall(reply) for n in re.findall(r"\d+", mark)]
    cited = tuple(n for n in dict.fromkeys(found) if 1 <= n <= len(passages))
    return _MARK.sub("", reply).strip(), refused, () if refused else cited


def _prompt(name: str, **variables: str) -> str:
    text = (_FOLDER / f"plain_{name}.txt").read_text(encoding="utf-8").strip()
    return Template(text).substitute(variables)
