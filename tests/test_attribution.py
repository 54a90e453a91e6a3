"""Words stay with whoever said them."""

from __future__ import annotations

import pytest

from bot.answering.attribution import attributed


@pytest.mark.parametrize(
    ("claim", "cited", "expected"),
    [
        (
            "The dam is safe.",
            "The dam is safe, according to Oda Fjell, who runs it.",
            "According to Oda Fjell, the dam is safe.",
        ),
        (
            "Nine men came to the fire.",
            "“Nine men came to the fire,” said Otto Lund of the brigade.",
            "According to Otto Lund, nine men came to the fire.",
        ),
        (
            "It will rain on Monday.",
            "Mira Holt, the mayor, warned that it will rain on Monday.",
            "According to Mira Holt, it will rain on Monday.",
        ),
        (
            "Vell will lose the ferry.",
            "According to the Ministry, Vell will lose it.",
            "According to the Ministry, Vell will lose the ferry.",
        ),
        (
            "Bacteria have fallen by 85 percent.",
            "There bacteria have fallen by 85 percent, according to Dr. Ada Holm, who counts them.",
            "According to Dr. Ada Holm, bacteria have fallen by 85 percent.",
        ),
        (
            "It is called the Lantern because sailors looked for it.",
            "According to the harbour master, Oda Fjell, sailors looked for it, hence the name.",
            "According to the harbour master, Oda Fjell, it is called the Lantern because sailors "
            "looked for it.",
        ),
        (
            "The bridge was shut.",
            "The bridge was shut for a week, according to two people who live there.",
            "According to two people who live there, the bridge was shut.",
        ),
        (
            "The bridge was shut.",
            "According to a report, the bridge was shut.",
            "According to a report, the bridge was shut.",
        ),
        (
            "It is safe.",
            "But Oda Fjell says that it is safe.",
            "According to Oda Fjell, it is safe.",
        ),
    ],
)
def test_what_somebody_says_is_led_in_with_who_says_it(
    claim: str, cited: str, expected: str
) -> None:
    assert attributed(claim, cited, asked="What is it like?") == expected


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("The dam is safe.", "The dam is safe."),  # nobody says it
        ("Oda Fjell is 41.", "Oda Fjell said that she is 41."),  # named already
        ("Oda Fjell said that it is safe.", "It is safe, said Oda Fjell."),
        ("The mayor says that it is safe.", "It is safe, according to Oda Fjell."),
        ("It is safe.", "According to the report it is safe."),  # where does who says it end?
        (
            "Whips count votes.",
            "Whips make sure that all vote according to the rules of the party.",
        ),
        ("It is safe.", "According to her, it is safe."),
        ("The fee is four dollars.", "According to plan, the fee is four dollars."),
        ("It is safe.", "It is safe, she said."),  # nobody knows who she is from here
        ("It is safe.", "“It is safe,” said Oda Fjell. “It leaks,” said Otto Lund."),  # which?
        ("It is safe.", "But she says that it is safe."),
        ("The mayor is 61 years old.", "Oda Fjell, 61, said she did not see the bottles."),
        ("The ramps are closed.", "It takes weeks, according to Hydro, and the ramps are closed."),
        ("She is hungry.", "“I am hungry,” said the wolf."),
    ],
)
def test_in_doubt_a_claim_is_left_as_it_is(claim: str, cited: str) -> None:
    assert attributed(claim, cited, asked="What is it like?") == claim
