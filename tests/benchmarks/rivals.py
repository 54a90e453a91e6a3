"""What the engine is compared with: the plain use of llama-cpp-python, and bare llama.cpp calls.

Each in a process of its own (`apart`): threads of a second llama.cpp context slow the first.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any, TypeVar

import prompts
from bot.llm.llama import LlamaContext, Row, model_parameters
from tests.benchmarks.workload import Asked

Rival = TypeVar("Rival")


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and the seconds to its first piece and to its end."""

    text: str
    first_word_seconds: float
    total_seconds: float


class PlainChat:
    """`llama_cpp.Llama` chat completion with the passages in the prompt, as tutorials do it."""

    def __init__(self, weights: Path, *, threads: int) -> None:
        import llama_cpp

        # It takes no such parameter, and would crash where weights may not be laid out for AMX.
        parameters = model_parameters(llama_cpp)
        llama_cpp.llama_cpp.llama_model_default_params = lambda: parameters
        self._llama: Any = llama_cpp.Llama(
            str(weights), n_ctx=8192, n_batch=512, n_threads=threads, verbose=False
        )

    def first_word(self, asked: Asked) -> float:
        """Seconds to the first piece of an answer."""
        story = f"{prompts.fill('heading', title=asked.excerpt.story.title)}\n\n{asked.passages()}"
        question = prompts.fill("user", story=story, question=asked.question)
        return self.write(prompts.text("system"), question, max_tokens=4).first_word_seconds

    def write(self, system: str, *turns: str, max_tokens: int) -> Written:
        """What the model writes, greedily, to turns of which the first and the last are a user's.

        Every second one is the model's own, from earlier.
        """
        messages = [{"role": "system", "content": system}]
        for i, turn in enumerate(turns):
            messages.append({"role": "assistant" if i % 2 else "user", "content": turn})
        began, first, pieces = time.monotonic(), None, []
        for chunk in self._llama.create_chat_completion(
            messages, stream=True, temperature=0.0, max_tokens=max_tokens
        ):
            if piece := chunk["choices"][0]["delta"].get("content"):
                first = first or time.monotonic() - began
                pieces.append(piece)
        total = time.monotonic() - began
        return Written("".join(pieces), total if first is None else first, total)


class BareCalls:
    """Bare `llama_decode` on a context that holds as many tokens as an asker sees."""

    def __init__(self, weights: Path, *, threads: int, sequences: int) -> None:
        self._context = LlamaContext(weights, cells=8192, sequences=sequences, threads=threads)
        self._held = 0

    def read(self, tokens: list[int], *, behind: int) -> float:
        """Seconds to read `tokens` behind so many others, to the logits of the last."""
        self._fill(behind)
        began = time.monotonic()
        last = len(tokens) - 1
        self._context.decode([Row(t, behind + i, 0, i == last) for i, t in enumerate(tokens)])
        self._context.logits(last).argmax()
        return time.monotonic() - began

    def write(self, tokens: list[int], *, behind: int) -> float:
        """Seconds to decode `tokens` one by one behind so many others, greedily or not."""
        self._fill(behind)
        began = time.monotonic()
        for i, token in enumerate(tokens):
            self._context.decode([Row(token, behind + i, 0, True)])
            self._context.logits(0).argmax()
        return time.monotonic() - began

    def _fill(self, tokens: int) -> None:
        """Have the first `tokens` positions of the sequence filled."""
        filler = self._context.tokenize("The ferry left the harbour late that night. ")
        held = min(self._held, tokens)
        self._context.drop(0, held, -1)
        rows = [Row(filler[i % len(filler)], i, 0) for i in range(held, tokens)]
        for begin in range(0, len(rows), 512):
            self._context.decode(rows[begin : begin + 512])
        self._held = tokens


class _Rivals(BaseManager):
    """Makes rivals in another process, and hands calls on to them."""


_Rivals.register("PlainChat", PlainChat)
_Rivals.register("BareCalls", BareCalls)


@contextmanager
def apart(rival: Callable[..., Rival], weights: Path, **options: int) -> Iterator[Rival]:
    """A rival that runs in a process of its own, which ends with the block."""
    with _Rivals(ctx=multiprocessing.get_context("spawn")) as rivals:
        yield getattr(rivals, rival.__name__)(weights, **options)
