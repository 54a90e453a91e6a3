"""Passages cover every sentence and share one with their neighbours."""

from __future__ import annotations

from index.passages import LONGEST_PASSAGE, cut_passages
from index.story import Sentence


def sentences(*lengths: int) -> list[Sentence]:
    found, start = [], 0
    for number, length in enumerate(lengths):
        found.append(Sentence(number, start, start + length))
        start += length + 1
    return found


def spans(*lengths: int) -> list[tuple[int, int]]:
    return [(p.first, p.last) for p in cut_passages(sentences(*lengths))]


def test_neighbours_share_one_sentence() -> None:
    assert spans(*[50] * 9) == [(0, 3), (3, 6), (6, 8)]


def test_a_short_story_is_one_passage() -> None:
    assert spans(10, 20) == [(0, 1)]


def test_long_sentences_make_passages_of_fewer_sentences() -> None:
    for first, last in spans(500, 500, 500, 500, 500):
        assert last - first + 1 == 2


def test_a_sentence_longer_than_a_passage_stands_alone() -> None:
    assert spans(LONGEST_PASSAGE + 1, 10, 10) == [(0, 0), (1, 2)]


def test_no_sentence_no_passage() -> None:
    assert spans() == []
