"""Kill a process that changes a library, at random moments, and look at what it leaves.

    python -m tests.kills [TIMES]

The victim adds, updates and removes stories and makes indexes, and says what is
done only once it is. After each kill the library must open, hold every story
that was reported, with the text that was reported last, and none half.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

from index.database import is_whole
from index.library import DATABASE, Library
from index.search import search
from index.story import Story

ROOT = Path(__file__).parent.parent
EXACT_UP_TO = 40
"""Passages; so few that indexes are made all the time."""


class WordEmbedder:
    """Vectors from the words themselves, at once: what is tested here is not meaning."""

    name, dimensions = "words", 16

    def embed(self, texts: Any, *, advance: Any = None) -> Any:
        import numpy as np

        vectors = np.ones((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def text_of(name: str, edition: int) -> str:
    """A story of some thirty sentences, different for every name and edition."""
    return " ".join(f"{name} says number {n} of edition {edition}." for n in range(30))


def open_library(folder: Path) -> Library:
    """The library of the victim, and of whoever looks at it afterwards."""
    return Library(folder, embedder=WordEmbedder(), exact_up_to=EXACT_UP_TO)


def victim(folder: Path, seed: int) -> None:
    """Change the library for ever; a line of JSON on stdout before and after each change."""
    choice = random.Random(seed)
    library = open_library(folder)
    editions = {entry.id: 0 for entry in library.entries()}

    def tell(**what: object) -> None:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()

    number = seed * 10_000
    while True:
        number += 1
        kind = choice.choice(["add", "add", "update", "remove"]) if editions else "add"
        name = f"story-{number}" if kind == "add" else choice.choice(list(editions))
        tell(trying=kind, name=name, edition=number)
        if kind == "remove":
            library.remove(name)
            del editions[name]
        else:
            text = text_of(name, number)
            library.add(Story(name, name, text, name, f"/{name}"))
            editions[name] = number
        search(library, "Which number?", count=2)
        tell(done=kind, name=name, edition=number)


def run(times: int) -> dict[str, object]:
    """Kill `times` times, and raise AssertionError at the first thing that is wrong."""
    choice = random.Random(7)
    reported: dict[str, int] = {}
    changes = indexes = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"
        for time_number in range(times):
            lines = _kill_one(folder, time_number, after=choice.uniform(0.0, 0.8))
            open_change = _follow(lines, reported)
            changes += sum("done" in line for line in lines)
            indexes += bool(list(folder.glob("vectors-*/manifest.json")))
            if (folder / DATABASE).exists():
                _check(folder, reported, open_change)
    return {"kills": times, "changes": changes, "kills with an index": indexes, "wrong": 0}


def _kill_one(folder: Path, seed: int, *, after: float) -> list[dict[str, Any]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kills", "victim", str(folder), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()  # the moment counts from the first change
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return [json.loads(line) for line in (first + rest).splitlines() if line.endswith("}")]


def _follow(lines: list[dict[str, Any]], reported: dict[str, int]) -> dict[str, Any] | None:
    """Take in what was reported as done; return the change that was under way."""
    under_way: dict[str, Any] | None = None
    for line in lines:
        if "trying" in line:
            under_way = line
            continue
        under_way = None
        if line["done"] == "remove":
            reported.pop(line["name"], None)
        else:
            reported[line["name"]] = line["edition"]
    return under_way


def _check(folder: Path, reported: dict[str, int], under_way: dict[str, Any] | None) -> None:
    library = open_library(folder)
    try:
        there = {entry.id for entry in library.entries()}
        touched = under_way["name"] if under_way else None
        for name, edition in list(reported.items()):
            allowed = {text_of(name, edition)}
            if name == touched and under_way is not None:
                if under_way["trying"] == "remove" and name not in there:
                    del reported[name]
                    continue
                allowed.add(text_of(name, under_way["edition"]))
            story = library.story(name)
            assert story.text in allowed, f"{name} is torn"
            reported[name] = int(story.text.rsplit(" ", 1)[1].rstrip("."))
            assert len(library.sentences(name)) == 30
        for name in there - set(reported):
            # It was being added, and its report did not come through.
            reported[name] = int(library.story(name).text.rsplit(" ", 1)[1].rstrip("."))
            assert library.story(name).text == text_of(name, reported[name])
        if there:
            assert search(library, "Which number?", count=3)
        library.settle()
    finally:
        library.close()
    assert is_whole(folder / DATABASE)


if __name__ == "__main__":
    if sys.argv[1:2] == ["victim"]:
        victim(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.stdout.write(json.dumps(run(int((sys.argv[1:] or ["200"])[0]))) + "\n")
