"""Question -> hits: vectors find what is meant, keywords what is named; both are fused."""

from __future__ import annotations

from index.closeness import Closeness
from index.joined import AnyLibrary
from index.records import Found
from index.story import Hit
from index.twins import normal

COSINE_WEIGHT = 1.2
KEYWORD_WEIGHT = 0.1
CLOSENESS_WEIGHT = 0.5
STORY_WEIGHT = 0.3
"""What the cosine, the BM25 match, the closeness of the question's words and the best cosine of
the passage's story add to a score; fitted to other people's questions, see tests/evaluation."""
CANDIDATES = 16
"""Passages taken from each kind of search."""
LOOKED_INTO = 20
"""Passages that are read for the closeness of the question's words; as many as wanted at least."""
SAME_WORDS = 0.6
"""The share of words from which passages of twins say the same; they may be cut differently."""


def search(
    library: AnyLibrary, question: str, *, count: int, story_id: str | None = None
) -> tuple[Hit, ...]:
    """Up to `count` passages for a question, the best first; within one story if it is named.

    What two stories have in common is found once: its sentences name the other
    story (Sentence.also), and the room goes to something else.
    """
    query = library.embed_question(question)
    wanted = max(CANDIDATES, 2 * count)
    cosines = dict(library.vector_matches(query, wanted, story_id=story_id))
    keywords = dict(library.keyword_matches(question, wanted, story_id=story_id))
    best = max(keywords.values(), default=0.0) or 1.0
    keywords = {id: weight / best for id, weight in keywords.items()}
    cosines |= library.cosines(query, [id for id in keywords if id not in cosines])
    first = {
        id: COSINE_WEIGHT * cosine + 3 * KEYWORD_WEIGHT * keywords.get(id, 0.0)
        for id, cosine in cosines.items()
    }
    looked_into = sorted(first, key=lambda id: (-first[id], id))[: max(LOOKED_INTO, 2 * count)]
    passages = library.found(looked_into)
    closeness = Closeness(library.word_counts(question))
    nearest: dict[str, float] = {}
    for id, one in passages.items():
        nearest[one.story_id] = max(cosines[id], nearest.get(one.story_id, -1.0))
    scored: list[tuple[float, int]] = []
    for id, one in passages.items():
        score = (
            COSINE_WEIGHT * cosines[id]
            + KEYWORD_WEIGHT * keywords.get(id, 0.0)
            + CLOSENESS_WEIGHT * closeness.of(one.text)
            + STORY_WEIGHT * nearest[one.story_id]
        )
        scored.append((score, id))
    hits: list[Hit] = []
    seen = _Seen()
    for score, id in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
        one = passages[id]
        if seen.takes(one):
            hit = Hit(one.story_id, one.passage, score, cosines[id], keywords.get(id, 0.0))
            hits.append(hit)
        if len(hits) == count:
            break
    return tuple(hits)


class _Seen:
    """The hits so far, so that a near-duplicate is known."""

    def __init__(self) -> None:
        self._taken: list[Found] = []

    def takes(self, found: Found) -> bool:
        """True, and remembered, unless a twin's hit says the same."""
        twins = (other for other in self._taken if other.story_id in found.twins)
        if any(_say_the_same(found, other) for other in twins):
            return False
        self._taken.append(found)
        return True


def _say_the_same(first: Found, second: Found) -> bool:
    here, there = (frozenset(normal(found.text).split()) for found in (first, second))
    return len(here & there) >= SAME_WORDS * min(len(here), len(there))
