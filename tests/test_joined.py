from __future__ import annotations

from pathlib import Path

import pytest
from telegram_teller import HashedEmbedder

from index.errors import LibraryError
from index.joined import JoinedLibrary
from index.library import Library
from index.search import search
from index.story import Story

FERRY = "The ferry left at noon. Anna was its captain.\n"
FAIR = "The fair opened on Sunday. Boris sold honey there.\n"


@pytest.fixture
def joined(tmp_path: Path) -> JoinedLibrary:
    parts = {}
    for name, text in (("own", FERRY), ("offered", FAIR)):
        parts[name] = Library(tmp_path / name, embedder=HashedEmbedder())
        parts[name].add(Story("tale", f"Tale {name}", text, "test"))
    return JoinedLibrary(parts)


def test_all_parts_are_searched_as_one(joined: JoinedLibrary) -> None:
    assert search(joined, "Who sold honey?", count=1)[0].story_id == "offered/tale"
    assert search(joined, "Who was captain?", count=1)[0].story_id == "own/tale"
    assert {hit.story_id for hit in search(joined, "Who?", count=9)} == {"own/tale", "offered/tale"}


def test_search_stays_within_a_story_though_another_part_has_its_name(
    joined: JoinedLibrary,
) -> None:
    hits = search(joined, "Who sold honey?", count=9, story_id="own/tale")
    assert {hit.story_id for hit in hits} == {"own/tale"}


def test_what_a_hit_names_can_be_read(joined: JoinedLibrary) -> None:
    hit = search(joined, "Who sold honey?", count=1)[0]
    story = joined.story(hit.story_id)
    assert (story.id, story.title) == ("offered/tale", "Tale offered")
    assert story.text[hit.passage.start : hit.passage.end] == FAIR.strip()
    assert len(joined.sentences(hit.story_id)) == 2


@pytest.mark.parametrize("story_id", ["tale", "own/other", "foreign/tale", ""])
def test_story_of_no_part_is_an_error(joined: JoinedLibrary, story_id: str) -> None:
    with pytest.raises(LibraryError):
        joined.story(story_id)


def test_removed_story_leaves_no_word_in_the_files_once_shredded(tmp_path: Path) -> None:
    library = Library(tmp_path, embedder=HashedEmbedder())
    library.add(Story("ferry", "The Ferry", FERRY.replace("Anna", "Zyxanna"), "test"))
    library.add(Story("fair", "The Fair", FAIR, "test"))
    library.remove("ferry")
    library.shred()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"honey" in kept
    assert b"zyxanna" not in kept.lower()
    assert search(library, "Who sold honey?", count=1)[0].story_id == "fair"
