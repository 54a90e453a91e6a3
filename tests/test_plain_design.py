"""How the reply of the plain design is read."""

from __future__ import annotations

from tests.evaluation.plain_design import REFUSAL, read_reply

PASSAGES = ["one", "two", "three"]


def test_numbers_in_brackets_are_citations_and_no_words() -> None:
    words, refused, cited = read_reply("He is 35 [2]. She is 36 [1, 2].", PASSAGES)
    assert (words, refused, cited) == ("He is 35. She is 36.", False, (2, 1))


def test_number_may_be_called_a_passage() -> None:
    assert read_reply("He is 35. [Passage 2]", PASSAGES) == ("He is 35.", False, (2,))


def test_number_of_no_passage_is_left_out() -> None:
    assert read_reply("So it is [0] [4] [3].", PASSAGES)[2] == (3,)


def test_other_brackets_and_numbers_stay() -> None:
    assert read_reply("In 1988 [sic] it was 3.", PASSAGES)[0] == "In 1988 [sic] it was 3."


def test_refusal_is_believed_in_any_case_and_cites_nothing() -> None:
    assert read_reply(f"{REFUSAL.lower()} [1]", PASSAGES)[1:] == (True, ())
