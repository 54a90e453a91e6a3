"""Drafts are looked up in the passages, as long as what steps cost makes them worth it."""

from __future__ import annotations

from bot.llm.drafts import LONGEST_DRAFT, Drafter
from bot.llm.step_costs import StepCosts

SOURCE = list(range(100, 140))


def learned(*, kept: bool) -> Drafter:
    drafter = Drafter(SOURCE)
    for _ in range(40):
        draft = drafter.draft(SOURCE[:4], StepCosts(), rows_before=0)
        drafter.learn(len(draft), len(draft) if kept else 0)
    return drafter


def test_what_follows_in_the_source_is_drafted() -> None:
    draft = learned(kept=True).draft([1, 2, 103, 104, 105, 106], StepCosts(), rows_before=0)
    assert draft and draft == SOURCE[7 : 7 + len(draft)]
    assert len(draft) <= LONGEST_DRAFT


def test_nothing_is_drafted_for_words_the_source_does_not_have() -> None:
    assert Drafter(SOURCE).draft([1, 2, 3, 4], StepCosts(), rows_before=0) == []
    assert Drafter(SOURCE).draft([1, 2, 3, 105], StepCosts(), rows_before=0) == []
    assert Drafter(SOURCE).draft([], StepCosts(), rows_before=0) == []


def test_drafts_that_never_come_true_are_given_up() -> None:
    assert learned(kept=False).draft(SOURCE[:4], StepCosts(), rows_before=0) == []


def test_no_draft_where_a_larger_step_costs_as_much_as_its_rows_apart() -> None:
    costs = StepCosts()
    for _ in range(200):
        for rows in (1, 2, 3, 4, 6, 8):
            costs.learn(rows, 0.04 * rows)
    assert learned(kept=True).draft(SOURCE[:4], costs, rows_before=0) == []
