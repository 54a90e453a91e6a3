"""Question -> hits: vectors find what is meant, keywords what is named; both are fused."""

from __future__ import annotations

from index.joined import AnyLibrary
from index.story import Hit

KEYWORD_WEIGHT = 0.5
"""What the best keyword match adds to a cosine; measured in tests/evaluation."""
CANDIDATES_PER_HIT = 6


def search(
    library: AnyLibrary, question: str, *, count: int, story_id: str | None = None
) -> tuple[Hit, ...]:
    """Up to `count` passages for a question, the best first; within one story if it is named."""
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
    for score, passage_id in sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:count]:
        found = library.passage(passage_id)
        if found is not None:
            hits.append(Hit(*found, score, cosines[passage_id], keywords[passage_id]))
    return tuple(hits)
