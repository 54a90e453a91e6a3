"""How closely together a passage holds the words of a question."""

from __future__ import annotations

import pytest

from index.closeness import MOST_WORDS, Closeness, WordCounts, question_words

FAR = "The harbour " + "and so on and on " * 12 + "reopened."


def close(text: str, counts: dict[str, int], passages: int = 100) -> float:
    return Closeness(WordCounts(passages, counts)).of(text)


def test_words_side_by_side_are_closer_than_words_far_apart() -> None:
    counts = {"harbour": 5, "reopen": 2}
    assert close("The harbour reopened.", counts) == pytest.approx(1)
    assert 0 < close(FAR, counts) < 0.8


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    counts = {"harbour": 90, "reopen": 1}
    assert close("It reopened.", counts) > close("The harbour.", counts)


def test_a_word_said_twice_counts_once() -> None:
    counts = {"harbour": 5, "reopen": 5}
    assert close("Harbour, harbour, harbour!", counts) == pytest.approx(0.5)


def test_a_passage_without_any_of_the_words_is_not_close() -> None:
    assert close("Nothing of that.", {"harbour": 5}) == 0
    assert close("Nothing asked.", {}) == 0


def test_counts_of_two_libraries_add_up() -> None:
    both = WordCounts(10, {"mill": 2}) + WordCounts(5, {"mill": 1, "bee": 4})
    assert both == WordCounts(15, {"mill": 3, "bee": 4})


def test_a_question_of_any_length_has_a_bounded_number_of_words() -> None:
    assert question_words("Who, who WAS the Miller?") == ["who", "was", "the", "miller"]
    assert len(question_words(" ".join(map(str, range(500))))) == MOST_WORDS
