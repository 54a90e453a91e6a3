"""What steps cost is learned, and decides how many askers share one."""

from __future__ import annotations

import pytest

from bot.llm.step_costs import StepCosts


def test_costs_grow_with_rows_and_join_between_measured_points() -> None:
    costs = StepCosts()
    seconds = [costs.seconds(rows) for rows in range(600)]
    assert seconds[0] == 0
    assert seconds == sorted(seconds)


def test_the_first_measurement_sets_the_height_of_the_whole_curve() -> None:
    costs = StepCosts()
    before = costs.seconds(8)
    costs.learn(1, 2 * costs.seconds(1))
    assert costs.seconds(8) == pytest.approx(2 * before)


def test_later_measurements_are_followed_slowly() -> None:
    costs = StepCosts()
    costs.learn(1, costs.seconds(1))
    wanted = 0.5 * costs.seconds(4)
    costs.learn(4, wanted)
    assert costs.seconds(4) > wanted
    for _ in range(100):
        costs.learn(4, wanted)
    assert costs.seconds(4) == pytest.approx(wanted, rel=0.05)


def test_nobody_writing_makes_no_group() -> None:
    assert StepCosts().group_size(0) == 0


def test_a_group_is_as_large_as_is_cheapest() -> None:
    costs = StepCosts()
    assert 1 <= costs.group_size(8) <= 8
    for _ in range(200):
        for rows in (1, 2, 3, 4, 6, 8):
            costs.learn(rows, 0.04)  # a machine where more rows cost nothing
    assert costs.group_size(8) == 8
