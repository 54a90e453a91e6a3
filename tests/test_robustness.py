"""What may happen to a library's files: nothing reported is lost, and it is said what to do."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.library import DATABASE, Library
from index.repair import repair
from index.search import search
from index.story import Place, Story
from tests import kills
from tests.kills import WordEmbedder, open_library, text_of

ROOT = Path(__file__).parent.parent


def story(number: int, *, name: str = "") -> Story:
    name = name or f"story-{number}"
    return Story(name, name, text_of(name, number), name, f"/{name}")


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The folder of a library of twenty stories, closed, with an index on disk."""
    library = open_library(tmp_path / "library")
    for number in range(20):
        library.add(story(number))
    search(library, "Which number?", count=2)
    library.settle()
    library.close()
    assert list((tmp_path / "library").glob("vectors-*/manifest.json"))
    return tmp_path / "library"


def test_a_library_survives_kills_at_random_moments() -> None:
    assert kills.run(8)["wrong"] == 0  # `python -m tests.kills` kills 200 times


def test_a_damaged_database_is_said_and_what_can_be_read_is_saved(filled: Path) -> None:
    with (filled / DATABASE).open("r+b") as file:
        file.seek(0, os.SEEK_END)
        for place in range(40_960, file.tell(), 40_960):
            file.seek(place)
            file.write(os.urandom(4096))
    with pytest.raises(LibraryError, match="`storychat repair`"):
        library = open_library(filled)
        for number in range(20):
            library.story(f"story-{number}")
            library.sentences(f"story-{number}")
        search(library, "Which number of edition 7?", count=20)
        library.add(story(99))
    done = repair(filled, embedder=WordEmbedder())
    assert done is not None and done.kept.exists()
    library = open_library(filled)
    for name in done.saved:
        assert library.story(name).text == text_of(name, int(name.partition("-")[2]))
    assert len(done.saved) + done.lost <= 20 and done.saved
    assert repair(filled, embedder=WordEmbedder()) is None


def test_a_file_that_is_no_database_is_kept_and_replaced_by_repair(filled: Path) -> None:
    (filled / DATABASE).write_bytes(b"no database " * 1000)
    with pytest.raises(LibraryError, match="`storychat repair`"):
        open_library(filled)
    done = repair(filled, embedder=WordEmbedder())
    assert done is not None and done.saved == ()
    assert done.kept.read_bytes().startswith(b"no database")
    assert open_library(filled).entries() == []


def test_repair_keeps_places_and_origins(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    kept = Story("a", "A", text_of("a", 1), "a.pdf", "/a.pdf", places=(Place(0, "page 1"),))
    library.add(kept)
    library.close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("PRAGMA user_version = 0")  # as of a file whose head is damaged
    repair(tmp_path, embedder=WordEmbedder())
    assert open_library(tmp_path).story("a") == kept


@pytest.mark.parametrize(
    "part", ["manifest.json", "centroids", "scale", "sizes", "ids", "codes", "rotation"]
)
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "empty"])
def test_a_damaged_index_is_made_again(filled: Path, part: str, damage: str) -> None:
    (file,) = filled.glob(f"vectors-*/{part}")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x55
    changed = {"flipped": bytes(data), "cut": bytes(data[:-9]), "empty": b""}
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(changed[damage])
    library = open_library(filled)
    asked = story(7).text[:60]
    hits = search(library, asked, count=3)
    assert hits[0].story_id == "story-7"
    library.settle()
    (best, *_) = search(library, asked, count=3)
    assert (best.story_id, best.passage) == (hits[0].story_id, hits[0].passage)


def test_an_index_of_another_library_is_not_used(filled: Path, tmp_path: Path) -> None:
    library = open_library(tmp_path / "other")
    for number in range(100, 103):
        library.add(story(number))
    library.close()
    (index,) = filled.glob("vectors-*")
    shutil.copytree(index, tmp_path / "other" / index.name)
    library = open_library(tmp_path / "other")
    assert {hit.story_id for hit in search(library, "edition 5", count=30)} <= {
        "story-100", "story-101", "story-102",
    }  # fmt: skip


def test_a_compressed_index_finds_what_an_exact_one_does(filled: Path) -> None:
    exact = Library(filled, embedder=WordEmbedder())
    compressed = open_library(filled)
    for number in range(20):
        query = exact.embed_question(text_of(f"story-{number}", number))
        near = compressed.vector_matches(query, 5)
        assert near[0] == exact.vector_matches(query, 5)[0]


def test_a_program_that_ends_soon_makes_the_index_before(filled: Path) -> None:
    shutil.rmtree(*filled.glob("vectors-*"))
    library = open_library(filled)
    library.settle()
    assert list(filled.glob("vectors-*/manifest.json"))


def test_what_is_removed_or_added_beside_an_index_is_so_at_once(filled: Path) -> None:
    library = open_library(filled)
    library.remove("story-3")
    library.add(story(77, name="brand-new"))
    found = {hit.story_id for hit in search(library, "What does story-3 say?", count=60)}
    assert "story-3" not in found and "brand-new" in found


ADD = """
import sys
from pathlib import Path
from index.errors import LibraryError
from tests.kills import open_library
from tests.test_robustness import story
{before}
try:
    library = open_library(Path(sys.argv[1]))
    for number in range(100, 400):
        library.add(story(number))
        print(number, flush=True)
except LibraryError as error:
    print(error)
"""


def added_by(folder: Path, before: str, **options: object) -> tuple[list[int], str]:
    """Add stories in another process: the numbers it reported, and the sentence it ended with."""
    result = subprocess.run(
        [sys.executable, "-c", ADD.format(before=before), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        **options,  # type: ignore[call-overload]
    )
    *numbers, sentence = result.stdout.splitlines()
    return [int(number) for number in numbers], sentence


def test_a_full_disk_is_said_and_nothing_is_lost(filled: Path) -> None:
    limit = (filled / DATABASE).stat().st_size + 400_000
    before = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    numbers, sentence = added_by(filled, before)
    assert "The disk with the library" in sentence
    library = open_library(filled)
    there = {entry.id for entry in library.entries()}
    assert there == {f"story-{n}" for n in [*range(20), *numbers]}
    library.add(story(999))


def test_a_folder_that_may_not_be_written_is_said(filled: Path) -> None:
    if os.getuid() == 0:
        pytest.skip("root may write everywhere")
    for path in (filled, *filled.glob("library*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        with pytest.raises(LibraryError, match="may not be written"):
            open_library(filled).add(story(99))
    finally:
        for path in (filled, *filled.glob("library*")):
            path.chmod(0o700)
    assert len(open_library(filled).entries()) == 20


def test_a_place_where_no_folder_can_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="can be no library"):
        open_library(tmp_path / "file" / "library")


def _add_some(folder: Path, first: int) -> None:
    library = open_library(folder)
    for number in range(first, first + 15):
        library.add(story(number))
        search(library, "Which number?", count=2)


def test_processes_and_threads_write_and_ask_at_once(filled: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_some, args=(filled, first)) for first in (100, 200)]
    for writer in writers:
        writer.start()
    library = open_library(filled)
    wrong: list[object] = []

    def ask() -> None:
        while any(writer.is_alive() for writer in writers):
            for hit in search(library, "What does story-5 say of edition 5?", count=4):
                text = library.story(hit.story_id).text
                if text[hit.passage.start : hit.passage.end].strip() == "":
                    wrong.append(hit)

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for worker in (*writers, *askers):
        worker.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert wrong == []
    assert len(library.entries()) == 50


def test_a_stranger_s_library_runs_nothing(filled: Path) -> None:
    with sqlite3.connect(filled / DATABASE) as connection:
        connection.execute(
            "CREATE TRIGGER evil AFTER INSERT ON stories BEGIN"
            " SELECT load_extension('/tmp/evil.so'); END"
        )
    library = open_library(filled)
    with pytest.raises(LibraryError):
        library.add(story(500))
    assert json.dumps([entry.id for entry in library.entries()]).count("story-") == 20
