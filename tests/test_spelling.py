"""What was typed wrongly, and what only looks like it."""

from __future__ import annotations

import pytest

from bot.answering.spelling import Spelling, as_spelt, as_written

FERRY = Spelling(
    "Captain Margit Solheim steered the ferry Kilbrae across the narrows. Passengers couldn't see "
    "the lighthouse. She was born in Tromsø and owned a jeweller's workshop in Hammerfest."
)
FAIR = Spelling("The fair at Kilbrae opened; Margot Hansen judged the geese.")


def put_right(question: str, *spellings: Spelling, language: str = "en") -> str:
    return as_spelt(question, spellings or (FERRY,), language=language)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who steered the Kilbrse?", "Who steered the Kilbrae?"),
        ("Who is Mragit Solheim?", "Who is Margit Solheim?"),
        ("Who is margitt solheim?", "Who is margit solheim?"),
        ("WHO STEERED THE KILBRSE?", "WHO STEERED THE KILBRAE?"),
        ("Whom did the passangers see?", "Whom did the passengers see?"),
        ("What was Solhiem's ferry called?", "What was Solheim's ferry called?"),
        ("Lighthuose: who saw it?", "Lighthouse: who saw it?"),
        ("What is in Hamerfest?", "What is in Hammerfest?"),
    ],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    assert put_right(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who steered the ferry Kilbrae?",
        "Who steers ferries?",  # other endings of the story's words
        "Who opened it?",  # a word of the language, however near to one of the story
        "Who passed the barrows?",  # begins otherwise
        "Who is Marta?",  # more than one slip
        "Who was born in 1987?",
        "Why couldn't they see it?",
        "How many feryrs?",
        "What is Steerex?",  # a name is not put right to what is none
    ],
)
def test_what_is_no_slip_is_left(question: str) -> None:
    assert put_right(question) == question


def test_what_may_be_two_words_is_left() -> None:
    two = "Who is Marget?"
    assert put_right(two) == "Who is Margit?"
    assert put_right(two, FERRY, FAIR) == two


def test_what_one_of_several_stories_has_is_left() -> None:
    assert put_right("Who is Margot?", FERRY, FAIR) == "Who is Margot?"
    assert put_right("What is at Kilbrse?", FERRY, FAIR) == "What is at Kilbrae?"


def test_words_of_the_language_of_the_question_are_left() -> None:
    story = Spelling("The flush was broken, and the Kilbrae sank.")
    assert put_right("Wo ist der Fluss Kilbrse?", story, language="de") == (
        "Wo ist der Fluss Kilbrae?"
    )


def test_a_question_in_a_language_without_a_dictionary_is_left() -> None:
    assert put_right("Kto to jest Kilbrse?", language="pl") == "Kto to jest Kilbrse?"


def test_a_word_without_end_costs_nothing() -> None:
    endless = f"What is {'ferry' * 800}?"
    assert put_right(endless) == endless


def test_characters_that_are_no_letters_are_left() -> None:
    story = Spelling("狐狸偷了国王的金苹果。 Kilbrae")
    assert put_right("狐狸偷了国王的银苹果？", story, language="en") == "狐狸偷了国王的银苹果？"
    assert put_right("狐狸 Kilbrse?", story) == "狐狸 Kilbrae?"


def test_a_capital_at_the_beginning_of_a_sentence_makes_no_name() -> None:
    story = Spelling("Accelerations are measured. It measures accelerations.")
    assert put_right("What measures accelerlations?", story) == "What measures accelerations?"


COAST = Spelling(
    "FERRY LEAVES COAST\n\nBy Una Dove\n\nThe ferry of Sound Lines left the sound on Monday, "
    "said Hugo Varley. Repairs are dear. The WHO and the US sent Dr. Orla Finn, who is a doctor. "
    "Old Finn likes the Kestrel. It was said by Judge Finn."
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("how old is hugo varley?", "How old is Hugo Varley?"),
        ("WHO RUNS SOUND LINES?", "Who runs Sound Lines?"),
        ("what froze the sound", "What froze the sound?"),
        ("did hugo varley's ferry leave on monday", "Did Hugo Varley's ferry leave on Monday?"),
        ("what do repairs cost", "What do repairs cost?"),
        ("where does the ferry leave the coast", "Where does the ferry leave the coast?"),
        ("who told us", "Who told us?"),
        ("Who is hugo varley?", "Who is Hugo Varley?"),
        ("who is a judge of sound", "Who is a judge of sound?"),
        ("does the judge like repairs", "Does the judge like repairs?"),
        ("is finn old", "Is Finn old?"),
        ("who is otto brandt", "Who is otto brandt?"),
        ("the captain's age", "The captain's age"),
        ("", ""),
    ],
)
def test_a_question_in_small_letters_gets_the_capitals_that_the_story_has(
    typed: str, written: str
) -> None:
    assert as_written(typed, [COAST]) == written


@pytest.mark.parametrize(
    "question", ["Who is Hugo varley?", "who is Hugo varley?", "What did Una say of monday?"]
)
def test_a_question_with_capitals_of_its_own_keeps_them(question: str) -> None:
    assert as_written(question, [COAST]) == question


def test_capitals_of_several_stories_are_known() -> None:
    assert as_written(
        "did varley know mr. oakes?", [COAST, Spelling("It rained on Mr. Oakes.")]
    ) == ("Did Varley know Mr. Oakes?")


def test_a_question_without_a_question_mark_gets_one() -> None:
    assert as_written("Who is Hugo Varley", [COAST]) == "Who is Hugo Varley?"
