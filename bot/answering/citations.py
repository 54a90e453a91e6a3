"""Which sentences of a story an answer's sentence rests on: found afterwards, by alignment.

A small model names wrong numbers when asked to cite, but it words its answers
after the story; so its words lead back to where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.answering.evidence import LOOKED_BACK, Evidence
from bot.answering.particulars import calls, figures, full_name, only_name, own_parts
from bot.answering.spelling import Spelling
from index.orders import Orders, asks_about_orders
from index.story import Sentence, Story
from index.words import WordWeights, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUESTION_WEIGHT = 0.5
NEWS_WEIGHT = 0.5
RELEVANCE_WEIGHT = 0.5
FOUND_WEIGHT = 1.0
PART_SHARE = 0.8
CLOSENESS_WEIGHT = 1.0
"""What counts, beside the share of the claim's words, when a sentence is chosen: the question's
words, the claim's words that the question did not have, the hit's score, the words that the
model had found: for each of them, and once more if they stand there as they were found, or
nearly once more if a part of a name stands for all of it; and where several sentences have them
so, how close these are to the question."""
MOST_COMPARED = 12
"""Sentences whose closeness to a question is worth some 10 ms each."""
MOST_CITED = 3
LEAST_GAIN = 0.25
"""The share of a claim's words that a further cited sentence must add, if it is no number: what
was asked with needs no evidence, it was only repeated."""
LEAST_ASKED = 1 / 4
"""The share of a question's words that must stand in an order before it may be cited."""
LINKING_SENTENCES, LINKING_SHARE = 2, 1 / 6
"""A word links two sentences if no more sentences of their story, or no larger a share, have it."""

_REFERS = re.compile(r"\W*(?:\w+ ){0,3}(?:he|she|it|they|his|her|its|their|this|these)\b", re.I)
_SAYS_HE = re.compile(r"\W*(?:he|she|his|her)\b", re.I)


class StoryWords:
    """A story cut into sentences, with the words of each and their weights.

    A number that is written out is among them in digits too: "3 days" leads to "Three days".
    """

    def __init__(self, story: Story, sentences: Sequence[Sentence]) -> None:
        self.story = story
        self.sentences = tuple(sentences)
        texts = [story.text[s.start : s.end] for s in sentences]
        self.words = tuple(frozenset(words(text)) | figures(text) for text in texts)
        self.weights = WordWeights(self.words)
        self.orders = Orders(story, self.sentences)

    @cached_property
    def spelling(self) -> Spelling:
        """How the story spells its words."""
        return Spelling(self.story.text)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be cited.

    `relevance` is the score of the hit that brought it. See told_apart for the others:
    `closeness` is its cosine with the question, where that is to tell it from others,
    `called` are the stems of a full name of which it has only a part, or of a name for which it
    says `he`; that stands in the sentence `named_in`, which is then cited too.
    """

    story: StoryWords
    number: int
    relevance: float
    closeness: float = 0.0
    called: frozenset[str] = frozenset()
    named_in: int | None = None

    @property
    def text(self) -> str:
        """The sentence."""
        sentence = self.story.sentences[self.number]
        return self.story.story.text[sentence.start : sentence.end]

    @property
    def words(self) -> frozenset[str]:
        """The sentence's words, and those of whom it calls by a part of the name."""
        return self.story.words[self.number] | self.called

    @property
    def evidence(self) -> Evidence:
        """The sentence by itself, for whatever it may be found to say."""
        words_of, sentence = self.story, self.story.sentences[self.number]
        return Evidence(words_of.story, (sentence,), 1.0, words_of.sentences, words_of.orders)

    def standing(self, found: str) -> float:
        """1 if found words stand in it to the letter, less if a part stands for them, else 0."""
        return 1.0 if found in self.text else PART_SHARE * bool(self.called)

    @property
    def nearness(self) -> float:
        """How near it is to the question, as a search and an embedder see it."""
        return RELEVANCE_WEIGHT * self.relevance + CLOSENESS_WEIGHT * self.closeness

    def is_cited_in(self, evidence: Evidence) -> bool:
        """True if it is one of the sentences of that evidence."""
        is_of_story = self.story.story is evidence.story
        return is_of_story and self.story.sentences[self.number] in evidence.sentences

    @property
    def is_order(self) -> bool:
        """True if it addresses whoever answers; see index.orders."""
        return self.number in self.story.orders


def align(
    claim: str, question: str, candidates: Sequence[Candidate], *, found: str = ""
) -> Evidence | None:
    """The sentences among the candidates that best carry `claim`.

    The best one leads; others of its story join while they carry words of the
    claim that are still missing and were not asked with. None without a candidate.
    `found` are the words of the story from which the claim was written.
    """
    if not candidates:
        return None
    claimed, asked, copied = set(words(claim)), set(words(question)), set(words(found))

    def score(candidate: Candidate) -> float:
        share, present = candidate.story.weights.share, candidate.words
        return (
            share(claimed, present)
            + QUESTION_WEIGHT * share(asked, present)
            + NEWS_WEIGHT * share(claimed - asked, present)
            + RELEVANCE_WEIGHT * candidate.relevance
            + (found_score(candidate) if copied else 0.0)
        )

    def found_score(candidate: Candidate) -> float:
        as_found = candidate.story.weights.share(copied, candidate.words)
        as_found += candidate.standing(found)
        return FOUND_WEIGHT * as_found + CLOSENESS_WEIGHT * candidate.closeness

    best = max(candidates, key=score)
    others = [
        c.number
        for c in candidates
        if c.story is best.story and c is not best and _is_linked(c, best, asked)
    ]
    return _complete(best, others, claimed, asked)


def told_apart(
    candidates: Sequence[Candidate],
    found: str,
    question: str,
    embed: Callable[[str], NDArray[np.float32]],
) -> Sequence[Candidate]:
    """The candidates; where several have the found words, with the closeness of these.

    `embed` makes a vector of unit length out of a text.
    """
    candidates = referring(candidates, found)
    same = [c for c in candidates if found and c.standing(found)]
    if not 1 < len(same) <= MOST_COMPARED:
        return candidates
    asked = embed(question)
    return [
        replace(c, closeness=float(embed(c.text) @ asked)) if c in same else c for c in candidates
    ]


def referring(candidates: Sequence[Candidate], found: str) -> Sequence[Candidate]:
    """The candidates; those that mean somebody who was found have the whole name.

    They may have a part of it, or say `he` right after one that has it.
    """
    return _saying_he(_calling(candidates, full_name(found)), found)


def _calling(candidates: Sequence[Candidate], name: tuple[str, ...]) -> Sequence[Candidate]:
    """The candidates; those that call whoever has a full name by a part of it have all of it."""
    if not name:
        return candidates
    whole = frozenset(name)
    own = own_parts(name, (c.text for c in candidates))
    return [
        replace(c, called=whole) if not own.isdisjoint(c.words) and calls(c.text, own) else c
        for c in candidates
    ]


def _saying_he(candidates: Sequence[Candidate], found: str) -> Sequence[Candidate]:
    """The candidates; those that say `he` right after one with a name found have it too."""
    if not only_name(found):
        return candidates
    whole, named_in = frozenset(words(found)), dict[tuple[str, int], int]()
    meant: dict[Candidate, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: c.number):
        story, number = candidate.story.story.id, candidate.number
        if candidate.standing(found):
            named_in[story, number] = number
            continue
        named = named_in.get((story, number - 1))
        if named is not None and _SAYS_HE.match(candidate.text):
            named_in[story, number] = named
            meant[candidate] = replace(candidate, called=whole, named_in=named)
    return [meant.get(c, c) for c in candidates]


def is_asked_about(order: Candidate, question: str) -> bool:
    """True if a question is about orders, or about what just this one tells of."""
    share = order.story.weights.share(set(words(question)), order.words)
    return share >= LEAST_ASKED or asks_about_orders(question)


def nearest(
    question: str, candidates: Sequence[Candidate], *, count: int
) -> list[tuple[Story, Sentence]]:
    """The sentences that share most with a question; they need not answer it."""
    best = ranked(question, candidates)[:count]
    return [(c.story.story, c.story.sentences[c.number]) for c in best]


def ranked(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, those first that share most with a question."""
    asked = set(words(question))
    return sorted(
        candidates,
        key=lambda c: -(c.story.weights.share(asked, c.words) + RELEVANCE_WEIGHT * c.relevance),
    )


def _is_linked(candidate: Candidate, best: Candidate, asked: AbstractSet[str]) -> bool:
    """True if a sentence takes up what the best one tells or was asked, not only what all do.

    Or says `he` close by. Else whatever stands in a story could be cited for words that merely
    stand beside an answer, as an order has them written.
    """
    first, second = sorted((candidate, best), key=lambda c: c.number)
    if second.number - first.number <= LOOKED_BACK and _REFERS.match(second.text):
        return True
    story = candidate.story
    most = max(LINKING_SENTENCES, len(story.sentences) * LINKING_SHARE)
    shared = candidate.words & (asked | best.words)
    return any(story.weights.count(word) <= most for word in shared)


def _complete(
    best: Candidate, others: Sequence[int], claimed: set[str], asked: set[str]
) -> Evidence:
    story, chosen, present = best.story, [best.number], asked | best.words
    if best.named_in is not None:
        chosen.append(best.named_in)
    support = story.weights.share(claimed, present)
    while len(chosen) < MOST_CITED:
        missing = {word for word in claimed - present if word[0].isdigit()}
        gains = [
            (
                not missing.isdisjoint(story.words[n]),
                story.weights.share(claimed, present | story.words[n]) - support,
                -n,
            )
            for n in others
            if n not in chosen
        ]
        has_number, gain, further = max(gains, default=(False, 0.0, 0))
        if gain < LEAST_GAIN and not has_number:
            break
        chosen.append(-further)
        present |= story.words[-further]
        support += gain
    return Evidence(
        story.story,
        tuple(story.sentences[n] for n in sorted(chosen)),
        support,
        story.sentences,
        story.orders,
    )
