"""`python -m tests.training.embedder FOLDER --out FILE`: tune the embedder to find what answers.

Low-rank additions to the weights of MiniLM's layers, so that a question's vector lies
nearer to the passage that answers it than to all others of the batch, and than to one
of its own story that a search finds too. Some twenty minutes on two cores.
FOLDER holds the sets; see README.md.

Source of the loss: Henderson et al., "Efficient natural language response suggestion for
Smart Reply" (2017); of the additions: Hu et al., "LoRA" (2021).
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import parametrize

from bot.models import catalog
from bot.settings import read_settings
from bot.terminal import progress
from index.embedder import SentenceTransformersEmbedder, adapter_key
from index.library import Library
from tests.training.pairs import Pair, apart, pairs

SETS = ("squad2", "fairytaleqa", "clapnq")
RANK = 16
RATE = 1e-3
BATCH = 48
"""Questions of a step; the right passages of all others are wrong ones of each."""
SHARPNESS = 20.0
"""What cosines are multiplied by, as when the embedder was first trained."""
KEPT = 0.5
"""The share of the learned additions that is written. Half-way, an embedder keeps more of what it
could do with other texts than those it was tuned on: Wortsman et al., "Robust fine-tuning of
zero-shot models" (2022); what else was tried is in tests/evaluation/EARLIER_RESULTS.md."""
HELD_OUT = 0.1
LONGEST = 200
"""Word pieces of a passage while training."""


class LowRank(torch.nn.Module):
    """A weight and its low-rank addition, which is nothing at first."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        out, into = weight.shape
        self.down = torch.nn.Parameter(torch.randn(RANK, into) / into**0.5)
        self.up = torch.nn.Parameter(torch.zeros(out, RANK))

    def forward(self, weight: Tensor) -> Tensor:
        """The weight as it is used, shape (out, in)."""
        return weight + self.up @ self.down


class Tuned:
    """The embedder with additions that can be trained."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        # The fused attention's gradients take twice as long on a CPU.
        self._model: Any = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"attn_implementation": "eager"},
            config_kwargs={"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0},
        )
        self._model.max_seq_length = LONGEST
        self._model.requires_grad_(False)
        self._additions: dict[str, LowRank] = {}
        for name, module in list(self._model.named_modules()):
            key = adapter_key(name)
            if key and isinstance(module, torch.nn.Linear):
                self._additions[key] = LowRank(module.weight)
                parametrize.register_parametrization(module, "weight", self._additions[key])

    def parameters(self) -> list[Tensor]:
        """What is trained."""
        return [p for addition in self._additions.values() for p in addition.parameters()]

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Shape (len(texts), dimensions), rows of length 1."""
        with torch.autocast("cpu", torch.bfloat16):
            found = self._model(self._model.tokenize(list(texts)))["sentence_embedding"]
        return torch.nn.functional.normalize(found.float(), dim=-1)

    @torch.no_grad()
    def embed_all(self, texts: Sequence[str]) -> Tensor:
        """The same for many."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found = torch.empty(len(texts), self._model.get_embedding_dimension())
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            found[rows] = self.embed([texts[i] for i in rows])
        return found

    def write(self, file: Path, *, share: float) -> None:
        """This share of the additions, as index/embedder.py reads them."""
        from safetensors.torch import save_file

        tensors: dict[str, Tensor] = {}
        for key, addition in self._additions.items():
            tensors[f"{key}.down"] = addition.down.detach().half()
            tensors[f"{key}.up"] = (share * addition.up.detach()).half()
        save_file(tensors, file, metadata={"licence": "CC-BY-SA-4.0"})


def loss_of(cosines: Tensor, batch: Sequence[Pair], passages: Sequence[str]) -> Tensor:
    """How far each question is from its own passage being the likeliest; shape ().

    `cosines` has a row for each question, a column for each of `passages`; a
    question's own is the one of its number.
    """
    scores = SHARPNESS * cosines
    for row, pair in enumerate(batch):
        # Another passage that answers it too is no wrong one.
        for column, passage in enumerate(passages):
            if column != row and passage in pair.right:
                scores[row, column] = -torch.inf
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(batch)))


def judge(tuned: Tuned, held: Sequence[Pair]) -> str:
    """How often one of the four nearest passages of the held-out stories is a right one."""
    known = list(dict.fromkeys(text for pair in held for text in (*pair.right, *pair.near)))
    vectors = tuned.embed_all(known)
    nearest = (tuned.embed_all([p.question for p in held]) @ vectors.T).topk(4).indices
    first = four = 0
    for pair, found in zip(held, nearest.tolist(), strict=True):
        is_right = [known[column] in pair.right for column in found]
        first, four = first + is_right[0], four + any(is_right)
    return f"{len(held)} questions, recall@1 {first / len(held):.3f}, @4 {four / len(held):.3f}"


def train(
    tuned: Tuned, learned: list[Pair], held: Sequence[Pair], *, epochs: float, chance: random.Random
) -> None:
    """AdamW with a warm-up and a linear end."""
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=RATE, weight_decay=0)
    steps, step = round(epochs * (len(learned) // BATCH)), 0
    print("before:", judge(tuned, held), flush=True)
    began, recent = time.monotonic(), 0.0
    with progress.bar("Training", total=steps) as advance:
        while step < steps:
            chance.shuffle(learned)
            for begin in range(0, len(learned) - BATCH + 1, BATCH):
                batch = learned[begin : begin + BATCH]
                for group in optimizer.param_groups:
                    group["lr"] = RATE * min(1.0, (step + 1) / 20, (1 - step / steps) / 0.9)
                right = [chance.choice(pair.right) for pair in batch]
                near = [chance.choice(pair.near) for pair in batch if pair.near]
                asked = tuned.embed([pair.question for pair in batch])
                loss = loss_of(asked @ tuned.embed([*right, *near]).T, batch, [*right, *near])
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                step += 1
                recent += (loss.item() - recent) * max(0.05, 1 / step)
                advance(1)
                if step % 50 == 0 or step == steps:
                    minutes = (time.monotonic() - began) / 60
                    told = judge(tuned, held)
                    print(
                        f"{step}/{steps}, {minutes:.0f} min, loss {recent:.3f}, {told}", flush=True
                    )
                if step == steps:
                    return


def main() -> None:
    """Search, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--epochs", type=float, default=1.5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    chance = random.Random(arguments.seed)
    learned: list[Pair] = []
    held: list[Pair] = []
    with tempfile.TemporaryDirectory() as place:
        settings = read_settings(library=Path(place) / "library")
        folder = settings.models / catalog.named(catalog.EMBEDDER).path
        # What is near is what the embedder finds as it comes.
        library = Library(
            settings.library, embedder=SentenceTransformersEmbedder(folder, name=catalog.EMBEDDER)
        )
        for name in SETS:
            found = list(pairs(arguments.folder, name, library, scratch=Path(place)))
            stories = apart(found, share=HELD_OUT, chance=chance)
            held += [pair for pair in found if pair.story in stories]
            learned += [pair for pair in found if pair.story not in stories]
        library.close()
    print(f"{len(learned)} questions to learn from", flush=True)
    tuned = Tuned(folder)
    train(tuned, learned, held, epochs=arguments.epochs, chance=chance)
    tuned.write(arguments.out, share=KEPT)


if __name__ == "__main__":
    main()
