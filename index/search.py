"""Question -> hits: vectors find what is meant, keywords what is named; both are fused."""

from __future__ import annotations

from index.errors import LibraryError
from index.joined import AnyLibrary
from index.story import Hit, Story
from index.twins import normal

KEYWORD_WEIGHT = 0.5
"""What the best keyword match adds to a cosine; measured in tests/evaluation."""
CANDIDATES_PER_HIT = 6
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
    wanted = count * CANDIDATES_PER_HIT
    cosines = dict(library.vector_matches(query, wanted, story_id=story_id))
    keywords = dict(library.keyword_matches(question, wanted, story_id=story_id))
    best = max(keywords.values(), default=0.0)
    scored: list[tuple[float, int]] = []
    for passage_id in cosines.keys() | keywords.keys():
        if passage_id not in cosines:
            cosines[passage_id] = library.cosine(query, passage_id)
        keywords[passage_id] = keywords.get(passage_id, 0.0) / best if best > 0 else 0.0
        score = cosines[passage_id] + KEYWORD_WEIGHT * keywords[passage_id]
        scored.append((score, passage_id))
    hits: list[Hit] = []
    seen = _Seen(library)
    for score, passage_id in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
        found = library.passage(passage_id)
        if found is None:
            continue
        hit = Hit(*found, score, cosines[passage_id], keywords[passage_id])
        if seen.takes(hit):
            hits.append(hit)
        if len(hits) == count:
            break
    return tuple(hits)


class _Seen:
    """The words of the hits so far, so that a near-duplicate is known."""

    def __init__(self, library: AnyLibrary) -> None:
        self._library = library
        self._stories: dict[str, Story | None] = {}
        self._words: list[tuple[str, frozenset[str]]] = []

    def takes(self, hit: Hit) -> bool:
        """True, and remembered, unless the hit is gone or a twin's says the same."""
        story = self._story(hit.story_id)
        if story is None:
            return False
        words = frozenset(normal(story.text[hit.passage.start : hit.passage.end]).split())
        for other, others in self._words:
            least = SAME_WORDS * min(len(words), len(others))
            if other in story.twins and len(words & others) >= least:
                return False
        self._words.append((hit.story_id, words))
        return True

    def _story(self, story_id: str) -> Story | None:
        if story_id not in self._stories:
            try:
                self._stories[story_id] = self._library.story(story_id)
            except LibraryError:  # removed since it was found
                self._stories[story_id] = None
        return self._stories[story_id]
