"""Names and numbers that an answer must not make up."""

from __future__ import annotations

import pytest

from bot.answering.particulars import (
    calls,
    figures,
    full_name,
    is_about_another,
    made_up,
    names,
    only_name,
    opening_name,
    own_parts,
)


def test_words_in_a_row_with_capitals_are_one_name_without_titles() -> None:
    assert names("The clerk Anna Brook met Dr Lund.") == [("anna", "brook"), ("lund",)]
    assert names("Did Anna Brook go? Was it Lund?") == [("anna", "brook"), ("lund",)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was stolen by Mr. Brown.", [("brown",)]),
        ("She asked President Obama.", [("obama",)]),
        ("She asked John Major.", [("john", "major")]),
        ("She asked Łukasz Nowak.", [("łukasz", "nowak")]),
        ("She has an iPhone.", []),
        ("May I ask how old she is? I've wondered, and I’m curious.", []),
        ("When did Henry I die?", [("henri", "i")]),
    ],
)
def test_titles_stand_before_names_and_letters_of_all_kinds_begin_them(
    text: str, found: list[tuple[str, ...]]
) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "cited",
    [
        "It had belonged to d'Artagnan himself.",
        "Elle est partie de l’Angleterre.",
        "The key was James's.",
    ],
)
def test_what_is_cited_to_the_letter_is_never_made_up(cited: str) -> None:
    assert not made_up(cited, cited=cited, before="", asked="Whose was it?")


def test_a_number_that_is_written_out_can_be_made_up_as_well() -> None:
    shown = "Three fishermen drowned; one of them was the cook."
    assert made_up("Seven fishermen drowned.", cited=shown, before="", asked="") == {"7"}
    assert not made_up("One of the two was the cook.", cited=shown, before="", asked="")
    assert not made_up("She is thirty-three.", cited="She is 33.", before="", asked="")


def test_whoever_is_asked_about_by_a_title_may_be_told_of_by_a_first_name() -> None:
    asked = "Where was President Obama born?"
    assert not is_about_another(asked, cited="Barack Obama was born in Honolulu.", before="")


def test_a_surname_behind_a_title_with_a_full_stop_is_asked_about() -> None:
    asked = "What did Dr. Watson find in the hall?"
    assert is_about_another(asked, cited="James Mortimer found a stick in the hall.", before="")


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


@pytest.mark.parametrize(
    "cited",
    ["One Thursday while Bernard was away she called the lad over.", "Later Otto went home."],
)
def test_a_sentence_that_begins_with_a_day_or_an_adverb_names_nobody_in_full(cited: str) -> None:
    assert not is_about_another("How many blocks did Ottoline move?", cited=cited, before="")


def test_whoever_was_found_is_nobody_else() -> None:
    asked, cited = "Who brought down the captain of Port Emmer?", "Signe fell over Marit Aune."
    assert is_about_another(asked, cited=cited, before="")
    assert not is_about_another(asked, cited=cited, before="", found="Marit Aune")
    third = f"{cited} Inga Ravn laughed."
    assert is_about_another(asked, cited=third, before="", found="Marit Aune")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ezra Lindqvist", ("ezra", "lindqvist")),
        ("Count Leopold Varga", ("leopold", "varga")),
        ("the scrap dealer Egon Falk", ()),
        ("Anna Brook and Otto Lund", ()),
        ("Lindqvist", ()),
        ("two nights", ()),
    ],
)
def test_a_full_name_is_a_name_of_several_words_and_nothing_else(
    text: str, name: tuple[str, ...]
) -> None:
    assert full_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lindqvist", ("lindqvist",)),
        ("Mrs. Abernot", ("abernot",)),
        ("Abernot and Otto", ()),
        ("Abernot left", ()),
        ("She", ()),
        ("two nights", ()),
    ],
)
def test_a_text_may_be_one_name_and_nothing_else(text: str, name: tuple[str, ...]) -> None:
    assert only_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mrs Marlow counts gulls.", {"marlow"}),
        ("“But Oda Fjell does not.”", {"oda", "fjell"}),
        ("Gulls are counted by Oda Fjell.", set()),
        ("On Monday they flew.", set()),
        ("they flew.", set()),
        ("", set()),
    ],
)
def test_a_text_may_begin_with_a_name(text: str, name: set[str]) -> None:
    assert opening_name(text) == name


def test_what_two_persons_share_calls_neither() -> None:
    texts = ["Jack Brook swam.", "The mayor is Harriet Brook.", "When Jack came, Brook left."]
    own = own_parts(("jack", "brook"), texts)
    assert calls("Jack had cut his foot.", own)
    assert not calls("Brook had cut a ribbon.", own)
    assert not calls("He lifted it with a jack.", own)
    assert calls("Brook had cut a ribbon.", own_parts(("jack", "brook"), texts[::2]))
