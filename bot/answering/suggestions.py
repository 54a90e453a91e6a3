"""Questions that a person new to a story could ask."""

from __future__ import annotations

import re
from contextlib import closing
from itertools import islice

import prompts
from bot.answering.citations import StoryWords
from bot.answering.gate import Gate
from bot.llm.model import Excerpt, LanguageModel

MOST = 3
LONGEST_QUESTION = 120
"""Characters: more than a button shows is no use."""
_BEGINNING = 16
"""Sentences: about what a question's passages hold."""
_LONGEST_LIST = 90
"""Tokens."""
_NUMBERING = re.compile(r"^\s*(?:\d+[.):]|[-*•])\s*")


def suggest(model: LanguageModel, gate: Gate, words: StoryWords) -> list[str]:
    """Up to three questions of the model's own that it finds answered in a story's beginning."""
    told = (s.number for s in words.sentences if not s.set_aside and s.number not in words.orders)
    excerpts = [Excerpt(words.story, words.sentences, tuple(islice(told, _BEGINNING)))]
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
