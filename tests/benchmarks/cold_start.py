"""From process start to the first word, beside what loading alone takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

_LOAD_WEIGHTS = """
import time; began = time.monotonic()
from bot import assembly
from bot.settings import read_settings
settings = read_settings()
assembly.language_model(settings).probability_of_yes([], "Ready?")
print(time.monotonic() - began)
"""
_LOAD_EMBEDDER = """
import time; began = time.monotonic()
from bot import assembly
from bot.settings import read_settings
assembly.embedder(read_settings()).embed(["Ready?"])
print(time.monotonic() - began)
"""


def cold_ask(library: Path, question: str, *, story: str, runs: int) -> dict[str, float]:
    """`storychat ask` in a new process, by its own clock for the warm part."""
    first_words, warm = [], []
    for _ in range(runs):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "--library", str(library),
             "ask", "--json", question, "--story", story],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - began
        answer = json.loads(done.stdout)
        # What comes after the first word: the rest of the answer, and the process's end.
        first_words.append(seconds - (answer["total_s"] - answer["ttft_s"]))
        warm.append(answer["ttft_s"])
    weights, embedder = _load(_LOAD_WEIGHTS, runs), _load(_LOAD_EMBEDDER, runs)
    limit = 1.2 * max(weights, embedder) + median(warm)
    return {
        "cold_first_word_s": median(first_words),
        "load_weights_s": weights,
        "load_embedder_s": embedder,
        "warm_first_word_s": median(warm),
        "cold_to_limit": median(first_words) / limit,
    }


def _load(code: str, runs: int) -> float:
    return median(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(runs)
    )
