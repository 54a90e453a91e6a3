"""Texts to vectors, with the real embedder."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.models import catalog
from bot.settings import Settings
from index.embedder import BATCH, SentenceTransformersEmbedder
from index.errors import LibraryError

TEXTS = [f"The ferry {'carried sheep and ' * n}left at {n} in the morning." for n in range(40)]


def test_vectors_stand_in_the_order_of_the_texts_whatever_their_length(
    embedder: SentenceTransformersEmbedder,
) -> None:
    done: list[int] = []
    together = embedder.embed(TEXTS, advance=done.append)
    assert together.shape == (len(TEXTS), embedder.dimensions)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert sum(done) == len(TEXTS)
    for number in (0, 7, 39):
        assert np.allclose(together[number], embedder.embed([TEXTS[number]])[0], atol=1e-4)


def test_for_no_texts_no_weights_are_read(tmp_path: Path) -> None:
    not_there = SentenceTransformersEmbedder(tmp_path / "nowhere", name="none")
    assert not_there.embed([]).shape == (0, not_there.dimensions)


def test_many_threads_at_once_get_what_each_gets_alone(
    embedder: SentenceTransformersEmbedder,
) -> None:
    alone = [embedder.embed([text])[0] for text in TEXTS[:8]]
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda text: embedder.embed([text])[0], TEXTS[:8]))
    assert np.allclose(alone, at_once, atol=1e-5)


def test_a_question_does_not_wait_for_a_whole_story(embedder: SentenceTransformersEmbedder) -> None:
    batches = 40
    done: list[int] = []
    begun = threading.Event()

    def advance(count: int) -> None:
        done.append(count)
        begun.set()

    story = threading.Thread(
        target=lambda: embedder.embed(TEXTS[:BATCH] * batches, advance=advance)
    )
    story.start()
    assert begun.wait(60)
    embedder.embed(["When did the ferry leave?"])
    assert len(done) < batches
    story.join()
    assert len(done) == batches


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads as Linux does")
def test_threads_end_with_the_texts_that_they_embedded(
    embedder: SentenceTransformersEmbedder,
) -> None:
    embedder.embed(TEXTS[:1])
    before = _threads()
    embedder.embed(TEXTS)
    by = time.monotonic() + 10
    while _threads() > before and time.monotonic() < by:
        time.sleep(0.01)
    assert _threads() <= before


def test_missing_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="storychat models fetch"):
        SentenceTransformersEmbedder(tmp_path / "none", name="none").embed(["a"])


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def test_an_adapter_of_another_network_is_refused_with_what_to_do(
    tmp_path: Path, settings: Settings
) -> None:
    folder = settings.models / catalog.named(catalog.EMBEDDER).path
    adapter = tmp_path / "other.safetensors"
    narrow = {"up": np.zeros((8, 2), np.float32), "down": np.zeros((2, 8), np.float32)}
    for place in ("layer.0.output.dense", "layer.99.output.dense"):
        save_file({f"encoder.{place}.{part}": x for part, x in narrow.items()}, adapter)
        with pytest.raises(LibraryError, match=r"other\.safetensors .* models fetch"):
            SentenceTransformersEmbedder(folder, name="x", adapter=adapter).load()
