"""Tokens a second while an answer is written: the engine against a bare loop, look-up or not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from bot.llm.local import LocalModel
from tests.benchmarks.first_word import tokens_before_question
from tests.benchmarks.rivals import BareCalls
from tests.benchmarks.workload import Asked

LONGEST = 64


def _written(model: LocalModel, asked: Asked, order: str) -> tuple[list[int], float]:
    """An answer's tokens, and the seconds from the first: a step each, the last one ends it."""
    pieces: list[str] = []
    began = 0.0
    question = f"{asked.question} {order}".strip()
    for piece in model.write([asked.excerpt], question, max_tokens=LONGEST):
        if not pieces:
            began = time.monotonic()
        pieces.append(piece)
    seconds = time.monotonic() - began
    return model._script.text("".join(pieces)), seconds


def against_bare_loop(
    model: LocalModel, bare: BareCalls, questions: Sequence[Asked]
) -> dict[str, float]:
    """The engine without look-up against a loop of one-token steps over the same tokens."""
    ratios, ours = [], []
    for asked in questions:
        tokens, seconds = _written(model, asked, "")
        if len(tokens) < 4:
            continue
        alone = bare.write(tokens, behind=tokens_before_question(model, asked) + 20)
        ours.append(len(tokens) / seconds)
        ratios.append(alone / seconds)
    return {"tokens_per_s": median(ours), "decode_to_bare": median(ratios)}


def look_up(
    plain: LocalModel, drafting: LocalModel, questions: Sequence[Asked], *, order: str, name: str
) -> dict[str, float]:
    """The same answers with look-up against without; `order` makes them quote, or not."""
    ratios, same = [], 0
    for asked in questions:
        tokens, seconds = _written(plain, asked, order)
        drafted, quicker = _written(drafting, asked, order)
        same += tokens == drafted
        if len(tokens) >= 8 and drafted:
            ratios.append((len(drafted) / quicker) / (len(tokens) / seconds))
    return {
        f"look_up_{name}": median(ratios),
        f"look_up_{name}_same_text": same / len(questions),
    }
