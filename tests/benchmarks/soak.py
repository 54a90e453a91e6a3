"""Askers who come, wait, stop and go for a long time: nothing may grow."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.llm.local import LocalModel
from tests.benchmarks.workload import Asked

ASKERS = 6


def soak(model: LocalModel, questions: Sequence[Asked], *, minutes: float) -> dict[str, float]:
    """Six askers at once, a third of whom stop early; growth after the first tenth of the time."""
    chance = random.Random(7)
    end = time.monotonic() + 60 * minutes
    settled = time.monotonic() + 6 * minutes
    before, answers, stopped = 0, 0, 0

    def ask(asked: Asked, pieces: int) -> bool:
        answer = model.write([asked.excerpt], asked.question, max_tokens=32)
        for _ in range(pieces):
            if next(answer, None) is None:
                return True
        answer.close()
        return False

    while time.monotonic() < end:
        with ThreadPoolExecutor(ASKERS) as pool:
            jobs = [
                pool.submit(ask, chance.choice(questions), chance.choice((1, 4, 99, 99)))
                for _ in range(4 * ASKERS)
            ]
        finished = sum(job.result() for job in jobs)
        answers, stopped = answers + finished, stopped + len(jobs) - finished
        if not before and time.monotonic() > settled:
            before = _resident_bytes()
    engine = model._engine
    return {
        "soak_minutes": minutes,
        "soak_answers": answers,
        "soak_stopped": stopped,
        "soak_growth_mb": (_resident_bytes() - before) / 1e6 if before else 0.0,
        "soak_askers_left": len(engine._seats.taken),
        "soak_cells_left": engine.cells_in_use,
    }


def _resident_bytes() -> int:
    pages = Path("/proc/self/statm")  # Linux only; elsewhere growth is not measured
    return int(pages.read_text().split()[1]) * 4096 if pages.exists() else 0
