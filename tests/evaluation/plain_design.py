"""The part `plain`: the same model and the same passages, used as tutorials do it.

The passages go into the prompt with numbers, the model is asked to cite these
and to say so if the answer is not there, and whatever it writes is believed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

from bot import assembly
from bot.answering.speaker import LONGEST_ANSWER
from bot.terminal import progress
from tests.benchmarks.rivals import PlainChat, apart
from tests.evaluation.answer_table import answer_table
from tests.evaluation.question_set import QuestionSet
from tests.evaluation.scoring import Question, Result, normal
from tests.evaluation.session import Session
from tests.evaluation.table import Table

REFUSAL = "The passages do not say."
_FOLDER = Path(__file__).parent
_MARK = re.compile(r"\s*\[(?:passages? )?(\d[\d\s,;]*)\]", re.IGNORECASE)
"""Citation numbers: `[2]`, `[1, 3]`, `[Passage 2]`, with the space before them."""


def tables(session: Session) -> list[Table]:
    """A row a set, with the columns of the answers that storychat gives."""
    session.release()  # two models at once would need twice the memory
    weights, threads = assembly.weights_file(session.settings), session.settings.threads
    with apart(PlainChat, weights, threads=threads) as chat:
        answered = {
            asked: _answers(chat, session, asked) for asked in session.sets if asked.questions
        }
    if not answered:
        return []
    return [answer_table("Plain design", session.model, answered)]


def read_reply(reply: str, passages: Sequence[str]) -> tuple[str, bool, tuple[int, ...]]:
    """What a reply is taken for: its words without marks, whether it refuses, the numbers it cites.

    Numbers count from 1, each once; those of no passage are left out, and so is
    everything that a refusal cites.
    """
    refused = normal(REFUSAL) in normal(reply)
    found = [int(n) for mark in _MARK.findall(reply) for n in re.findall(r"\d+", mark)]
    cited = tuple(n for n in dict.fromkeys(found) if 1 <= n <= len(passages))
    return _MARK.sub("", reply).strip(), refused, () if refused else cited


def _answers(chat: PlainChat, session: Session, asked: QuestionSet) -> dict[str, Result]:
    results: dict[str, Result] = {}
    with progress.bar(f"The plain design, {asked.name}", total=len(asked.questions)) as advance:
        for question in asked.questions:
            found = _answer(chat, session, asked, question)
            results[question["id"]] = found
            session.write_down(f"{asked.name}, plain design", found)
            advance(1)
    return results


def _answer(
    chat: PlainChat, session: Session, asked: QuestionSet, question: Question
) -> dict[str, Any]:
    began = time.monotonic()
    passages = session.retrieved(asked, question)
    searched = time.monotonic() - began
    numbered = "\n\n".join(f"[{n}] {text}" for n, text in enumerate(passages, 1))
    written = chat.write(
        _prompt("system", refusal=REFUSAL),
        _prompt("user", passages=numbered, question=question["question"]),
        max_tokens=LONGEST_ANSWER,
    )
    words, refused, cited = read_reply(written.text, passages)
    return {
        "id": question["id"],
        "question": question["question"],
        "answer": words,
        "reply": written.text,
        "abstained": refused,
        "citations": [{"n": n, "text": passages[n - 1]} for n in cited],
        "nearest": [],
        "ttft_s": searched + written.first_word_seconds,
        "total_s": searched + written.total_seconds,
    }


def _prompt(name: str, **variables: str) -> str:
    text = (_FOLDER / f"plain_{name}.txt").read_text(encoding="utf-8").strip()
    return Template(text).substitute(variables)
