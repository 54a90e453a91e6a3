"""What the embedder learns from, and the file that it is tuned by."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from bot.models import catalog
from bot.settings import Settings
from index.embedder import SentenceTransformersEmbedder
from index.library import Library
from tests.training.embedder import LowRank, Tuned, loss_of
from tests.training.pairs import Pair, apart, pairs
from tests.training_set import NAME, write_set

STORY = "\n\n".join(
    (
        "The mill of Vell burned down on Friday night. Its owner, Anna Brook, is 41.",
        "She slept next door with her two sons. The fire brigade of Hale came with nine men.",
        "They saved the bakery and the stable behind it. Nobody was hurt that night.",
        "The council will meet on Monday. It will talk about a new bridge for the village.",
    )
)
QUESTIONS = (
    ("How old is Anna Brook?", True, ["41"], ["Its owner, Anna Brook, is 41."]),
    ("What will the council talk about?", True, ["a new bridge"], []),
    ("Who slept next door?", True, ["next door"], []),
    ("How old is the bridge?", False, [], []),
)


@pytest.fixture
def found(tmp_path: Path, library: Library) -> dict[str, Pair]:
    write_set(tmp_path, STORY, QUESTIONS)
    return {pair.question: pair for pair in pairs(tmp_path, NAME, library, scratch=tmp_path)}


def test_passages_with_the_answer_are_right_and_others_near(found: dict[str, Pair]) -> None:
    pair = found["How old is Anna Brook?"]
    assert pair.right and all("is 41" in text for text in pair.right)
    assert pair.near and not any("is 41" in text for text in pair.near)


def test_where_no_sentence_is_given_the_words_of_the_answer_tell(found: dict[str, Pair]) -> None:
    assert all("a new bridge" in text for text in found["What will the council talk about?"].right)
    # The answer's words are the question's own, or there is no answer.
    assert "Who slept next door?" not in found and "How old is the bridge?" not in found


def test_whole_stories_are_held_out() -> None:
    every = [Pair(f"tale {n % 10}", f"question {n}", ("a",), ()) for n in range(40)]
    held = apart(every, share=0.2, chance=random.Random(1))
    assert len(held) == 2 and held == apart(every, share=0.2, chance=random.Random(1))


def test_another_passage_that_answers_too_is_not_held_against_a_question() -> None:
    batch = [Pair("s", "one", ("a", "b"), ("c",)), Pair("s", "two", ("b",), ())]
    cosines = torch.tensor([[0.5, 0.9, 0.1], [0.2, 0.6, 0.1]])
    two = loss_of(cosines.clone(), batch, ["a", "b", "c"])
    # Without the column of the passage that is right for both, row one has two to choose from.
    alone = torch.log_softmax(20 * torch.tensor([0.5, 0.1]), 0)[0]
    other = torch.log_softmax(20 * torch.tensor([0.2, 0.6, 0.1]), 0)[1]
    assert two.item() == pytest.approx(-(alone + other).item() / 2, abs=1e-4)


def test_what_is_trained_is_what_the_embedder_adds(tmp_path: Path, settings: Settings) -> None:
    folder = settings.models / catalog.named(catalog.EMBEDDER).path
    texts = ["The ferry sailed at nine.", "A judge of the high court spoke."]
    bare = SentenceTransformersEmbedder(folder, name="bare").embed(texts)
    tuned = Tuned(folder)
    torch.manual_seed(1)
    for weight in tuned.parameters():
        with torch.no_grad():
            weight += 0.02 * torch.randn(weight.shape)
    tuned.write(tmp_path / "adapter.safetensors", share=1)
    read = SentenceTransformersEmbedder(
        folder, name="read", adapter=tmp_path / "adapter.safetensors"
    ).embed(texts)
    learned = tuned.embed_all(texts).numpy()
    assert np.abs((read * learned).sum(1) - 1).max() < 0.002  # bfloat16 while training
    assert (read * bare).sum(1).max() < 0.99


def test_an_addition_is_nothing_before_it_has_learned() -> None:
    weight = torch.randn(5, 7)
    assert torch.equal(LowRank(weight)(weight), weight)
