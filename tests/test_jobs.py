"""Jobs on logits made by hand: look-up changes the speed of an answer, never its words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bot.llm.drafts import Drafter
from bot.llm.finding import Confirming, Finding, Finds
from bot.llm.jobs import Choosing, Weighing, Writing
from bot.llm.step_costs import StepCosts

END = 0
VOCABULARY = 50


def logits_for(token: int) -> np.ndarray:
    row = np.zeros(VOCABULARY, dtype=np.float32)
    row[token] = 5.0
    return row


def follow(tokens: tuple[int, ...]) -> int:
    """A make-believe model: it counts up from 10, leaves out 17, and ends after 23."""
    last = tokens[-1]
    if last == 23:
        return END
    return 10 if last < 10 else last + 1 + (last == 16)


def run(job: Writing) -> int:
    """Let a job write as the engine would; how many steps that took."""
    held: list[int] = []
    steps = 0
    while not job.finished:
        tokens = job.next_tokens(StepCosts(), rows_before=0)
        first_wanted = len(tokens) - job.wanted
        rows = [
            logits_for(follow((*held, *tokens[: i + 1]))) for i in range(first_wanted, len(tokens))
        ]
        kept = job.take(rows)
        held += tokens[: first_wanted + kept]
        steps += 1
    return steps


def written(*, drafter: Drafter | None, most: int = 40) -> tuple[list[int], int]:
    told: list[int] = []
    job = Writing(
        [1, 2, 3],
        most=most,
        drafter=drafter,
        is_end=lambda token: token == END,
        put=told.extend,
    )
    return told, run(job)


@pytest.mark.parametrize("most", [1, 2, 5, 6, 7, 12, 13, 40])
def test_the_same_words_with_and_without_look_up_in_fewer_steps(most: int) -> None:
    plain, steps = written(drafter=None, most=most)
    # The passages hold what is written, but for one number that makes drafts fail there.
    drafted, fewer = written(drafter=Drafter(range(1, 30)), most=most)
    assert drafted == plain
    assert fewer <= steps
    if most == 40:
        assert plain == [10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23]
        assert fewer < steps


def test_an_answer_ends_where_the_model_ends_it_or_at_the_limit() -> None:
    assert written(drafter=None)[0][-1] == 23
    assert len(written(drafter=None, most=4)[0]) == 4


def test_choosing_shares_the_odds_of_the_options() -> None:
    found: list[list[float]] = []
    job = Choosing([1], options=[[3, 4], [5]], put=found.append)
    row = np.full(VOCABULARY, -9.0, dtype=np.float32)
    row[[3, 4, 5]] = [math.log(2), math.log(4), math.log(2)]
    job.take([row])
    assert job.finished
    assert found == [[pytest.approx(0.75), pytest.approx(0.25)]]


def test_words_that_are_confirmed_weigh_what_they_weighed_when_they_were_found() -> None:
    chance = np.random.default_rng(1)
    first, second, end = (chance.normal(size=VOCABULARY).astype(np.float32) for _ in range(3))
    unsaid = int(first.argmax())
    end[END] = 9
    found: list[Finds] = []
    finding = Finding(
        [1, 2],
        most=5,
        drafter=None,
        is_end=lambda token: token == END,
        put=found.append,
        unsaid=unsaid,
        least=0.0,
    )
    for row in (first, second, end):
        finding.take([row])
    ((stated, ((tokens, share),)),) = found
    assert finding.finished and len(tokens) == 2 and unsaid not in tokens
    told: list[tuple[float, float]] = []
    confirming = Confirming([1, 2], words=tokens, unsaid=unsaid, put=told.append)
    assert confirming.next_tokens(StepCosts(), rows_before=0) == [1, 2, tokens[0]]
    assert confirming.take([first, second]) == confirming.wanted == 2
    first[unsaid] = -np.inf
    odds = [np.exp(row) / np.exp(row).sum() for row in (first, second)]
    certainty = math.sqrt(odds[0][tokens[0]] * odds[1][tokens[1]])
    assert told == [(pytest.approx(stated), pytest.approx(certainty))]
    last = np.exp(end) / np.exp(end).sum()
    assert share == pytest.approx(certainty**2 * last[END])


def test_without_words_only_the_answer_is_confirmed() -> None:
    told: list[tuple[float, float]] = []
    job = Confirming([1, 2], words=[], unsaid=3, put=told.append)
    assert job.next_tokens(StepCosts(), rows_before=0) == [1, 2] and job.wanted == 1
    job.take([logits_for(3)])
    assert told == [(pytest.approx(1 - math.exp(5) / (math.exp(5) + VOCABULARY - 1)), 0.0)]


def test_weighing_gives_each_tokens_log_probability() -> None:
    found: list[list[float]] = []
    job = Weighing([1, 2], text=[7, 8], put=found.append)
    assert job.next_tokens(StepCosts(), rows_before=0) == [1, 2, 7]
    assert job.wanted == 2
    flat = np.zeros(VOCABULARY, dtype=np.float32)
    job.take([flat, logits_for(8)])
    (figures,) = found
    assert figures[0] == pytest.approx(-math.log(VOCABULARY))
    assert figures[1] == pytest.approx(-math.log(1 + 49 * math.exp(-5)))


TREE = {
    (): {10: 0.5, 20: 0.3, 30: 0.05},
    (10,): {11: 0.7, 15: 0.29},
    (10, 11): {END: 0.9},
    (10, 15): {16: 0.9},
    (10, 15, 16): {17: 0.8},
    (10, 15, 16, 17): {END: 0.9},
    (20,): {21: 0.8},
    (20, 21): {22: 0.9},
    (20, 21, 22): {END: 0.9},
}
"""How likely which token comes after which others; a token that says there is no answer is 3."""


def finds(tree: dict[tuple[int, ...], dict[int, float]], drafter: Drafter | None = None) -> Finds:
    """What is found where tokens are as likely as that, the job held to what it says it holds."""
    prompt, held, told = (1, 2), list[int](), list[Finds]()
    job = Finding(
        prompt,
        most=9,
        drafter=drafter,
        is_end=lambda token: token == END,
        put=told.append,
        unsaid=3,
        least=0.0,
    )
    while not job.finished:
        tokens = job.next_tokens(StepCosts(), rows_before=0)
        rows = []
        for i in range(len(tokens) - job.wanted, len(tokens)):
            row = np.full(VOCABULARY, math.log(1e-9), dtype=np.float32)
            for token, probability in tree.get((*held, *tokens[: i + 1])[2:], {END: 0.5}).items():
                row[token] = math.log(probability)
            rows.append(row)
        kept = job.take(rows)
        held += tokens
        if not job.finished:
            del held[len(held) - (len(rows) - kept) :]
    return told[0]


@pytest.mark.parametrize("drafter", [None, Drafter([20, 21, 22, 5, 10, 15, 16, 17])])
def test_where_the_words_are_not_sure_the_likeliest_others_are_found_too(
    drafter: Drafter | None,
) -> None:
    tree = {prefix: {**row, 3: 1e-9} for prefix, row in TREE.items()}
    stated, found = finds(tree, drafter)
    assert stated == pytest.approx(1)
    assert [tokens for tokens, _ in found] == [(10, 11), (10, 15, 16, 17), (20, 21, 22)]
    # Each as likely as the product of its tokens, where 0.85 and 0.99 are all there is.
    wanted = [0.5 / 0.85 * 0.7 / 0.99, 0.5 / 0.85 * 0.29 / 0.99, 0.3 / 0.85]
    assert [share for _, share in found] == pytest.approx(wanted, abs=0.01)


def test_where_the_words_are_sure_no_others_are_looked_for() -> None:
    sure = {(): {10: 0.9, 20: 0.1, 3: 1e-9}, (10,): {11: 1.0}, (10, 11): {END: 1.0}}
    _, found = finds({**TREE, **sure})
    assert [tokens for tokens, _ in found] == [(10, 11)]


def test_words_that_may_end_sooner_are_others() -> None:
    ends = {(): {10: 1.0, 3: 1e-9}, (10,): {11: 0.6, END: 0.4}, (10, 11): {END: 1.0}}
    _, found = finds(ends)
    assert found == (((10, 11), pytest.approx(0.6)), ((10,), pytest.approx(0.4)))
