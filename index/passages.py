"""Sentences -> overlapping passages: what is embedded, found and read."""

from __future__ import annotations

from collections.abc import Sequence

from index.story import Passage, Sentence

SENTENCES_PER_PASSAGE = 4
SHARED_SENTENCES = 1
"""Neighbouring passages share a sentence, so that a claim and its "he" are seldom torn apart."""
LONGEST_PASSAGE = 1_200
"""Characters, about the 256 word pieces that the embedder reads; a longer single sentence stays."""


def cut_passages(sentences: Sequence[Sentence]) -> tuple[Passage, ...]:
    """Runs of up to four sentences, each sharing its first with the end of the one before."""
    passages: list[Passage] = []
    first = 0
    while first < len(sentences):
        last = first
        while (
            last + 1 < len(sentences)
            and last - first + 1 < SENTENCES_PER_PASSAGE
            and sentences[last + 1].end - sentences[first].start <= LONGEST_PASSAGE
        ):
            last += 1
        passages.append(
            Passage(len(passages), sentences[first].start, sentences[last].end, first, last)
        )
        if last + 1 == len(sentences):
            break
        first = max(last + 1 - SHARED_SENTENCES, first + 1)
    return tuple(passages)
