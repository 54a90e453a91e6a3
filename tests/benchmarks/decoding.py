"""Tokens a second while an answer is written: the engine against a bare loop, look-up or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from statistics import median

from bot.llm.local import LocalModel
from tests.benchmarks.first_word import tokens_before_question
from tests.benchmarks.rivals import BareCalls
from tests.benchmarks.workload import Asked

LONGEST = 64
_AT_LENGTH = "Tell the whole story at length."


def _written(model: LocalModel, asked: Asked, order: str) -> tuple[list[int], float]:
    """An answer's tokens, and the seconds from the first: a step each, the last one ends it."""
    pieces: list[str] = []
    began = 0.0
    question = f"{asked.question} {order}".strip()
    for piece in model.write([asked.excerpt], question, max_tokens=LONGEST):
        if not pieces:
            began = time.monotonic()
        pieces.append(piece)
    seconds = time.monotonic() - began
    return model._script.text("".join(pieces)), seconds


def against_bare_loop(
    model: LocalModel, bare: BareCalls, questions: Sequence[Asked]
) -> dict[str, float]:
    """The engine without look-up against a loop of one-token steps over the same tokens."""
    ratios, ours = [], []
    for asked in questions:
        tokens, seconds = _written(model, asked, "")
        if len(tokens) < 4:
            continue
        alone = bare.write(tokens, behind=tokens_before_question(model, asked) + 20)
        ours.append(len(tokens) / seconds)
        ratios.append(alone / seconds)
    return {"tokens_per_s": median(ours), "decode_to_bare": median(ratios)}


def look_up(
    plain: LocalModel, drafting: LocalModel, questions: Sequence[Asked], *, order: str, name: str
) -> dict[str, float]:
    """The same answers with look-up against without; `order` makes them quote, or not.

    Steps of several rows are rounded otherwise than those of one, so near ties may be
    decided otherwise. How often that alone changes a text is seen from answers that are
    written without look-up, beside somebody else's.
    """
    ratios, same, same_beside = [], 0, 0
    for other, asked in pairwise([questions[-1], *questions]):
        tokens, seconds = _written(plain, asked, order)
        with _somebody_else(plain, other):
            same_beside += tokens == _written(plain, asked, order)[0]
        drafted, quicker = _written(drafting, asked, order)
        same += tokens == drafted
        if len(tokens) >= 8 and drafted:
            ratios.append((len(drafted) / quicker) / (len(tokens) / seconds))
    return {
        f"look_up_{name}": median(ratios),
        f"look_up_{name}_same_text": same / len(questions),
        f"look_up_{name}_same_text_beside_another": same_beside / len(questions),
    }


@contextmanager
def _somebody_else(model: LocalModel, asked: Asked) -> Iterator[None]:
    """Meanwhile another answer is written, a token in each step. Raises what that raises."""
    is_writing, is_enough = threading.Event(), threading.Event()

    def write() -> None:
        question = f"{asked.question} {_AT_LENGTH}"
        try:
            while not is_enough.is_set():
                for _ in model.write([asked.excerpt], question, max_tokens=512):
                    is_writing.set()
                    if is_enough.is_set():
                        break
        finally:
            is_writing.set()  # nobody is to wait for what has failed

    with ThreadPoolExecutor(max_workers=1) as pool:
        writer = pool.submit(write)
        is_writing.wait()
        try:
            yield
        finally:
            is_enough.set()
        writer.result()
