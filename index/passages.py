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
    """Runs of up to four sentences, each sharing its first with the end of the one before.

    What is set aside is passed over, as if the sentences around it were neighbours.
    """
    sentences = [sentence for sentence in sentences if not sentence.set_aside]
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
        a, b = sentences[first], sentences[last]
        passages.append(Passage(len(passages), a.start, b.end, a.number, b.number))
        if last + 1 == len(sentences):
            break
        first = max(last + 1 - SHARED_SENTENCES, first + 1)
    return tuple(passages)


def passage_text(text: str, sentences: Sequence[Sentence], passage: Passage) -> str:
    """What of a story's text is embedded and searched for a passage: nothing that is set aside.

    `sentences` are all of the story's.
    """
    own = sentences[passage.first : passage.last + 1]
    if not any(sentence.set_aside for sentence in own):
        return text[passage.start : passage.end]
    runs: list[str] = []
    start, end = passage.start, passage.start
    for sentence in own:
        if sentence.set_aside:
            runs.append(text[start:end])
            start = end = sentence.end
        else:
            end = sentence.end
    runs.append(text[start:end])
    return "\n".join(run.strip() for run in runs if run.strip())
