from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.answering.answer import NOT_IN_STORY, Answer, Citation, CitedSentence, Verdict
from bot.terminal import rendering

STORY = (
    "One is Stephen Hubbard, a 72-year-old American.\n"
    "Another is Gordon Black, a 35-year-old U.S. Army\r\nstaff sergeant, “held”  in May 2024.\n"
)


def cite(number: int, text: str, *, title: str = "Exchange") -> Citation:
    start = STORY.find(text)
    return Citation(number, "exchange", title, start, start + len(text), text)


def answered(*citations: Citation) -> Answer:
    told = (CitedSentence("He is 35.", tuple(c.number for c in citations)),)
    return Answer("How old is he?", Verdict.ANSWERED, told, citations, (), 0.51239, 2.5, "m")


def refused(*nearest: Citation) -> Answer:
    told = (CitedSentence(NOT_IN_STORY, ()),)
    return Answer("Who?", Verdict.NOT_IN_STORY, told, (), nearest, 1.0, 1.0, "m")


BLACK = cite(1, STORY[48:-1])


def test_escape_sequences_of_a_story_never_reach_the_terminal() -> None:
    attack = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) + "\u202e\u2066\ud800"
    hostile = cite(1, f"a{attack}b", title=f"T{attack}")
    told = (CitedSentence(f"Said {attack}.", (1,)),)
    answer = Answer(attack, Verdict.ANSWERED, told, (hostile,), (hostile,), 0.0, 0.0, attack)
    shown = [
        rendering.sentence(told[0]),
        rendering.sources(answer, width=40),
        rendering.sources(answer, width=None),
        rendering.nearest(answer, width=40),
        rendering.json_line(answer, id=attack),
    ]
    for text in shown:
        lines = text.replace("\n", "")
        assert not [c for c in lines if c < " " or "\x7f" <= c <= "\x9f" or c in "\u202e\u2066"]
        assert "\ud800" not in text


def test_control_characters_stay_visible() -> None:
    assert rendering.visible("\x1b[31mred\x9b0m\x07\x7f") == "␛[31mred�0m␇␡"


def test_letters_of_other_scripts_and_emoji_stay_as_they_are() -> None:
    text = "می‌خواهم שלום 日本語 👩‍👧 naïve “quoted” — done"
    assert rendering.visible(text) == text


def test_exact_words_are_shown_unaltered_but_for_line_breaks() -> None:
    assert rendering.sources(answered(BLACK), width=None) == (
        "[1] Exchange: “Another is Gordon Black, a 35-year-old U.S. Army staff sergeant, "
        "“held”  in May 2024.”"
    )


def test_footnotes_are_wrapped_under_their_text() -> None:
    lines = rendering.sources(answered(BLACK, cite(10, "Stephen")), width=40).split("\n")
    assert lines[0].startswith("[1] Exchange: “Another is")
    assert lines[1].startswith("    ") and lines[1][4] != " "
    assert lines[-1] == "[10] Exchange: “Stephen”"
    assert all(len(line) <= 40 for line in lines)
    unwrapped = " ".join(line.strip() for line in lines[:-1])
    assert unwrapped == rendering.sources(answered(BLACK), width=None)


def test_footnote_numbers_follow_their_sentence() -> None:
    assert rendering.sentence(CitedSentence("He is 35.", (1, 2))) == "He is 35. [1][2]"
    assert rendering.sentence(CitedSentence("Hm.", ())) == "Hm."


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("Oda, 41, left. [1]", "41", "Oda, <41>, left. [1]"),
        ("The boat\nleft (early). [1]", "boat left (early)", "The <boat\nleft (early)>. [1]"),
        ("She left. [1]", "41", "She left. [1]"),
        ("She left. [1]", "", "She left. [1]"),
    ],
)
def test_words_that_answer_are_set_off_also_over_lines(text: str, found: str, shown: str) -> None:
    cited = CitedSentence(text, (1,), found)
    assert rendering.set_off(text, cited, lambda words: f"<{words}>") == shown


def test_footnote_numbers_are_not_parted_from_the_word_before_them() -> None:
    text = "The quick brown fox ran. [1][2] And then"
    assert rendering.wrapped(text, width=25) == "The quick brown fox\nran. [1][2] And then"


@pytest.mark.parametrize("width", range(20, 60))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    text = "昔々あるところにおじいさんが" * 5 + " see https://example.org/" + "long" * 30 + " end."
    lines = rendering.wrapped(text, width=width, column=7, indent=4).split("\n")
    assert rendering.cells(lines[0]) + 7 <= width
    assert all(rendering.cells(line) <= width for line in lines[1:])
    assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")


def test_text_in_a_terminal_too_narrow_for_words_is_left_to_the_terminal() -> None:
    assert rendering.wrapped("some words to be wrapped", width=5) == "some words to be wrapped"


def test_nearest_passages_are_unnumbered_and_shortened_to_a_few_lines() -> None:
    shown = rendering.nearest(refused(cite(0, "Gordon Black, a word. " * 40), BLACK), width=50)
    lines = shown.split("\n")
    assert lines[0] == "Nearest in the story:"
    assert len(lines) == 1 + 3 + 3
    assert lines[3].endswith("…”")
    assert "[" not in shown


def test_passages_without_spaces_are_shortened_too() -> None:
    shown = rendering.nearest(refused(cite(0, "昔々あるところに" * 60)), width=50)
    assert len(shown.split("\n")) == 1 + 3


def test_refusal_near_to_nothing_lists_nothing() -> None:
    assert rendering.nearest(refused(), width=80) == ""


def test_refusal_without_a_sentence_says_so_all_the_same() -> None:
    silent = Answer("Who?", Verdict.NOT_IN_STORY, (), (), (), 1.0, 1.0, "m")
    assert rendering.sentences(silent) == (CitedSentence(NOT_IN_STORY, ()),)
    assert rendering.to_json(silent, id="q")["answer"] == NOT_IN_STORY


def test_json_has_exactly_the_promised_keys_in_one_line() -> None:
    line = rendering.json_line(answered(BLACK), id="q1")
    assert "\n" not in line and "“held”" in line
    assert json.loads(line) == {
        "id": "q1",
        "question": "How old is he?",
        "answer": "He is 35.",
        "abstained": False,
        "verdict": "answered",
        "citations": [
            {
                "n": 1,
                "story": "exchange",
                "title": "Exchange",
                "start": BLACK.start,
                "end": BLACK.end,
                "text": STORY[BLACK.start : BLACK.end],
            }
        ],
        "nearest": [],
        "probability": 1.0,
        "ttft_s": 0.512,
        "total_s": 2.5,
        "model": "m",
    }


def test_json_of_a_refusal_has_only_what_is_nearest() -> None:
    result = json.loads(rendering.json_line(refused(cite(0, "Stephen")), id=7))
    assert (result["id"], result["abstained"], result["citations"]) == (7, True, [])
    assert [found["text"] for found in result["nearest"]] == ["Stephen"]


def test_json_text_is_unaltered_even_where_control_characters_are_escaped() -> None:
    text = "bell\x07 csi\x9b31m\u2028line\r\n tab\t \U0001f469‍\U0001f467"
    result = json.loads(rendering.json_line(answered(cite(1, text)), id=None))
    assert result["citations"][0]["text"] == text


def test_how_a_question_was_taken_is_told_if_otherwise_than_typed() -> None:
    assert rendering.taken_as(answered(BLACK), width=80) == ""
    assert "taken_as" not in rendering.to_json(answered(BLACK), id="q")
    taken = replace(answered(BLACK), taken_as="How old is\x1b he?")
    assert rendering.taken_as(taken, width=80) == "Taken as: How old is␛ he?"
    assert rendering.to_json(taken, id="q")["taken_as"] == "How old is\x1b he?"
