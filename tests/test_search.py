"""Hybrid search: vectors find what is meant, keywords what is named."""

from __future__ import annotations

import pytest

from index.library import Library
from index.search import search
from index.story import Story

TEXTS = {
    "harbour": "The harbour of Vell reopened on Tuesday. The works cost 14 million crowns.",
    "bees": "Tomas Brandt raises honey insects on Sorre. He sells forty jars a year.",
    "code": "Order number QX-7731 was lost. Nobody knows where it went.",
}


@pytest.fixture
def shelf(library: Library) -> Library:
    for name, text in TEXTS.items():
        library.add(Story(id=name, title=name, text=text, source=name))
    return library


def best(shelf: Library, question: str) -> str:
    return search(shelf, question, count=3)[0].story_id


def test_meaning_is_found_without_a_shared_word(shelf: Library) -> None:
    assert best(shelf, "Who is a beekeeper?") == "bees"


def test_a_rare_name_is_found(shelf: Library) -> None:
    assert best(shelf, "What happened to QX-7731?") == "code"


def test_search_stays_within_a_story(shelf: Library) -> None:
    hits = search(shelf, "Who is a beekeeper?", count=3, story_id="harbour")
    assert {hit.story_id for hit in hits} == {"harbour"}


def test_hits_are_ordered_and_explain_their_score(shelf: Library) -> None:
    hits = search(shelf, "How many jars does Tomas sell?", count=3)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].keywords == 1.0
    assert -1 <= hits[0].cosine <= 1


@pytest.mark.parametrize("question", ["???", 'NEAR("x" OR *', "'; DROP TABLE stories; --", "“”"])
def test_no_question_is_an_order_to_the_search_engine(shelf: Library, question: str) -> None:
    search(shelf, question, count=3)
    assert len(shelf.entries()) == 3


def test_an_empty_library_and_an_unknown_story_give_no_hits(library: Library) -> None:
    assert search(library, "Anything?", count=3) == ()
    library.add(Story(id="a", title="a", text="Some text.", source="a"))
    assert search(library, "Anything?", count=3, story_id="unknown") == ()
