"""Questions that a person new to a story could ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing

import prompts
from bot.answering.gate import Gate
from bot.llm.model import Excerpt, LanguageModel
from index.story import Sentence, Story

MOST = 3
LONGEST_QUESTION = 120
"""Characters: more than a button shows is no use."""
_BEGINNING = 16
"""Sentences: about what a question's passages hold."""
_LONGEST_LIST = 90
"""Tokens."""
_NUMBERING = re.compile(r"^\s*(?:\d+[.):]|[-*•])\s*")


def suggest(
    model: LanguageModel, gate: Gate, story: Story, sentences: Sequence[Sentence]
) -> list[str]:
    """Up to three questions of the model's own that it finds answered in the story's beginning."""
    lent = tuple(s.number for s in sentences if not s.set_aside)[:_BEGINNING]
    excerpts = [Excerpt(story, tuple(sentences), lent)]
    pieces = model.write(excerpts, prompts.text("suggest"), max_tokens=_LONGEST_LIST)
    with closing(pieces):
        written = "".join(pieces)
    return [
        question
        for question in _questions(written)[:MOST]
        if gate.opens(gate.outlook(excerpts, question, hits=()).probability)
    ]


def _questions(written: str) -> list[str]:
    """The different questions in a list, one a line, without numbers and bullets."""
    lines = (_NUMBERING.sub("", line).strip() for line in written.splitlines())
    return list(dict.fromkeys(q for q in lines if q.endswith("?") and len(q) <= LONGEST_QUESTION))
