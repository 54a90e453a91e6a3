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
    assert {one.story_id for one in crowd.found(found).values()} == {"man-17"}
    assert found[0] == crowd.keyword_matches(question, 5)[0][0]


def test_a_question_of_common_words_alone_finds_nothing_by_words(crowd: Library) -> None:
    assert few_matches(crowd, "the man said the word") == []


def test_words_are_looked_for_within_one_story(crowd: Library) -> None:
    found = crowd.keyword_matches("the word", 1000, story_id="man-3")
    assert {one.story_id for one in crowd.found([id for id, _ in found]).values()} == {"man-3"}
    assert crowd.keyword_matches("the word", 5, story_id="nobody") == []


@pytest.mark.parametrize("question", ['"', "NEAR(a b)", "a* OR b:", "x" * 10_000, "w " * 5_000])
def test_no_words_are_an_order_to_the_search_engine(crowd: Library, question: str) -> None:
    crowd.keyword_matches(question, 5)
