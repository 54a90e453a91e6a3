"""From process start to the first word, beside what loading alone takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

_STORYCHAT = (sys.executable, "-m", "bot.cli")
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
    """`storychat ask` in a new process, to its first letter, beside its loads and a warm answer."""
    cold = median(_first_letter(library, question, story=story) for _ in range(runs))
    warm = median(_warm(library, question, story=story) for _ in range(runs))
    weights, embedder = _load(_LOAD_WEIGHTS, runs), _load(_LOAD_EMBEDDER, runs)
    return {
        "cold_first_word_s": cold,
        "load_weights_s": weights,
        "load_embedder_s": embedder,
        "warm_first_word_s": warm,
        "cold_to_limit": cold / (1.2 * max(weights, embedder) + warm),
    }


def _first_letter(library: Path, question: str, *, story: str) -> float:
    """Seconds from process start until something stands on standard output."""
    began = time.monotonic()
    with subprocess.Popen(
        [*_STORYCHAT, "--library", str(library), "ask", question, "--story", story],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        seconds = time.monotonic() - began
        process.stdout.read()
    return seconds


def _warm(library: Path, question: str, *, story: str) -> float:
    """Seconds to the first shown sentence of the second of two questions of one process."""
    lines = [json.dumps({"id": str(i), "question": question, "story": story}) for i in range(2)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join(lines))
        file.flush()
        done = subprocess.run(
            [*_STORYCHAT, "--library", str(library), "ask", "--json", "--questions", file.name],
            capture_output=True,
            text=True,
            check=False,
        )
    return float(json.loads(done.stdout.splitlines()[-1])["ttft_s"])


def _load(code: str, runs: int) -> float:
    return median(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(runs)
    )
