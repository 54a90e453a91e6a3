"""The shelf: what was added is there, whole, once; what was removed is gone."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from index.database import SCHEMA_VERSION
from index.embedder import SentenceTransformersEmbedder
from index.errors import LibraryError
from index.library import DATABASE, Library
from index.readers import read_source
from index.records import slug
from index.search import search
from index.story import Story
from tests.conftest import HARBOUR


def story(text: str, name: str = "a-story") -> Story:
    return Story(id=name, title=name, text=text, source=name)


def test_a_story_keeps_its_text_and_exact_offsets(library: Library, harbour: Path) -> None:
    added = library.add(read_source(str(harbour)))
    assert added.is_new and added.story.id == "harbour-news"
    assert library.story("harbour-news").text == HARBOUR
    words = [HARBOUR[s.start : s.end] for s in library.sentences("harbour-news")]
    assert words[2] == "The works cost 14 million crowns."


def test_the_same_text_twice_is_one_story(library: Library) -> None:
    first = library.add(story("Anna keeps bees.", "anna"))
    second = library.add(story("Anna keeps bees.", "other-name"))
    assert not second.is_new and second.story == first.story
    assert len(library.entries()) == 1


def test_ids_are_readable_and_unique(library: Library) -> None:
    ids = [library.add(story(f"Text {n}.", "Bee Keeping: Part_1")).story.id for n in range(3)]
    assert ids == ["bee-keeping-part-1", "bee-keeping-part-1-2", "bee-keeping-part-1-3"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("История о море", "история-о-море"), ("../../etc/passwd", "etc-passwd"), ("***", "story")],
)
def test_slugs_of_any_script_hold_no_path(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_text_without_words_is_refused_and_nothing_is_kept(library: Library) -> None:
    with pytest.raises(LibraryError, match="no sentence"):
        library.add(story("***\n---\n!!!"))
    assert library.entries() == []


def test_a_removed_story_is_found_no_more(library: Library) -> None:
    library.add(story("Tomas Brandt keeps bees on Sorre.", "bees"))
    library.add(story("The crane was painted red.", "crane"))
    library.remove("bees")
    assert [entry.id for entry in library.entries()] == ["crane"]
    assert {hit.story_id for hit in search(library, "Who keeps bees?", count=5)} == {"crane"}
    with pytest.raises(LibraryError, match="no story 'bees'"):
        library.story("bees")


def test_what_another_process_adds_is_found(
    library: Library, tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    library.add(story("The crane was painted red.", "crane"))
    assert {hit.story_id for hit in search(library, "bees", count=5)} == {"crane"}
    other = Library(tmp_path / "library", embedder=embedder)  # as another process would open it
    other.add(story("Tomas Brandt keeps bees on Sorre.", "bees"))
    assert search(library, "Who keeps bees?", count=1)[0].story_id == "bees"


def _add_and_die(folder: Path, embedder: str) -> None:
    class Dying:
        name, dimensions = embedder, 384

        def embed(self, texts: object, *, advance: object = None) -> object:
            import os

            os._exit(9)

    Library(folder, embedder=Dying()).add(story("It never was."))  # type: ignore[arg-type]


def test_a_process_that_dies_while_adding_leaves_the_library_as_it_was(
    library: Library, tmp_path: Path
) -> None:
    library.add(story("The crane was painted red.", "crane"))
    dying = multiprocessing.get_context("fork").Process(
        target=_add_and_die, args=(tmp_path / "library", library.embedder)
    )
    dying.start()
    dying.join()
    assert dying.exitcode == 9
    assert [entry.id for entry in library.entries()] == ["crane"]
    library.add(story("It can be added to.", "more"))


def test_an_error_while_adding_keeps_nothing(library: Library) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add(story("It was stopped."), advance=stop)
    assert library.entries() == []
    with sqlite3.connect(library._folder / DATABASE) as connection:
        assert connection.execute("SELECT count(*) FROM passage_words").fetchone() == (0,)


def test_progress_is_told(library: Library) -> None:
    told: list[tuple[int, int]] = []
    library.add(
        story(" ".join(f"Sentence {n}." for n in range(200))),
        advance=lambda done, total: told.append((done, total)),
    )
    assert told[-1][0] == told[-1][1] == 67


def test_a_library_of_a_newer_version_is_refused(
    tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    Library(tmp_path, embedder=embedder).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(LibraryError, match="newer storychat"):
        Library(tmp_path, embedder=embedder)


def test_a_file_that_is_no_database_is_said(
    tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    (tmp_path / DATABASE).write_text("This is no database, but a text of some length. " * 50)
    with pytest.raises(LibraryError, match="is damaged"):
        Library(tmp_path, embedder=embedder)


def test_a_missing_embedder_is_said_with_what_to_do(tmp_path: Path) -> None:
    library = Library(tmp_path, embedder=SentenceTransformersEmbedder(tmp_path / "no", name="x"))
    with pytest.raises(LibraryError, match="storychat models fetch"):
        library.add(story("Some text."))
