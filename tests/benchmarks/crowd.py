"""Eight askers: one after the other, and all at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from bot.llm.local import LocalModel
from tests.benchmarks.workload import Asked

ASKERS = 8
LONGEST = 48


def _ask(model: LocalModel, asked: Asked) -> tuple[float, float]:
    """Seconds to the first piece, and to the whole answer."""
    began = time.monotonic()
    first = 0.0
    for _ in model.write([asked.excerpt], asked.question, max_tokens=LONGEST):
        first = first or time.monotonic() - began
    return first, time.monotonic() - began


def together(
    model: LocalModel, questions: Sequence[Asked], *, bare_question_s: float, rounds: int
) -> dict[str, float]:
    """Time until all have their answers, both ways, and the slowest first word together."""
    gains, slowest = [], []
    for i in range(rounds):
        asked = [questions[(i * ASKERS + k) % len(questions)] for k in range(ASKERS)]
        began = time.monotonic()
        for one in asked:
            _ask(model, one)
        apart = time.monotonic() - began
        began = time.monotonic()
        with ThreadPoolExecutor(ASKERS) as pool:
            firsts = list(pool.map(lambda one: _ask(model, one)[0], asked))
        gains.append(apart / (time.monotonic() - began))
        slowest.append(max(firsts))
    return {
        "crowd_gain": median(gains),
        "crowd_slowest_first_word_s": median(slowest),
        "crowd_slowest_in_bare_questions": median(slowest) / bare_question_s,
    }
