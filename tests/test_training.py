"""What the finder learns from, and the file it becomes; the training itself takes an hour."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bot.answering.citations import Candidate, StoryWords
from index.library import Library
from index.sentences import split_sentences
from index.story import Story
from tests.evaluation.question_set import OWN as EVALUATION
from tests.training import adapter_file
from tests.training.__main__ import HELD_OUT, OWN, Lesson, held_out
from tests.training.examples import AGAIN, ALONE, SEEN, Example, examples, read_stories
from tests.training.mean import nearest, write_mean
from tests.training.network import Adapter
from tests.training.variations import READ_AGAIN, about_another, after_another, read_again
from tests.training_set import NAME, write_rows, write_set

STORY = (
    "The mill of Vell burned down on Friday night. Its owner, Anna Brook, is 41 and slept "
    "next door.\n\nThe fire brigade of Hale came with nine men. They saved the bakery.\n\n"
    "Nobody was hurt. The council will meet on Monday to talk about the bridge."
)
QUESTIONS = [
    ("How old is Anna Brook?", True, ["41"], ["Its owner, Anna Brook, is 41 and slept next door."]),
    ("How old is the bridge?", False, [], []),
    ("What will the council do?", True, ["come together about the bridge"], []),
    ("Which animal lives in the mill?", True, ["a nightingale"], []),
]


def learned(folder: Path, library: Library, seed: int) -> list[Example]:
    return list(
        examples(
            folder,
            NAME,
            library,
            scratch=folder,
            passages=4,
            most_characters=10_000,
            reread=0.5,
            seed=seed,
        )
    )


def test_an_answer_is_copied_as_the_story_has_it_and_one_in_other_words_is_not(
    tmp_path: Path, library: Library
) -> None:
    write_set(tmp_path, STORY, QUESTIONS)
    by_question: dict[str, list[str | None]] = {}
    for example in [e for seed in range(3) for e in learned(tmp_path, library, seed)]:
        by_question.setdefault(example.question.splitlines()[0], []).append(example.said)
    assert by_question["How old is Anna Brook?"][0] == "41"
    assert set(by_question["How old is the bridge?"]) == {""}
    assert set(by_question["What will the council do?"]) == {None}
    assert "Which animal lives in the mill?" not in by_question  # nothing of it is in view


def test_an_answerable_question_also_serves_with_its_answer_hidden(
    tmp_path: Path, library: Library
) -> None:
    write_set(tmp_path, STORY, QUESTIONS)
    found = [e for seed in range(6) for e in learned(tmp_path, library, seed)]
    hidden = [e for e in found if e.question == "How old is Anna Brook?" and e.said == ""]
    assert hidden
    for example in hidden:
        lent = [example.sentences[n] for n in example.lent]
        assert lent and not any("41" in STORY[s.start : s.end] for s in lent)


def test_some_questions_are_followed_by_what_is_to_be_read_again(
    tmp_path: Path, library: Library
) -> None:
    write_set(tmp_path, STORY, QUESTIONS)
    found = [e for seed in range(8) for e in learned(tmp_path, library, seed)]
    for view in SEEN, AGAIN:
        some = [e for e in found if e.view == view]
        assert {e.said for e in some} == {"41", "", None}
        assert all((READ_AGAIN in e.question) is (view == AGAIN) for e in some)
    led_by = [e.question for e in found if e.view == AGAIN and e.said == "41"]
    assert any("Its owner, Anna Brook, is 41" in question for question in led_by)


def test_a_set_that_knows_what_tempts_is_also_read_closely(
    tmp_path: Path, library: Library
) -> None:
    rows = [
        {
            "question": "How old is the bridge?",
            "answerable": False,
            "answers": [],
            "evidence": [],
            "tempting": ["The council will meet on Monday to talk about the bridge."],
        },
        {
            "question": "And where did she sleep?",
            "answerable": True,
            "answers": ["next door"],
            "evidence": ["Its owner, Anna Brook, is 41 and slept next door."],
            "tempting": [],
            "earlier": {
                "question": "How old is Anna Brook?",
                "answer": "She is 41.",
                "evidence": ["Its owner, Anna Brook, is 41 and slept next door."],
            },
        },
    ]
    write_rows(tmp_path, STORY, rows)
    found = [e for seed in range(8) for e in learned(tmp_path, library, seed)]
    bridge = [e for e in found if "bridge" in e.question.splitlines()[0]]
    follows = [e for e in found if e not in bridge]
    assert {e.said for e in bridge} == {""}
    # The tempting sentence, and the two before it; and all that is found for the question.
    assert {len(e.lent) for e in bridge if e.view == ALONE} == {3}
    assert {len(e.lent) for e in bridge if e.view != ALONE} >= {6}
    assert not any(READ_AGAIN in e.question for e in found if e.view == ALONE)
    assert all(5 in e.lent for e in bridge)
    asked = "How old is Anna Brook? She is 41. Follow-up question: And where did she sleep?"
    assert {e.question.splitlines()[0] for e in follows} == {asked}
    assert {e.said for e in follows} == {"next door", ""}
    assert {0, 1} in [set(e.lent) for e in follows if e.said]


def test_the_own_set_says_what_its_stories_say_and_nothing_that_is_judged_by() -> None:
    stories = {row["story"]: row["text"] for row in _lines(OWN / "own.stories.jsonl")}
    questions = _lines(OWN / "own.questions.jsonl")
    assert len({row["id"] for row in questions}) == len(questions)
    assert {row["story"] for row in questions} == set(stories)
    for row in questions:
        text = stories[row["story"]]
        gold = row["evidence"] + row["tempting"] + row.get("earlier", {}).get("evidence", [])
        assert all(sentence in text for sentence in gold), row["id"]
        assert bool(row["answers"]) is bool(row["evidence"]) is row["answerable"], row["id"]
        assert bool(row["tempting"]) is not row["answerable"], row["id"]
    judged_by = "\n".join(file.read_text("utf-8") for file in EVALUATION.glob("**/stories/*"))
    for name, text in stories.items():
        assert not any(part in judged_by for part in text.split("\n\n")), name
    refused = sum(not row["answerable"] for row in questions)
    assert 0.3 < refused / len(questions) < 0.5


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_stories_that_were_learned_from_can_be_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "stories.jsonl"
    rows = [{"story": name, "text": "x" * 100} for name in "abc"]
    file.write_text("\n".join(map(json.dumps, rows)))
    # The one with the most questions comes first.
    asked = [{"story": name} for name in "bbbccaa"]
    assert list(read_stories(file, asked, most_characters=250)) == ["b", "a"]
    rest = read_stories(file, asked, most_characters=250, skip_characters=150)
    assert list(rest) == ["a", "c"]
    assert list(read_stories(file, asked, most_characters=250, newest=2)) == ["b", "c"]


def test_nothing_is_learned_of_the_stories_that_are_held_out() -> None:
    counts = {"article": 900, **{f"tale {n}": 40 for n in range(20)}}
    lessons = [
        Lesson("set", name, torch.empty(0), 0, (n,), (), is_stated=True)
        for name, count in counts.items()
        for n in range(count)
    ]
    held, learned_from = held_out(lessons, random.Random(3))
    assert len(held) == HELD_OUT
    apart = {lesson.story for lesson in held}
    assert "article" not in apart
    assert apart.isdisjoint(lesson.story for lesson in learned_from)
    assert len(learned_from) >= len(lessons) - HELD_OUT - 40


def test_an_adapter_is_written_as_llama_cpp_reads_it(tmp_path: Path) -> None:
    import gguf

    class Sizes:
        layers = 3

        def weight(self, layer: int, part: str) -> torch.Tensor:
            return torch.zeros(6, 4)

    adapter = Adapter(Sizes(), rank=2, alpha=4.0, first=1)
    rows = torch.tensor([[random.random() for _ in range(4)]])
    result = torch.ones(1, 6)
    # Nothing has been learned: nothing is added, and nothing at all below its first layer.
    assert torch.equal(adapter.add(1, "attn_q", rows, result), result)
    torch.nn.init.ones_(adapter.up["1-attn_q"])
    expected = result + 2.0 * (rows @ adapter.down["1-attn_q"].T).sum()
    assert torch.allclose(adapter.add(1, "attn_q", rows, result), expected)
    assert torch.equal(adapter.add(0, "attn_q", rows, result), result)
    file = tmp_path / "adapter.gguf"
    adapter_file.write(adapter, file, name="test", licence="CC-BY-SA-4.0")
    reader = gguf.GGUFReader(file)
    tensors = {tensor.name: tensor.data.shape for tensor in reader.tensors}
    assert tensors["blk.2.ffn_down.weight.lora_a"] == (2, 4)
    assert tensors["blk.2.ffn_down.weight.lora_b"] == (6, 2)
    assert not any(name.startswith("blk.0.") for name in tensors)
    assert list(tmp_path.iterdir()) == [file]
    assert adapter_file.form(file) == (2, 4.0)
    again = Adapter(Sizes(), rank=2, alpha=4.0, first=1)
    adapter_file.read_into(again, file)
    assert torch.allclose(
        again.add(1, "attn_q", rows, result), adapter.add(1, "attn_q", rows, result), atol=1e-2
    )
    with pytest.raises(ValueError, match="no adapter of this form"):
        adapter_file.read_into(Adapter(Sizes(), rank=3, alpha=4.0, first=1), file)


def test_two_adapters_side_by_side_add_their_mean(tmp_path: Path) -> None:
    import gguf

    class Sizes:
        layers = 2

        def weight(self, layer: int, part: str) -> torch.Tensor:
            return torch.zeros(6, 4)

    made = [Adapter(Sizes(), rank=2, alpha=4.0, first=1) for _ in range(2)]
    files = tmp_path / "one.gguf", tmp_path / "other.gguf"
    for adapter, file in zip(made, files, strict=True):
        torch.nn.init.normal_(adapter.up["1-attn_q"])
        adapter_file.write(adapter, file, name="test", licence="CC-BY-SA-4.0")
    write_mean(files, tmp_path / "mean.gguf", name="mean", licence="CC-BY-SA-4.0")
    mean = Adapter(Sizes(), rank=4, alpha=8.0, first=1)
    adapter_file.read_into(mean, tmp_path / "mean.gguf")
    rows, nothing = torch.ones(1, 4), torch.zeros(1, 6)
    added = [one.add(1, "attn_q", rows, nothing) for one in (*made, mean)]
    assert torch.allclose((added[0] + added[1]) / 2, added[2], atol=1e-2)
    alpha = gguf.GGUFReader(tmp_path / "mean.gguf").get_field("adapter.lora.alpha")
    assert alpha is not None and alpha.contents() == 8.0
    write_mean(files, tmp_path / "same.gguf", rank=9, name="mean", licence="CC-BY-SA-4.0")
    assert adapter_file.form(tmp_path / "same.gguf") == (4, 8.0)  # there is no higher rank
    with pytest.raises(ValueError, match="not of one form"):
        write_mean((files[0], tmp_path / "mean.gguf"), files[1], name="no", licence="none")


def test_a_mean_is_brought_back_to_the_rank_that_holds_it() -> None:
    shared = np.random.default_rng(1).normal(size=(2, 4))
    up = np.random.default_rng(2).normal(size=(6, 4))
    # Both adapters add along the same two directions, so rank 2 of 4 holds their mean.
    down = np.concatenate([shared, 3 * shared])
    whole = up @ down
    low, high = nearest(down, up, rank=2)
    assert low.shape == (2, 4) and high.shape == (6, 2) and np.allclose(high @ low, whole)
    low, high = nearest(down, up, rank=1)
    errors = [np.linalg.norm(whole - high @ low), np.linalg.svd(whole)[1][1]]
    assert errors[0] == pytest.approx(errors[1])


def test_a_question_is_asked_about_somebody_of_whom_it_is_not_told() -> None:
    told = [
        "On Friday the miller Anna Brook bought a grey horse.",
        "Her neighbour Carl Stone sold it.",
        "Later the smith Olga Reed came by.",
        "Nobody saw her.",
    ]
    question = "What did the miller Anna Brook buy?"
    for seed in range(8):
        other = about_another(
            question, "\n".join(told), told, ["a grey horse"], random.Random(seed)
        )
        assert other in (
            "What did the miller Carl Stone buy?",
            "What did the miller Olga Reed buy?",
        )
    told[2] = "Later the smith Olga Reed came by on the horse."
    told[1] = "Her neighbour Carl Stone, who did buy much, sold it."
    assert (
        about_another(question, "\n".join(told), told, ["a grey horse"], random.Random(1)) is None
    )
    assert about_another("What burned?", "\n".join(told), told, ["it"], random.Random(1)) is None


def test_a_question_after_another_leans_on_it_half_of_the_time() -> None:
    asked = {
        after_another(
            "Where does Anna Brook live?", "How old is Anna Brook?", "41", random.Random(seed)
        )
        for seed in range(20)
    }
    told = "How old is Anna Brook? 41 Follow-up question: Where does"
    assert f"{told} Anna Brook live?" in asked
    assert asked > {f"{told} she live?", f"{told} it live?"}


def test_what_is_read_again_is_what_leads_and_what_is_likest_and_little_in_all() -> None:
    text = (
        STORY + " It was a dry night, and nobody in the town knew who had seen the fire first." * 9
    )
    words = StoryWords(Story(id="m", title="", text=text, source="m"), split_sentences(text))
    candidates = [Candidate(words, n, 0.0) for n in range(len(words.sentences))]
    first = [c for c in candidates if c.text == "Nobody was hurt."]
    asked = "How many men did the fire brigade of Hale have?"
    question, mark, *read = read_again(asked, asked, first, candidates, most=70).splitlines()
    assert (question, mark) == (asked, READ_AGAIN)
    assert "The fire brigade of Hale came with nine men." in read
    assert read.index("Nobody was hurt.") > 0  # in story order
    assert sum(len(one.split()) for one in read) <= 70
    everything = read_again(asked, asked, candidates, candidates, most=70).splitlines()[2:]
    assert everything == [c.text for c in candidates]
