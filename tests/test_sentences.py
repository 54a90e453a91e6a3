"""Sentences carry exact offsets and end where a reader would say that they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.sentences import LONGEST_SENTENCE, split_sentences

SAMPLE = Path("bot/terminal/samples/the-night-ferry.txt")


def texts(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


def test_abbreviations_and_initials_do_not_end_a_sentence() -> None:
    assert texts("Dr. A. Moss of the U.S. Navy came at 5 p.m. on Jan. 3. He left.") == [
        "Dr. A. Moss of the U.S. Navy came at 5 p.m. on Jan. 3.",
        "He left.",
    ]


def test_a_quotation_of_several_sentences_stays_whole() -> None:
    assert texts("She said: “We came. We saw.” Then she slept.") == [
        "She said: “We came. We saw.”",
        "Then she slept.",
    ]


def test_a_line_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    assert texts("The harbour reopens\n\nIt reopened today.\nRead more here\nMany came.") == [
        "The harbour reopens",
        "It reopened today.",
        "Read more here",
        "Many came.",
    ]


def test_lines_cut_at_a_column_are_joined() -> None:
    wrapped = (
        "In a far country beyond the hills there lived an old miller\n"
        "who had three sons and one grey donkey that would not carry\n"
        "any sack of flour unless somebody sang to it on the way to\n"
        "market. One day the miller lost his voice.\n"
    )
    assert len(texts(wrapped)) == 2
    assert texts(wrapped)[0].startswith("In a far country")
    assert texts(wrapped)[0].endswith("way to\nmarket.")


def test_offsets_are_exact_ascending_and_without_outer_white_space() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    sentences = split_sentences(text)
    assert [s.number for s in sentences] == list(range(len(sentences)))
    end = 0
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        assert words and words == words.strip()
        assert not text[end : sentence.start].strip()
        end = sentence.end
    assert not text[end:].strip()


def test_text_without_full_stops_is_cut_at_white_space() -> None:
    text = "word " * 1_000
    parts = texts(text)
    assert all(len(part) <= LONGEST_SENTENCE for part in parts)
    assert " ".join(parts).split() == text.split()


def test_a_single_endless_word_is_cut_too() -> None:
    assert "".join(texts("x" * 2_500)) == "x" * 2_500


@pytest.mark.parametrize("text", ["", " \n\t ", "\n\n\n"])
def test_nothing_has_no_sentence(text: str) -> None:
    assert split_sentences(text) == ()
