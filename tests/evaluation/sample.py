"""A sample of what was shown, for a person to tick: does the footnote carry the sentence?"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from tests.evaluation.scoring import Result

_HEAD = (
    "Tick a sentence if the cited words say it, all of it, and it answers the question. "
    "Sentences are drawn at random from {total}; their order is random too.\n"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence of an answer, the question, and the words of its footnotes."""

    question: str
    sentence: str
    cited: tuple[str, ...]


def shown_sentences(results: Iterable[Result]) -> list[Shown]:
    """All sentences of answers that are not refusals."""
    found = []
    for result in results:
        if result["abstained"]:
            continue
        words = {citation["n"]: citation["text"] for citation in result["citations"]}
        for sentence in result["sentences"]:
            cited = tuple(words[n] for n in sentence["footnotes"])
            found.append(Shown(result["question"], sentence["text"], cited))
    return found


def sample(results: Iterable[Result], *, count: int, seed: int = 0) -> str:
    """Up to `count` sentences as a Markdown list; the same ones for the same results and seed."""
    every = shown_sentences(results)
    chosen = random.Random(seed).sample(every, min(count, len(every)))
    return "\n".join([_HEAD.format(total=len(every)), *map(_item, chosen)]) + "\n"


def _item(shown: Shown) -> str:
    lines = [f"- [ ] {_one_line(shown.question)}", f"  - says: {_one_line(shown.sentence)}"]
    lines += [f"  - cites: “{_one_line(words)}”" for words in shown.cited]
    return "\n".join(lines)


def _one_line(words: str) -> str:
    return " ".join(words.split())
