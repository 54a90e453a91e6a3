"""A library of a million passages: what searching, opening, adding and removing cost there.

    python -m tests.benchmarks.library [--passages N] [--keep FOLDER]

Words and vectors are made up, the rest is the library as it is. Vectors of one
story resemble each other, and their spectrum falls as that of sentence
embeddings does; a question's vector lies near that of one passage. The last
line is one JSON object. Nothing else may run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import assembly
from bot.settings import read_settings
from index import records
from index.library import DATABASE, Library
from index.passages import cut_passages
from index.search import search
from index.sentences import split_sentences
from index.story import Sentence, Story
from index.twins import Shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MANY = 1_000_000
DIMENSIONS = 384
PASSAGES_PER_STORY = 30
QUESTIONS = 200
STORIES_A_TRANSACTION = 200
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"
OWN_STORIES = Path(__file__).parent.parent / "evaluation" / "stories"


class Maker:
    """Makes stories and questions up, always the same ones."""

    name, dimensions = "made-up", DIMENSIONS

    def __init__(self) -> None:
        import numpy as np

        self._numbers = np.random.default_rng(11)
        self._spectrum = (np.arange(1, DIMENSIONS + 1) ** -0.6).astype(np.float32)
        ranks = np.arange(1, 60_001)
        self._weights = (1 / ranks) / (1 / ranks).sum()
        self.question: NDArray[np.float32] = self._directions(1)

    def embed(
        self, texts: Sequence[str], *, advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """The question that was set: embedding is not what is measured here."""
        return self.question

    def stories(self) -> Iterator[records.Prepared]:
        """Stories of thirty passages without end."""
        number = 0
        while True:
            words = iter(self._numbers.choice(60_000, size=91 * 10, p=self._weights).tolist())
            sentences: list[Sentence] = []
            text = ""
            for n in range(91):
                sentence = " ".join(_word(number) for number in islice(words, 10)) + "."
                sentences.append(Sentence(n, len(text), len(text) + len(sentence)))
                text += sentence + " "
            name = f"story-{number}"
            passages = cut_passages(sentences)
            story = Story(name, name, text, name)
            vectors = self._near(self._directions(1), len(passages), share=0.6)
            yield records.Prepared(story, sentences, passages, vectors, Shingles.of(text))
            number += 1

    def questions(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """A question near each of some passages."""
        import numpy as np

        return np.concatenate([self._near(vector[None], 1, share=0.7) for vector in vectors])

    def words(self) -> str:
        """Ten words, common and rare as they come."""
        chosen = self._numbers.choice(60_000, size=10, p=self._weights)
        return " ".join(_word(number) for number in chosen.tolist())

    def _directions(self, count: int) -> NDArray[np.float32]:
        import numpy as np

        found = self._numbers.standard_normal((count, DIMENSIONS)).astype(np.float32)
        found *= self._spectrum
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def _near(
        self, centre: NDArray[np.float32], count: int, *, share: float
    ) -> NDArray[np.float32]:
        import numpy as np

        found = share * centre + (1 - share**2) ** 0.5 * self._directions(count)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit


def _word(number: int) -> str:
    """A word for each number below 90³: words that all begin alike would be sorted out slowly."""
    syllables = (number % 90, number // 90 % 90, number // 8_100)
    return "".join(f"{_CONSONANTS[n % 18]}{_VOWELS[n // 18]}" for n in syllables)


def fill(folder: Path, maker: Maker, passages: int) -> None:
    """Write so many passages, as adding would, but many stories in a transaction."""
    library = Library(folder, embedder=maker)
    stories = maker.stories()
    written = 0
    while written < passages:
        with library._database.transaction() as connection:
            for prepared in islice(stories, STORIES_A_TRANSACTION):
                records.insert(connection, prepared, prepared.story.id)
                written += len(prepared.passages)
    library.close()


def make_index(folder: Path) -> float:
    """Seconds in which the index is made, if it is due."""
    begun = time.perf_counter()
    library = _ask(folder, Maker())
    library.settle()
    library.close()
    return time.perf_counter() - begun


def open_up(folder: Path) -> tuple[float, int]:
    """Seconds until a library that is opened anew has answered, and resident bytes it took.

    The seconds are with loading FAISS, the bytes without its code.
    """
    maker = Maker()
    begun = time.perf_counter()
    import faiss  # noqa: F401

    resident = _resident()
    library = _ask(folder, maker)
    opened, taken = time.perf_counter() - begun, _resident() - resident
    library.close()  # only now: what is closed holds nothing any more
    return opened, taken


def _ask(folder: Path, maker: Maker) -> Library:
    library = Library(folder, embedder=maker)
    library.vector_matches(maker.question[0], 1)
    return library


def measure(folder: Path, maker: Maker) -> dict[str, Any]:
    """What searching, adding and removing cost in a library whose index is made."""
    import numpy as np

    figures: dict[str, Any] = {}
    library = Library(folder, embedder=maker)
    ids, vectors = _all_vectors(library)
    figures["passages"] = len(ids)

    chosen = np.random.default_rng(5).choice(len(ids), QUESTIONS, replace=False)
    questions = maker.questions(vectors[chosen])
    exact = np.argpartition(-(questions @ vectors.T), 10, axis=1)[:, :10]
    del vectors
    found, times = [], []
    for question, wanted in zip(questions, exact, strict=True):
        begun = time.perf_counter()
        hits = library.vector_matches(question, 10)
        times.append(time.perf_counter() - begun)
        found.append(len({i for i, _ in hits} & set(ids[wanted].tolist())) / 10)
    figures["vectors_p50_ms"] = statistics.median(times) * 1000
    figures["recall_at_10"] = statistics.mean(found)
    # Made up before: that is no part of a search.
    asked = iter([maker.words() for _ in range(2 * QUESTIONS)])
    figures["keywords_p50_ms"] = _median_ms(
        lambda: library.keyword_matches(next(asked), 48), times=QUESTIONS
    )
    each = iter(questions)

    def whole() -> None:
        maker.question = next(each)[None]
        search(library, next(asked), count=8)

    figures["search_p50_ms"] = _median_ms(whole, times=QUESTIONS)
    stories = maker.stories()

    def add() -> None:
        prepared = next(stories)
        text = prepared.story.text + str(time.time_ns())
        story = Story(f"new-{time.time_ns()}", "new", text, "new")
        count = len(cut_passages(split_sentences(text)))
        library.add(story, vectors=np.resize(prepared.vectors, (count, DIMENSIONS)))
        library.vector_matches(questions[0], 1)

    def remove() -> None:
        library.remove(next(removed))
        library.vector_matches(questions[0], 1)

    removed = (entry.id for entry in library.entries() if entry.id.startswith("story-"))
    figures["remove_p50_ms"] = _median_ms(remove, times=20)
    figures["add_without_embedding_p50_ms"] = _median_ms(add, times=20)
    library.close()
    return figures


def embedding() -> dict[str, float]:
    """Passages a second: added to a library, against bare encoding at its best batch size."""
    from sentence_transformers import SentenceTransformer

    embedder = assembly.embedder(read_settings())
    texts: list[str] = []
    stories: list[Story] = []
    for file in sorted(OWN_STORIES.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        stories.append(Story(file.stem, file.stem, text, file.name))
        cut = cut_passages(split_sentences(text))
        texts += [text[p.start : p.end] for p in cut]
    embedder.embed(texts[:32])
    bare = SentenceTransformer(str(embedder._folder), device="cpu", local_files_only=True)
    best = max(
        len(texts) / _seconds(lambda size=size: bare.encode(texts, batch_size=size))  # type: ignore[misc]
        for size in (8, 16, 32, 64, 128)
    )
    with tempfile.TemporaryDirectory() as place:
        library = Library(Path(place), embedder=embedder)

        def add() -> None:
            for story, vectors in zip(stories, library.embed_stories(stories), strict=True):
                library.add(story, vectors=vectors)

        rate = len(texts) / _seconds(add)
    return {
        "adding_passages_per_s": rate,
        "bare_encode_passages_per_s": best,
        "adding_ratio": rate / best,
    }


def _all_vectors(library: Library) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    import numpy as np

    with library._database.reading() as connection:
        batches = list(library._neighbours._batches(connection, after=0))
    return np.concatenate([ids for ids, _ in batches]), np.concatenate([v for _, v in batches])


def _resident() -> int:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _median_ms(work: Callable[[], Any], *, times: int) -> float:
    return statistics.median(_seconds(work) for _ in range(times)) * 1000


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def run(passages: int, *, keep: Path | None = None) -> dict[str, float]:
    """All figures of a library of so many passages, which is made in `keep` if it is not there."""
    figures: dict[str, float] = embedding()
    with tempfile.TemporaryDirectory() as place:
        folder = keep or Path(place)
        maker = Maker()
        if not (folder / DATABASE).exists():
            figures["filled_s"] = _seconds(lambda: fill(folder, maker, passages))
        # In processes of their own: memory that was used before is not given back for counting.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            figures["index_made_s"] = pool.submit(make_index, folder).result()
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            figures["open_s"], memory = pool.submit(open_up, folder).result()
        figures |= measure(folder, maker)
        figures["memory_kb_per_passage"] = memory / figures["passages"] / 1000
        file = (folder / DATABASE).stat().st_size
        figures["file_kb_per_passage"] = file / figures["passages"] / 1000
    return figures


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=MANY)
    parser.add_argument("--keep", type=Path, help="folder of the library; filled if it is empty")
    arguments = parser.parse_args()
    print(json.dumps(run(arguments.passages, keep=arguments.keep)))


if __name__ == "__main__":
    main()
