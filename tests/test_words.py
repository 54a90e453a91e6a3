"""Words are compared by their stems, weighed by how rare they are."""

from __future__ import annotations

from index.words import Stems, WordWeights, words


def test_endings_case_accents_and_apostrophes_do_not_matter() -> None:
    assert words("The Mayor’s Cafés reopened") == words("the mayors cafe reopening")


def test_thousands_separators_do_not_matter_but_decimals_do() -> None:
    assert words("1,000 and 1000") == ["1000", "and", "1000"]
    assert words("3.5") != words("35")


def test_places_are_those_where_the_stems_stand() -> None:
    text = "Dying stars, 1,000 of them; the star dies. Été! Lying still."
    wanted = dict.fromkeys(words("star died lie 1000 summer ete"), 1.0)
    every = [(place, stem) for place, stem in enumerate(words(text)) if stem in wanted]
    assert Stems(wanted).places(text) == every
    assert [place for place, _ in every] == [0, 1, 2, 6, 7, 8, 9]


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    weights = WordWeights([["the", "crane"], ["the", "bee"], ["the", "sea"]])
    assert weights["crane"] > weights["the"]


def test_share_is_weighted_and_complete_where_nothing_is_wanted() -> None:
    weights = WordWeights([["the", "crane"], ["the", "bee"], ["the", "sea"]])
    assert weights.share(["crane", "the"], {"crane"}) > 0.5
    assert weights.share(["crane", "the"], {"the"}) < 0.5
    assert weights.share([], {"the"}) == 1.0
