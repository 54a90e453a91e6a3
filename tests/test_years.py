"""A question about a year that a story does not tell of takes too much for granted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answering.years import misses_year
from index.library import Library
from index.story import Story
from tests.scripted_model import ScriptedModel
from tests.test_answerer import told

DUKE = (
    "The duke took office in 1758, fought from 1761 to 1763 and again in 1768-71. He died in 1774."
)
TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("question", "misses"),
    [
        ("In 1785 what did the duke plan?", True),
        ("What did the duke plan in 1759?", True),
        ("Where was he in June/July 1745?", True),
        ("Was plante der Herzog im Jahr 1785?", True),
        ("When did the duke take office?", False),
        ("What happened in 1758?", False),
        ("Where did he fight in 1762?", False),  # within a span that is told of
        ("Where did he fight in 1770?", False),
        ("What became of him in the 1780s?", False),  # a decade may be told of in other words
        ("What did he do with the 1500 guns?", False),  # no year
        ("Of 1500 guns, how many were lost?", False),
        ("What did he do before 1760?", False),
        ("Who was in office since 1759?", False),
        ("How did the duke fare in 2025?", False),  # a story may call it last year
        ("How did the duke fare in 2019?", True),
    ],
)
def test_a_year_that_no_story_tells_of_is_noticed(question: str, misses: bool) -> None:
    assert misses_year(question, [DUKE], today=TODAY) == misses
    assert not misses_year(question, [DUKE, "1785 1759 1745 2019"], today=TODAY)


@pytest.mark.parametrize(
    ("text", "question", "misses"),
    [
        ("It was built in 1921. Six years later it burned.", "What burned in 1927?", False),
        ("It was built in 1921. Six years later it burned.", "What burned in 1926?", True),
        ("It was built in 1921. Six years later it burned.", "What burned in 1915?", True),
        ("In 1921 it was built, 6 years later it burned, 2 years on it fell.", "In 1929?", False),
        ("It was built in 1921. A year before, it was planned.", "What was done in 1920?", False),
        ("It was built in 1921. The following year it burned.", "What burned in 1922?", False),
        ("It was built in 1921 and burned twenty-two years on.", "What burned in 1943?", False),
    ],
)
def test_a_year_that_a_story_leads_to_is_told_of(text: str, question: str, misses: bool) -> None:
    assert misses_year(question, [text], today=TODAY) == misses


def test_about_such_a_year_the_story_does_not_say(library: Library, tmp_path: Path) -> None:
    library.add(Story(id="duke", title="The duke", text=DUKE, source="duke"))
    model = ScriptedModel("He took office in 1758.", yes=0.999, found="took office")
    _, answer = told(library, model, "What did the duke do in 1759?")
    assert answer.abstained and answer.nearest and model.asked == []
    _, answer = told(library, model, "What did the duke do in 1758?")
    assert not answer.abstained
