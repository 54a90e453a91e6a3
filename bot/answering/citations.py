"""Which sentences of a story an answer's sentence rests on: found afterwards, by alignment.

A small model names wrong numbers when asked to cite, but it words its answers
after the story; so its words lead back to where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.story import Sentence, Story
from index.words import WordWeights, words

QUESTION_WEIGHT = 0.5
"""What the question's words count beside the answer's when a sentence is chosen."""
MOST_CITED = 3
LEAST_GAIN = 0.15
"""The share of an answer's words that a further cited sentence must add."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentences of one story that carry a claim; `support` is the share of its words in them."""

    story: Story
    sentences: tuple[Sentence, ...]
    support: float


class StoryWords:
    """A story cut into sentences, with the words of each and their weights."""

    def __init__(self, story: Story, sentences: Sequence[Sentence]) -> None:
        self.story = story
        self.sentences = tuple(sentences)
        self.words = tuple(frozenset(words(story.text[s.start : s.end])) for s in sentences)
        self.weights = WordWeights(self.words)


def align(
    claim: str, question: str, candidates: Sequence[tuple[StoryWords, Sequence[int]]]
) -> Evidence | None:
    """The sentences, among the numbered candidates of each story, that best carry `claim`.

    The best sentence first leads; others of the same story join while they
    carry words of the claim that are still missing. None without a candidate.
    """
    claimed, asked = words(claim), words(question)
    best: tuple[float, StoryWords, int] | None = None
    for story_words, numbers in candidates:
        for number in numbers:
            score = _score(story_words, number, claimed, asked)
            if best is None or score > best[0]:
                best = (score, story_words, number)
    if best is None:
        return None
    _, chosen, number = best
    numbers = {id(s): n for s, n in candidates}[id(chosen)]
    return _complete(chosen, number, numbers, claimed)


def nearest(
    question: str, candidates: Sequence[tuple[StoryWords, Sequence[int]]], *, count: int
) -> list[tuple[Story, Sentence]]:
    """The sentences that share most with a question; they need not answer it."""
    asked = words(question)
    scored = [
        (story_words.weights.share(set(asked), set(story_words.words[number])), story_words, number)
        for story_words, numbers in candidates
        for number in numbers
    ]
    scored.sort(key=lambda item: -item[0])
    return [(found.story, found.sentences[number]) for _, found, number in scored[:count]]


def _score(story: StoryWords, number: int, claimed: list[str], asked: list[str]) -> float:
    present = set(story.words[number])
    return story.weights.share(set(claimed), present) + QUESTION_WEIGHT * story.weights.share(
        set(asked), present
    )


def _complete(
    story: StoryWords, number: int, numbers: Sequence[int], claimed: list[str]
) -> Evidence:
    chosen = [number]
    present = set(story.words[number])
    support = story.weights.share(set(claimed), present)
    while len(chosen) < MOST_CITED:
        gain, further = max(
            (
                (story.weights.share(set(claimed), present | story.words[n]) - support, -n)
                for n in numbers
                if n not in chosen
            ),
            default=(0.0, 0),
        )
        if gain < LEAST_GAIN:
            break
        chosen.append(-further)
        present |= story.words[-further]
        support += gain
    return Evidence(story.story, tuple(story.sentences[n] for n in sorted(chosen)), support)
