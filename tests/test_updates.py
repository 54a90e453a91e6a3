"""Adding again: nothing happens, or the story is replaced; near-duplicates are known as such."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.database import _FIRST
from index.embedder import SentenceTransformersEmbedder
from index.errors import LibraryError
from index.library import DATABASE, Library
from index.readers import read_source
from index.search import search
from index.story import About, Place, Story
from tests.documents import FERRY

AGENCY = [
    *FERRY,
    "The company said on Tuesday that it would pay for every hotel night.",
    "A spokeswoman, Lise Dahl, called the evening a disgrace for the line.",
    "The second engine had been serviced only eleven days before the trip.",
    "Its owner, a bank in Ulvik, has asked for a report by the end of May.",
]


def story(text: str, origin: str = "", name: str = "ferry") -> Story:
    return Story(id=name, title=name, text=text, source=origin or name, origin=origin)


def texts(library: Library, story_id: str) -> list[str]:
    text = library.story(story_id).text
    return [text[s.start : s.end] for s in library.sentences(story_id)]


def test_a_changed_text_takes_the_place_and_the_id_of_the_old_one(library: Library) -> None:
    library.add(story(" ".join(FERRY), "/ferry.txt"))
    changed = library.add(story(" ".join([*FERRY[:4], "They never reached Ulvik."]), "/ferry.txt"))
    assert (changed.story.id, changed.is_new) == ("ferry", False)
    assert changed.change is not None
    assert changed.change.new == ("They never reached Ulvik.",)
    assert changed.change.gone == (FERRY[4],)
    assert texts(library, "ferry")[-1] == "They never reached Ulvik."
    hits = search(library, "Where did they never arrive?", count=5)
    assert {hit.story_id for hit in hits} == {"ferry"}
    assert all(hit.passage.end <= len(changed.story.text) for hit in hits)
    assert library.keyword_matches("singing", 5) == []


def test_the_same_text_again_changes_nothing(library: Library) -> None:
    first = library.add(story(" ".join(FERRY), "/ferry.txt"))
    again = library.add(story(" ".join(FERRY), "/ferry.txt"))
    assert again.story == first.story
    assert (again.is_new, again.change) == (False, None)


def test_only_new_passages_are_embedded(library: Library) -> None:
    long = [f"Sentence {n} speaks of {n * 7} boats." for n in range(200)]
    library.add(story(" ".join(long), "/long.txt"))
    told: list[tuple[int, int]] = []
    changed = story(" ".join([*long, "One more boat came."]), "/long.txt")
    library.add(changed, advance=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_a_file_read_again_after_an_edit_is_an_update(library: Library, harbour: Path) -> None:
    library.add(read_source(str(harbour)))
    harbour.write_text(harbour.read_text().replace("14 million", "15 million"))
    changed = library.add(read_source(str(harbour)))
    assert changed.story.id == "harbour-news"
    assert changed.change is not None and len(changed.change.new) == 1
    assert len(library.entries()) == 1


def test_the_same_text_at_two_addresses_is_one_story_with_two_sources(library: Library) -> None:
    library.add(story(" ".join(FERRY), "https://a.example/ferry"))
    library.add(story(" ".join(FERRY), "https://b.example/ferry"))
    found = library.story("ferry")
    assert found.elsewhere == ("https://b.example/ferry",)
    assert library.sentences("ferry")[0].also == ("https://b.example/ferry",)


def test_a_change_at_one_of_two_addresses_leaves_the_other_as_it_is(library: Library) -> None:
    library.add(story(" ".join(FERRY), "https://a.example/ferry"))
    library.add(story(" ".join(FERRY), "https://b.example/ferry"))
    changed = library.add(story(" ".join(AGENCY), "https://b.example/ferry"))
    assert changed.is_new and changed.story.id == "ferry-2"
    assert library.story("ferry").elsewhere == ()
    assert texts(library, "ferry") == list(FERRY)


def test_a_text_that_becomes_that_of_another_story_leaves_one(library: Library) -> None:
    library.add(story(" ".join(FERRY), "/a.txt", "a"))
    library.add(story("Something quite different stood here.", "/b.txt", "b"))
    added = library.add(story(" ".join(FERRY), "/b.txt", "b"))
    assert added.story.id == "a" and not added.is_new
    assert [entry.id for entry in library.entries()] == ["a"]


def test_near_duplicates_know_each_other_and_a_sentence_names_both(library: Library) -> None:
    library.add(story(" ".join(AGENCY), "https://a.example/1", "post"))
    longer = ["By our own staff.", *AGENCY[:4], "It was the third such evening.", *AGENCY[4:]]
    library.add(story(" ".join(longer), "https://b.example/1", "herald"))
    library.add(story("The gull stole a sandwich from the ninth quay.", "", "gull"))
    assert library.story("post").twins == ("herald",)
    assert library.story("herald").twins == ("post",)
    assert library.story("gull").twins == ()
    also = {
        library.story("herald").text[s.start : s.end]: s.also for s in library.sentences("herald")
    }
    assert also[AGENCY[6]] == ("post",)
    assert also["It was the third such evening."] == ()
    assert [entry.twins for entry in library.entries()] == [("herald",), ("post",), ()]


def test_search_shows_a_near_duplicate_once(library: Library) -> None:
    library.add(story(" ".join(AGENCY), "https://a.example/1", "post"))
    library.add(story("By our own staff.\n\n" + " ".join(AGENCY), "https://b.example/1", "herald"))
    library.add(story("The gull stole a sandwich from the ninth quay.", "", "gull"))
    hits = search(library, "Who called the evening a disgrace?", count=4)
    telling = {
        hit.story_id
        for hit in hits
        if "disgrace" in library.story(hit.story_id).text[hit.passage.start : hit.passage.end]
    }
    assert len(telling) == 1
    assert "gull" in {hit.story_id for hit in hits}


def test_a_removed_twin_is_named_no_more(library: Library) -> None:
    library.add(story(" ".join(AGENCY), "https://a.example/1", "post"))
    library.add(story("News. " + " ".join(AGENCY), "https://b.example/1", "herald"))
    library.remove("post")
    assert library.story("herald").twins == ()
    assert all(sentence.also == () for sentence in library.sentences("herald"))


def test_a_book_is_no_twin_of_a_quotation_from_it(library: Library) -> None:
    library.add(story(" ".join(AGENCY + [f"Line {n} of the book." for n in range(60)]), "", "book"))
    library.add(story(" ".join(AGENCY[:3]), "", "quotation"))
    assert library.story("quotation").twins == ()


def test_what_a_source_says_of_itself_and_its_places_are_kept(library: Library) -> None:
    kept = Story(
        "boats",
        "Boats",
        " ".join(FERRY),
        "boats.pdf",
        "/boats.pdf",
        About("Ann Pell", "2026-03-02", "en"),
        (Place(0, "page 1"), Place(100, "page 2")),
    )
    library.add(kept)
    assert library.story("boats") == kept
    places = [sentence.place for sentence in library.sentences("boats")]
    assert places == ["page 1", "page 1", "page 2", "page 2", "page 2"]


def test_a_library_of_the_first_version_opens_and_keeps_its_stories(
    tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.executescript(_FIRST + "PRAGMA user_version = 1;")
        connection.execute("INSERT INTO about VALUES ('embedder', ?)", (embedder.name,))
        connection.execute(
            "INSERT INTO stories(id, title, text, source, sha256) VALUES (?, ?, ?, ?, ?)",
            ("old", "Old", "Anna keeps bees.", "old.txt", "x"),
        )
    library = Library(tmp_path, embedder=embedder)
    assert library.story("old").text == "Anna keeps bees."
    library.add(story("The crane was painted red.", "/crane.txt"))
    assert search(library, "What colour is the crane?", count=1)[0].story_id == "ferry"
    with pytest.raises(LibraryError):
        library.story("new")
