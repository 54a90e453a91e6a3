"""What the finder learns from, and the file it becomes; the training itself takes an hour."""

from __future__ import annotations

import json
import random
from pathlib import Path

import torch

from index.library import Library
from tests.training import adapter_file
from tests.training.examples import Example, examples
from tests.training.network import Adapter

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


def learned(tmp_path: Path, library: Library, seed: int) -> list[Example]:
    rows = [
        {"id": str(n), "story": "mill", "question": q, "answerable": a, "answers": s, "evidence": e}
        for n, (q, a, s, e) in enumerate(QUESTIONS)
    ]
    (tmp_path / "set.questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "set.stories.jsonl").write_text(json.dumps({"story": "mill", "text": STORY}))
    return list(
        examples(
            tmp_path,
            "set",
            library,
            scratch=tmp_path,
            passages=4,
            most_characters=10_000,
            seed=seed,
        )
    )


def test_an_answer_is_copied_as_the_story_has_it_and_one_in_other_words_is_not(
    tmp_path: Path, library: Library
) -> None:
    by_question: dict[str, list[str | None]] = {}
    for example in learned(tmp_path, library, 1):
        by_question.setdefault(example.question, []).append(example.said)
    assert by_question["How old is Anna Brook?"][0] == "41"
    assert by_question["How old is the bridge?"] == [""]
    assert by_question["What will the council do?"] == [None]
    assert "Which animal lives in the mill?" not in by_question  # nothing of it is in view


def test_an_answerable_question_also_serves_with_its_answer_hidden(
    tmp_path: Path, library: Library
) -> None:
    found = [e for seed in range(6) for e in learned(tmp_path, library, seed)]
    hidden = [e for e in found if e.question == "How old is Anna Brook?" and e.said == ""]
    assert hidden
    for example in hidden:
        lent = [example.sentences[n] for n in example.lent]
        assert lent and not any("41" in STORY[s.start : s.end] for s in lent)


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
