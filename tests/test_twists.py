"""What a small model makes of a story that the story does not say."""

from __future__ import annotations

import pytest

from bot.answering.claims import claim_of
from bot.answering.twists import twists
from tests.candidates import candidates_of

PRESS = "The press was built in 1898 and came from a works in Wexby that burned down."


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("The press is from a works that burned down in 1898.", "Which year is the press from?"),
        ("The works in Wexby burned down in 1898.", "When was that?"),
    ],
)
def test_where_a_number_is_moved_to_other_words_the_story_speaks_for_itself(
    written: str, question: str
) -> None:
    assert twists(written, PRESS, question)
    claim = claim_of(written, "1898", question, candidates_of(PRESS, title="The press"))
    assert claim is not None and claim.is_quoted and claim.text == PRESS


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("The press was built in 1898.", "When was the press built?"),
        ("In 1898 the press was built.", "How old is the press?"),
        ("The press dates from 1898.", "From which year does the press date?"),  # as was asked
        ("The press came in 1898.", "When did the press come to Wexby?"),
        ("1898.", "When was the press built?"),
        ("The press of 1898 was built in Wexby.", "Which press of 1898 is it?"),
    ],
)
def test_a_number_may_stand_beside_what_it_stands_beside_in_the_story_or_was_asked_with(
    written: str, question: str
) -> None:
    assert not twists(written, PRESS, question)


HAY = "Anna brought the hay in with the help of her aunt, her neighbour and a mule."


@pytest.mark.parametrize(
    ("written", "question", "is_turned"),
    [
        ("Anna helped her aunt with the hay.", "Who helped Anna with the hay?", True),
        ("Her aunt helped Anna with the hay.", "Who helped Anna with the hay?", False),
        ("Anna brought the hay in with her aunt.", "With whom did Anna bring it in?", False),
        ("Anna is a farmer.", "Who is Anna?", False),
        ("Anna brought the hay in.", "What do you know of how they brought Anna?", False),
    ],
)
def test_whoever_something_was_done_to_does_not_do_it(
    written: str, question: str, is_turned: bool
) -> None:
    assert twists(written, HAY, question) == is_turned


def test_where_it_is_turned_round_the_story_speaks_for_itself() -> None:
    written, found = "Anna helped her aunt with the hay.", "her aunt"
    claim = claim_of(written, found, "Who helped Anna with the hay?", candidates_of(HAY))
    assert claim is not None and claim.is_quoted and claim.text == HAY


@pytest.mark.parametrize(
    ("cited", "written", "is_surer"),
    [
        ("It has been claimed that the Hales dug the well.", "The Hales dug the well.", True),
        ("The Hales are said to have dug the well.", "The Hales dug the well.", True),
        ("The well was allegedly dug by the Hales.", "The Hales dug the well.", True),
        ("The well was allegedly dug by the Hales.", "Allegedly the Hales dug it.", False),
        ("The Hales dug the well, and said so.", "The Hales dug the well.", False),
    ],
)
def test_what_a_story_does_not_say_for_certain_is_not_said_outright(
    cited: str, written: str, *, is_surer: bool
) -> None:
    assert twists(written, cited, "Who dug the well?") is is_surer
