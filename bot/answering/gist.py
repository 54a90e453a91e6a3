"""What a story is about, in its own words: how it begins.

News tell in their first sentences what they are about, an encyclopaedia says there what its
subject is, and a tale of whom it tells. Source: Ani Nenkova, "Automatic text summarization of
newswire" (AAAI 2005), where no summary of a single text was better than its beginning.
"""

from __future__ import annotations

import re

from bot.answering.citations import StoryWords
from bot.answering.evidence import Evidence
from index.story import Sentence

MOST = 3
"""Sentences."""
_ENDING = re.compile(r"[.!?…。！？؟][\"'”’»)\]]*$")
"""Headlines, bylines and dates have none."""


def gist(words: StoryWords) -> list[Evidence]:
    """The first sentences of a story, each by itself; none of them is an order or furniture."""
    told = [s for s in words.sentences if not s.set_aside and s.number not in words.orders]
    whole = [s for s in told if _ENDING.search(_text(words, s))] or told
    return [
        Evidence(words.story, (sentence,), 1.0, words.sentences, words.orders)
        for sentence in whole[:MOST]
    ]


def _text(words: StoryWords, sentence: Sentence) -> str:
    return words.story.text[sentence.start : sentence.end].rstrip()
