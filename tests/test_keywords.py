"""Words find passages; words that tell nothing are left out where they would cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.keywords import KeywordSearch
from index.library import Library
from index.story import Story
from tests.kills import WordEmbedder


@pytest.fixture
def crowd(tmp_path: Path) -> Library:
    library = Library(tmp_path, embedder=WordEmbedder())
    for number in range(40):
        text = " ".join(f"The man number {number} said the word {n}." for n in range(100))
        library.add(Story(f"man-{number}", "Man", text, "x"))
    return library


def few_matches(library: Library, question: str) -> list[int]:
    """What is found where only 200 matches may be looked at."""
    search = KeywordSearch(most_matches=200, small=0)
    with library._database.reading() as connection:
        return [id for id, _ in search.matches(connection, question, 5, story_id=None)]


def test_in_a_large_library_common_words_are_left_to_the_vectors(crowd: Library) -> None:
    question = "What did the man number 17 say?"
    found = few_matches(crowd, question)
    assert all("17" in one.text for one in crowd.found(found).values())
    assert crowd.keyword_matches(question, 5)[0][0] in found


def test_a_question_of_common_words_alone_finds_nothing_by_words(crowd: Library) -> None:
    assert few_matches(crowd, "the man said the word") == []


def test_in_a_large_library_all_that_share_as_much_are_found(crowd: Library) -> None:
    search = KeywordSearch(most_matches=200, small=0)
    with crowd._database.reading() as connection:
        found = search.matches(connection, "man number 17, 23", 3, story_id=None)
    # Every man says his own number in all his passages, and each number once beside it.
    both = [id for id, weight in found if weight == found[0][1]]
    assert len(found) > 3 and len(found) == len(dict(found))
    assert {one.story_id for one in crowd.found(both).values()} == {"man-17", "man-23"}
    weights = [weight for _, weight in found]
    assert weights == sorted(weights, reverse=True) and weights[2] == weights[-1]


def test_a_german_sharp_s_is_found_as_it_is_written(tmp_path: Path) -> None:
    library = Library(tmp_path, embedder=WordEmbedder())
    library.add(Story("s", "Die Stadt", "Die Straße nach Vell ist gesperrt.", "s.txt"))
    assert library.keyword_matches("Welche Straße?", 5)


def test_words_that_stand_nowhere_find_nothing_in_a_large_library(crowd: Library) -> None:
    assert few_matches(crowd, "zeppelin Vorarlberg") == []


def test_words_are_looked_for_within_one_story(crowd: Library) -> None:
    found = crowd.keyword_matches("the word", 1000, story_id="man-3")
    assert {one.story_id for one in crowd.found([id for id, _ in found]).values()} == {"man-3"}
    assert crowd.keyword_matches("the word", 5, story_id="nobody") == []


@pytest.mark.parametrize("question", ['"', "NEAR(a b)", "a* OR b:", "x" * 10_000, "w " * 5_000])
def test_no_words_are_an_order_to_the_search_engine(crowd: Library, question: str) -> None:
    crowd.keyword_matches(question, 5)
