"""A library that was made with another embedder gets vectors of this one, and loses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.library import DATABASE, Library
from index.renewal import AT_ONCE
from index.story import Story

LONG = " ".join(f"Ship number {n} came into the harbour at dawn." for n in range(4 * AT_ONCE))
"""More passages than are embedded at once."""


class Counting:
    """An embedder whose vectors tell the text, and its own name, by their numbers."""

    dimensions = 4

    def __init__(self, name: str, *, dies_after: int = 10**9) -> None:
        self.name = name
        self.texts: list[str] = []
        self._dies_after = dies_after

    def embed(
        self, texts: Sequence[str], *, advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        if len(self.texts) + len(texts) > self._dies_after:
            raise KeyboardInterrupt
        self.texts += texts
        if advance is not None:
            advance(len(texts))
        return np.array([self.vector(text) for text in texts], dtype=np.float32).reshape(-1, 4)

    def vector(self, text: str) -> list[float]:
        angle = sum(text.encode()) % 628 / 100
        at = 2 * (sum(self.name.encode()) % 2)
        found = [0.0] * 4
        found[at : at + 2] = [float(np.cos(angle)), float(np.sin(angle))]
        return found


def vectors(folder: Path) -> list[bytes]:
    with sqlite3.connect(folder / DATABASE) as connection:
        rows = connection.execute("SELECT vector FROM vectors ORDER BY passage").fetchall()
    return [row[0] for row in rows]


def made(folder: Path, embedder: Counting, *texts: str) -> None:
    library = Library(folder, embedder=embedder)
    for number, text in enumerate(texts):
        library.add(Story(f"story-{number}", f"Story {number}", text, f"{number}.txt"))
    library.close()


def test_every_passage_gets_a_new_vector_and_is_found_by_it(tmp_path: Path) -> None:
    made(tmp_path, Counting("a"), LONG, "Anna keeps bees. They like heather.")
    told: list[tuple[int, int]] = []
    new = Counting("b")
    library = Library(tmp_path, embedder=new, renewing=lambda *now: told.append(now))
    total = len(new.texts)
    assert total > AT_ONCE and told[-1] == (total, total)
    assert library.embedder == "b"
    bees = new.texts[-1]
    (best, cosine), *_ = library.vector_matches(library.embed_question(bees), 1)
    assert "bees" in library.found([best])[best].text and cosine == pytest.approx(1, abs=1e-6)
    assert len(library.entries()) == 2
    library.close()
    assert vectors(tmp_path) == [
        np.array(new.vector(t), "<f4").tobytes() for t in new.texts[:total]
    ]
    again = Counting("b")
    Library(tmp_path, embedder=again).close()
    assert again.texts == []


def test_stopped_half_way_it_stays_as_it_was_and_goes_on_from_there(tmp_path: Path) -> None:
    made(tmp_path, Counting("a"), LONG)
    before = vectors(tmp_path)
    dying = Counting("b", dies_after=AT_ONCE)
    with pytest.raises(KeyboardInterrupt):
        Library(tmp_path, embedder=dying)
    assert vectors(tmp_path) == before
    old = Counting("a")
    Library(tmp_path, embedder=old).close()
    assert old.texts == [] and vectors(tmp_path) == before
    going_on = Counting("b")
    Library(tmp_path, embedder=going_on).close()
    assert len(going_on.texts) == len(before) - AT_ONCE
    assert len(vectors(tmp_path)) == len(before)
    assert not set(vectors(tmp_path)) & set(before)


def test_what_was_begun_for_a_third_embedder_is_begun_anew(tmp_path: Path) -> None:
    made(tmp_path, Counting("a"), LONG)
    with pytest.raises(KeyboardInterrupt):
        Library(tmp_path, embedder=Counting("b", dies_after=AT_ONCE))
    third = Counting("d")
    Library(tmp_path, embedder=third).close()
    assert vectors(tmp_path) == [np.array(third.vector(t), "<f4").tobytes() for t in third.texts]


def test_a_story_that_another_process_adds_meanwhile_gets_its_vectors_too(tmp_path: Path) -> None:
    made(tmp_path, Counting("a"), LONG)
    other = Library(tmp_path, embedder=Counting("a"))
    added: list[Story] = []

    def meanwhile(done: int, total: int) -> None:
        if done == total and not added:
            new = Story("bees", "Bees", "Anna keeps bees.", "bees.txt")
            added.append(other.add(new).story)

    new = Counting("b")
    library = Library(tmp_path, embedder=new, renewing=meanwhile)
    assert added and new.texts[-1] == "Anna keeps bees."
    query = library.embed_question("Anna keeps bees.")
    assert library.vector_matches(query, 1)[0][1] == pytest.approx(1, abs=1e-6)
    library.close()
    other.close()


def test_another_process_that_was_through_with_it_first_is_no_error(tmp_path: Path) -> None:
    made(tmp_path, Counting("a"), LONG)
    quicker = Counting("b")

    def meanwhile(done: int, _: int) -> None:
        if done and not quicker.texts:
            Library(tmp_path, embedder=quicker).close()

    Library(tmp_path, embedder=Counting("b"), renewing=meanwhile).close()
    expected = [np.array(quicker.vector(t), "<f4").tobytes() for t in quicker.texts]
    assert vectors(tmp_path) == expected
