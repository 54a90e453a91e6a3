"""Whether memory answers as rightly as re-reading does: the same questions both ways."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.answerer import Answerer
from bot.answering.storyteller import whole_answer
from bot.terminal import progress
from tests.benchmarks.workload import Asked
from tests.evaluation.scoring import is_right


def against_rereading(
    memory: Answerer, rereading: Answerer, questions: Sequence[Asked], *, name: str
) -> dict[str, float]:
    """Right answers both ways, as a person is shown them: found, written, weighed, cited.

    All `questions` have an answer; a refusal is not right.
    """
    right = [0, 0]
    with progress.bar(f"Answering {name} twice", total=len(questions)) as advance:
        for asked in questions:
            for i, answerer in enumerate((memory, rereading)):
                right[i] += is_right(asked.gold, _shown(answerer, asked))
            advance(1)
    return {
        f"right_{name}_memory": right[0],
        f"right_{name}_rereading": right[1],
        f"right_{name}_ratio": right[0] / max(1, right[1]),
    }


def _shown(answerer: Answerer, asked: Asked) -> str:
    answer = whole_answer(answerer, asked.question, story_id=asked.excerpt.story.id)
    return "" if answer.abstained else " ".join(s.text for s in answer.sentences)
