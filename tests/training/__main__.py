"""`python -m tests.training FOLDER --out FILE`: train the finder, an adapter for the default model.

Needs some 16 GB of memory, and about an hour and a half on two cores with AMX or AVX-512
for bfloat16 (several without). FOLDER holds the sets of other people; see README.md.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

import prompts
from bot import assembly
from bot.llm.layout import Layout, lay_out
from bot.llm.llama import LlamaContext
from bot.llm.local import LONGEST_FOUND
from bot.llm.script import Script
from bot.settings import read_settings
from bot.terminal import progress
from tests.evaluation.reliability import measure
from tests.training import adapter_file
from tests.training.examples import Example, examples
from tests.training.network import Adapter, Network, Remembered, Segment

OWN = Path(__file__).parent
"""Where the project's own set lies."""
SETS = {"own": 1_000_000, "squad2": 400_000, "fairytaleqa": 500_000, "clapnq": 400_000}
"""The sets and how many characters of stories to take of each: what fits into memory."""
ROWS = 896
"""Of one step."""
RANK, ALPHA, FIRST_LAYER = 8, 16.0, 10
RATE = 4e-4
HELD_OUT = 400
"""Examples that are only judged; of none of their stories is anything learned."""
JUDGED_EVERY = 120
"""Steps."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example in tokens: what is lent, what follows it, and what is to be said."""

    set: str
    story: str
    visible: Tensor
    position: int
    tail: tuple[int, ...]
    said: tuple[int, ...]
    """Empty if only whether something is said counts."""
    is_stated: bool

    @property
    def rows(self) -> int:
        return len(self.tail) + max(0, len(self.said) - 1)


class Tokens:
    """The program's own tokens: of stories, questions and what is said."""

    def __init__(self, context: LlamaContext) -> None:
        self._context = context
        self.script = Script(context)
        self.head = self.script.head
        self._layouts: dict[str, Layout] = {}
        self.unsaid = tuple(self.script.text(prompts.text("unsaid")))

    def layout(self, example: Example) -> Layout:
        """The layout of the example's story, made once."""
        found = self._layouts.get(example.story.id)
        if found is None:
            found = lay_out(
                example.story, example.sentences, tokenize=self.script.text, context_key=""
            )
            self._layouts[example.story.id] = found
        return found

    def lesson(self, example: Example, of_set: str) -> Lesson:
        """The example as the engine would put it before the model."""
        layout, head = self.layout(example), len(self.head)
        heading = layout.units[0]
        visible = list(range(head + len(heading.tokens)))
        position = head + heading.end
        for number in example.lent:
            unit = layout.units[layout.unit_of[number]]
            begin, end = (unit.bounds[number - unit.first + i] for i in (0, 1))
            visible.extend(range(head + begin, head + end))
            position = head + end
        said: tuple[int, ...] = ()
        if example.said is not None:
            words = self.script.text(example.said)[:LONGEST_FOUND] if example.said else self.unsaid
            said = (*words, self._context.last_token())
        return Lesson(
            set=of_set,
            story=example.story.id,
            visible=torch.tensor(visible),
            position=position,
            tail=tuple(self.script.tail(example.question)),
            said=said,
            is_stated=example.said != "",
        )


def loss_of(logits: Tensor, lesson: Lesson, unsaid: int) -> Tensor:
    """Whether something is said weighs as much as how it is said."""
    chances = torch.log_softmax(logits, dim=-1)
    refusing = chances[0, unsaid]
    gate = -torch.log1p(-refusing.exp().clamp(max=1 - 1e-6)) if lesson.is_stated else -refusing
    if not lesson.is_stated or not lesson.said:
        return gate
    said = torch.tensor(lesson.said)
    # The first token's choice among answers; whether there is one is the gate's.
    return gate - chances.gather(1, said[:, None]).mean()


def wanted_rows(lesson: Lesson) -> Tensor:
    """The rows whose logits say the first token, and those that follow it."""
    first = len(lesson.tail) - 1
    if not lesson.is_stated or not lesson.said:
        return torch.tensor([first])
    return torch.arange(first, first + len(lesson.said))


def segment(lesson: Lesson, stories: dict[str, Remembered]) -> Segment:
    """The lesson's rows: the last token to be said is only a target."""
    said = lesson.said[:-1] if lesson.is_stated else ()
    return Segment((*lesson.tail, *said), lesson.position, stories[lesson.story], lesson.visible)


def batches(lessons: Sequence[Lesson]) -> list[list[Lesson]]:
    """Lessons in their order, as many as a step's rows hold."""
    found: list[list[Lesson]] = [[]]
    rows = 0
    for lesson in lessons:
        if rows + lesson.rows > ROWS and found[-1]:
            found.append([])
            rows = 0
        found[-1].append(lesson)
        rows += lesson.rows
    return found


def held_out(lessons: Sequence[Lesson], chance: random.Random) -> tuple[list[Lesson], list[Lesson]]:
    """Some lessons to be judged by, and those of all other stories to be learned from.

    Long articles with hundreds of questions are too dear to be held out.
    """
    asked = Counter(lesson.story for lesson in lessons)
    stories = [story for story, count in sorted(asked.items()) if count <= HELD_OUT]
    chance.shuffle(stories)
    held: set[str] = set()
    while stories and sum(asked[one] for one in held) < HELD_OUT:
        held.add(stories.pop())
    judged = [lesson for lesson in lessons if lesson.story in held]
    chance.shuffle(judged)
    return judged[:HELD_OUT], [lesson for lesson in lessons if lesson.story not in held]


@torch.no_grad()
def judge(
    network: Network,
    adapter: Adapter,
    lessons: Sequence[Lesson],
    stories: dict[str, Remembered],
    unsaid: int,
) -> str:
    """How well the held-out examples of each set are told apart, and answered."""
    scores: dict[str, list[tuple[float, bool]]] = {}
    words = right = 0
    for batch in batches(lessons):
        found = network.logits(
            [segment(one, stories) for one in batch], [wanted_rows(one) for one in batch], adapter
        )
        for lesson, logits in zip(batch, found, strict=True):
            score = 1 - float(logits[0].softmax(-1)[unsaid])
            scores.setdefault(lesson.set, []).append((score, lesson.is_stated))
            if lesson.is_stated and lesson.said:
                logits[0, unsaid] = -torch.inf
                words += 1
                right += bool((logits.argmax(-1) == torch.tensor(lesson.said)).all())
    told_apart = [
        f"{of_set} {measure([s for s, _ in found], [is_stated for _, is_stated in found]).auc:.3f}"
        for of_set, found in sorted(scores.items())
    ]
    return f"AUC {', '.join(told_apart)}; copied to the letter {right}/{words}"


def main() -> None:
    """Search, read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--start", type=Path, metavar="FILE", help="an adapter to go on from")
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        metavar="SET=CHARACTERS",
        help="pass over so many characters of a set's stories: what --start has learned from",
    )
    parser.add_argument(
        "--most",
        action="append",
        default=[],
        metavar="SET=CHARACTERS",
        help="take no more of a set's stories than this",
    )
    parser.add_argument(
        "--newest",
        action="append",
        default=[],
        metavar="SET=STORIES",
        help="of a set, only so many of its stories, the last of its file",
    )
    parser.add_argument(
        "--reread",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="of the examples, put with sentences to be read again after the question",
    )
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, at its highest")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    chance = random.Random(arguments.seed)
    skipped, most, newest = (
        dict(one.split("=", 1) for one in given)
        for given in (arguments.skip, arguments.most, arguments.newest)
    )
    with tempfile.TemporaryDirectory() as place:
        settings = read_settings(library=Path(place) / "library")
        library = assembly.library(settings)
        found = [
            (one, f"{name} {one.view}")
            for name, characters in SETS.items()
            for one in examples(
                OWN if name == "own" else arguments.folder,
                name,
                library,
                scratch=Path(place),
                passages=settings.passages,
                most_characters=int(most.get(name, characters)),
                skip_characters=int(skipped.get(name, 0)),
                newest=int(newest.get(name, 0)),
                reread=arguments.reread,
                seed=arguments.seed,
            )
        ]
        library.close()
    weights = assembly.weights_file(settings)
    context = LlamaContext(weights, cells=512, sequences=1, threads=settings.threads)
    tokens = Tokens(context)
    lessons = [tokens.lesson(*one) for one in found]
    layouts = {one.story.id: tokens.layout(one) for one, _ in found}
    context.close()
    stated = sum(lesson.is_stated for lesson in lessons)
    print(f"{len(lessons)} examples, {stated} stated, over {len(layouts)} stories", flush=True)
    with progress.waiting("Loading the weights"):
        network = Network(weights)
    stories: dict[str, Remembered] = {}
    size = sum(layout.tokens for layout in layouts.values())
    with progress.bar("Reading the stories", total=size) as advance:
        for id, layout in layouts.items():
            words = [*tokens.head, *(t for unit in layout.units for t in unit.tokens)]
            pinned = len(tokens.head) + len(layout.units[0].tokens)
            stories[id] = network.read(words, range(len(words)), pinned=pinned)
            advance(layout.tokens)
    held, lessons = held_out(lessons, chance)
    rank, alpha = adapter_file.form(arguments.start) if arguments.start else (RANK, ALPHA)
    adapter = Adapter(network, rank=rank, alpha=alpha, first=FIRST_LAYER)
    if arguments.start is not None:
        adapter_file.read_into(adapter, arguments.start)
    train(
        network,
        adapter,
        lessons,
        held,
        stories,
        tokens.unsaid[0],
        epochs=arguments.epochs,
        rate=arguments.rate,
        out=arguments.out,
        chance=chance,
    )


def train(
    network: Network,
    adapter: Adapter,
    lessons: list[Lesson],
    held: Sequence[Lesson],
    stories: dict[str, Remembered],
    unsaid: int,
    *,
    epochs: float,
    rate: float,
    out: Path,
    chance: random.Random,
) -> None:
    """AdamW with a warm-up and a linear end; the adapter is written as it comes along."""
    optimizer = torch.optim.AdamW(adapter.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0)
    steps = round(epochs * len(batches(lessons)))
    print("before:", judge(network, adapter, held, stories, unsaid), flush=True)
    step, began, recent = 0, time.monotonic(), 0.0
    with progress.bar("Training", total=steps) as advance:
        while step < steps:
            chance.shuffle(lessons)
            for batch in batches(lessons)[: steps - step]:
                share = step / steps
                for group in optimizer.param_groups:
                    group["lr"] = rate * min(1.0, step / 30, (1 - share) / 0.8)
                logits = network.logits(
                    [segment(one, stories) for one in batch],
                    [wanted_rows(one) for one in batch],
                    adapter,
                )
                losses = [
                    loss_of(found, one, unsaid) for found, one in zip(logits, batch, strict=True)
                ]
                loss = torch.stack(losses).mean()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(adapter.parameters(), 1.0)
                optimizer.step()
                optimizer.zero_grad()
                step += 1
                recent += (loss.item() - recent) * max(0.03, 1 / step)
                advance(1)
                if step % JUDGED_EVERY == 0 or step == steps:
                    told = judge(network, adapter, held, stories, unsaid)
                    minutes = (time.monotonic() - began) / 60
                    print(
                        f"{step}/{steps}, {minutes:.0f} min, loss {recent:.3f}, {told}", flush=True
                    )
                    adapter_file.write(
                        adapter, out, name="storychat finder", licence="CC-BY-SA-4.0"
                    )


if __name__ == "__main__":
    main()
