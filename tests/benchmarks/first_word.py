"""How long until the first word: memory, re-reading, and the bare reading of the question."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

from bot.llm.local import LocalModel
from tests.benchmarks.rivals import BareCalls, PlainChat
from tests.benchmarks.workload import Asked


def first_word(model: LocalModel, asked: Asked) -> float:
    """Seconds to the first piece of an answer through the engine."""
    began = time.monotonic()
    answer = model.write([asked.excerpt], asked.question, max_tokens=4)
    next(answer, None)
    seconds = time.monotonic() - began
    answer.close()
    return seconds


def tokens_before_question(model: LocalModel, asked: Asked) -> int:
    """How many tokens an asker sees before its own."""
    (lent,) = model._lent([asked.excerpt])
    story = sum(len(lent.layout.units[lent.layout.unit_of[n]].tokens_of(n)) for n in lent.sentences)
    return len(model._script.head) + len(lent.layout.units[0].tokens) + story


def read_all(model: LocalModel, questions: Sequence[Asked]) -> tuple[float, int]:
    """Let the model read every story that is asked about; seconds and tokens."""
    began, tokens = time.monotonic(), 0
    stories = {asked.excerpt.story.id: asked.excerpt for asked in questions}
    for excerpt in stories.values():
        progress = [done for done, _ in model.read(excerpt.story, excerpt.sentences)]
        tokens += max(progress, default=0)
    return time.monotonic() - began, tokens


def against_rereading(
    model: LocalModel, plain: PlainChat, questions: Sequence[Asked]
) -> dict[str, float]:
    """Medians of both, question by question in turn; stories are read before."""
    ours, theirs = [], []
    for asked in questions:
        theirs.append(plain.first_word(asked))
        ours.append(first_word(model, asked))
    return {
        "first_word_s": median(ours),
        "first_word_rereading_s": median(theirs),
        "first_word_ratio": median(theirs) / median(ours),
    }


def against_bare_reading(
    model: LocalModel, bare: BareCalls, questions: Sequence[Asked]
) -> dict[str, float]:
    """First word against reading the very tokens of the question on a context as full."""
    ours, theirs = [], []
    for asked in questions:
        ours.append(first_word(model, asked))
        tokens = model._script.tail(asked.question)
        theirs.append(bare.read(tokens, behind=tokens_before_question(model, asked)))
    return {
        "bare_question_s": median(theirs),
        "first_word_to_bare": median(a / b for a, b in zip(ours, theirs, strict=True)),
    }


def after_restart(
    load: Callable[[], LocalModel], questions: Sequence[Asked], *, restarts: int
) -> dict[str, float]:
    """The first question of a freshly loaded model with states on disk, against a later one."""
    firsts, laters = [], []
    for i in range(restarts):
        model = load()
        model.probability_of_yes([], "Are you there?")  # weights loaded, head in place
        pair = questions[2 * i % len(questions)], questions[(2 * i + 1) % len(questions)]
        firsts.append(first_word(model, pair[0]))
        laters.append(first_word(model, pair[1]))
        model.close()
    return {
        "first_after_restart_s": median(firsts),
        "later_s": median(laters),
        "restart_ratio": median(firsts) / median(laters),
    }
