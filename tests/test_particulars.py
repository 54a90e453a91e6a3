"""Names and numbers that an answer must not make up."""

from __future__ import annotations

import pytest

from bot.answering.particulars import figures, is_about_another, made_up, names


def test_words_in_a_row_with_capitals_are_one_name_without_titles() -> None:
    assert names("The clerk Anna Brook met Dr Lund.") == [("anna", "brook"), ("lund",)]
    assert names("Did Anna Brook go? Was it Lund?") == [("anna", "brook"), ("lund",)]


def test_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    assert names("Nobody knew. Everybody guessed.") == []


def test_a_number_that_the_story_does_not_have_is_made_up() -> None:
    shown = "The bridge is 35 metres long."
    assert made_up(
        "The bridge is 53 metres long.", cited=shown, before="", asked="How long is it?"
    ) == {"53"}


@pytest.mark.parametrize("shown", ["It cost 1,200 crowns.", "It cost 1200 crowns."])
def test_a_number_may_be_written_otherwise(shown: str) -> None:
    assert not made_up("It cost 1200 crowns.", cited=shown, before="", asked="")


def test_a_number_may_be_written_out_in_the_story() -> None:
    assert not made_up("She has 12 cows.", cited="The twelve cows of hers", before="", asked="")
    assert figures("twenty-one") >= {"20", "1"}


def test_one_word_of_a_name_is_enough() -> None:
    assert not made_up(
        "It was Edward Holt.", cited="Mr Holt had done it.", before="", asked="Who was it?"
    )


def test_a_name_that_stands_nowhere_near_is_made_up() -> None:
    shown = "The mayor said that the mill would stay."
    assert made_up("So said mayor Ellen Vance.", cited=shown, before="", asked="Who?") == {
        "ellen",
        "vanc",
    }


def test_what_was_asked_may_be_repeated() -> None:
    shown = "She was born in March."
    assert not made_up(
        "Ellen was born in March.", cited=shown, before="", asked="When was Ellen born?"
    )


def test_a_name_may_stand_before_what_is_cited_but_a_number_may_not() -> None:
    before, cited = "Isla Munro, 47, is the warden.", "She cried."
    assert not made_up("Isla Munro cried.", cited=cited, before=before, asked="Who cried?")
    claim = "Isla Munro is 47."
    assert made_up(claim, cited=cited, before=before, asked="How old is she?") == {"47"}


def test_somebody_of_the_same_surname_is_another() -> None:
    cited = "Harriet Pellow was elected four years ago."
    assert is_about_another("When was Jack Pellow elected?", cited=cited, before="Jack swam.")
    assert not is_about_another("When was Harriet Pellow elected?", cited=cited, before="")
    assert not is_about_another("When was Mrs Pellow elected?", cited=cited, before="")


def test_a_sentence_about_somebody_named_in_full_is_not_about_who_was_asked() -> None:
    cited = "The assistant, Dominic Yarrow, was sent to prison."
    asked = "When was Lionel Frake sent to prison?"
    assert is_about_another(asked, cited=cited, before="The court sat for a week.")
    assert not is_about_another(asked, cited=cited, before="Lionel Frake wept.")


def test_a_sentence_that_names_nobody_may_be_about_anybody() -> None:
    asked = "When was Lionel Frake sent to prison?"
    assert not is_about_another(asked, cited="He was sent to prison in May.", before="")
    assert not is_about_another("Who was sent to prison?", cited="Dominic Yarrow was.", before="")
