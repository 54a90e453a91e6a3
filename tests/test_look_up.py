"""Look-up on a real model: an answer's words are the same with and without it, to the letter.

Where a context holds 256 cells or fewer, llama.cpp takes the same sums in the same
order for a row whether or not others stand beside it in a step, for weights like
these on most processors. With more cells a single row's sums are split between
threads, so there near ties may be decided otherwise, with or without look-up.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.llm.drafts import LONGEST_DRAFT, Drafter
from bot.llm.llama import LlamaContext, Row
from bot.llm.step_costs import StepCosts
from index.story import Story
from tests import small_model
from tests.small_model import excerpt

STORIES = [
    Story(id=name, title=name, source=name, text=text)
    for name, text in {
        "The mill": "The miller of Vell is called Ragnar Os. He has three daughters. The mill "
        "burned in 1911.",
        "The bell": "The bell of Hamre fell into the lake in 1702. Two divers, Ole Brun and his "
        "sister Marit, brought it up again in June. It rings a little flat.",
        "The bakery": "The bakery in Korn Street opens at five. Its rye bread costs four crowns, "
        "and on Fridays Mrs Tveit bakes a cake with plums.",
        "The race": "Nine boats took part in the race around Sorre. Captain Moll won it in two "
        "hours and eleven minutes. Her brother came last.",
    }.items()
]
QUESTIONS = (
    "What happened, and when? Quote the whole story word for word.",
    "Repeat the first sentence.",
    "Who is named?",
    "Which numbers does it give?",
    "How did it end?",
    "Tell it in your own words.",
)


class CountingDrafter(Drafter):
    """A drafter that also counts how many drafted tokens came true."""

    came_true = 0

    def learn(self, drafted: int, kept: int) -> None:
        """See Drafter."""
        CountingDrafter.came_true += kept
        super().learn(drafted, kept)

    @staticmethod
    def _worthwhile(chance: float, costs: StepCosts, rows_before: int) -> int:
        """Drafts as long as may be, whatever steps cost on this machine."""
        return LONGEST_DRAFT


def rounds_rows_alike(weights: Path) -> bool:
    """True if a row's logits are the same to the bit, whatever stands beside it in a step."""
    context = LlamaContext(weights, cells=256, sequences=2, threads=2)
    tokens = context.tokenize("The miller of Vell is called Ragnar Os. He has three daughters.")
    alone = []
    for position, token in enumerate(tokens):
        context.decode([Row(token, position, 0, True)])
        alone.append(context.logits(0).copy())
    alike = True
    for rows in range(2, LONGEST_DRAFT + 2):
        begin = len(tokens) - rows
        context.drop(0, begin)
        context.decode([Row(tokens[i], i, 0, True) for i in range(begin, len(tokens))])
        alike &= all(np.array_equal(context.logits(i), alone[begin + i]) for i in range(rows))
    context.close()
    return alike


def answers(weights: Path, story: Story, drafts: type[Drafter] | None) -> list[str]:
    """Answers to all questions, by a model that holds no other story."""
    model = small_model.load(weights, drafts=drafts)
    texts = ["".join(model.write([excerpt(story)], asked, max_tokens=48)) for asked in QUESTIONS]
    model.close()
    return texts


def test_answers_are_the_same_to_the_letter_with_and_without_look_up(weights: Path) -> None:
    if not rounds_rows_alike(weights):
        pytest.skip("this processor rounds steps of several rows otherwise")
    plain, drafted = (
        [answer for story in STORIES for answer in answers(weights, story, drafts)]
        for drafts in (None, CountingDrafter)
    )
    assert drafted == plain
    assert len(set(plain)) > len(STORIES)
    assert CountingDrafter.came_true > 50
