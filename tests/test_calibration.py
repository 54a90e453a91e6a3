"""Fitting the weights by which evidence is weighed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from bot.answering.support import log_odds
from tests.evaluation.calibrate import MOST_LOST, fit, is_shown, outcomes
from tests.evaluation.cases import Case, keep, kept
from tests.evaluation.reliability import measure


def cases(count: int, *, seed: int) -> list[Case]:
    """Questions whose signals tell something, but not all, of what is true."""
    chance = random.Random(seed)
    made = []
    for n in range(count):
        answerable = chance.random() < 0.6
        yes = min(0.99, max(0.01, chance.gauss(0.7 if answerable else 0.4, 0.2)))
        here = min(0.99, max(0.01, chance.gauss(0.7 if answerable else 0.4, 0.2)))
        question = {"model": log_odds(yes), "relevance": chance.random(), "lead": chance.random()}
        sentence = {"here": log_odds(here), "share": 0.8, "named": 1.0, "stated": 0.0}
        handled = answerable and chance.random() < 0.8
        made.append(Case(str(n), "asking", answerable, handled, question, sentence, ""))
    return made


def test_what_tells_is_given_weight_and_what_does_not_hardly_any() -> None:
    found = fit(cases(600, seed=1))
    assert found.stated.weights["model"] > 0.5
    # Of a signal between 0 and 1, at most this much in log-odds.
    assert abs(found.stated.weights["lead"]) < 0.5


def test_the_threshold_loses_few_right_answers_and_refuses_many_others() -> None:
    found = fit(cases(2_000, seed=2))
    new = cases(2_000, seed=3)
    right = [c for c in new if c.handled]
    others = [c for c in new if not c.answerable]
    assert sum(not is_shown(found, c) for c in right) < 2 * MOST_LOST * len(right)
    assert sum(not is_shown(found, c) for c in others) > 0.4 * len(others)


def test_probabilities_can_be_believed_on_questions_they_were_not_fitted_on() -> None:
    found = fit(cases(2_000, seed=4))
    new = cases(2_000, seed=5)
    said = [found.stated.probability(c.question) for c in new]
    measured = measure(said, [c.answerable for c in new])
    assert measured.auc > 0.8
    # Both outcomes weigh the same in the fit, and six in ten are answerable here.
    assert measured.calibration_error < 0.12


def test_an_answer_that_no_sentence_carries_is_not_shown() -> None:
    found = fit(cases(200, seed=6))
    assert not is_shown(
        found, Case("x", "asking", True, False, {"model": 5, "relevance": 1, "lead": 1}, {}, "")
    )


def test_a_sure_answer_is_weighed_if_no_sentence_gives_it_by_itself() -> None:
    found = fit(cases(200, seed=6))
    asked = {"model": 3.0, "relevance": 1.0, "lead": 1.0}
    hardly = {"here": -7.0, "share": 0.0, "named": 0.0}
    sure = Case("x", "asking", True, False, asked, hardly, "")
    assert is_shown(found, sure)
    assert not is_shown(found, replace(sure, fails_alone=True))


def test_the_table_marks_the_threshold_that_was_chosen() -> None:
    made = cases(200, seed=7)
    found = fit(made)
    assert sum(line.startswith("->") for line in outcomes(found, made)) == 1


def test_cases_are_kept_one_by_one_so_that_a_run_that_was_broken_off_goes_on(
    tmp_path: Path,
) -> None:
    file, made = tmp_path / "cases.jsonl", cases(3, seed=8)
    assert kept(None) == kept(file) == []
    for count, case in enumerate(made, 1):
        keep(case, file)
        assert kept(file) == made[:count]
