"""Several libraries searched as one.

The ids of stories and passages tell which library they are of: a story `s` of
the library named `own` is `own/s`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.closeness import WordCounts
from index.errors import LibraryError
from index.library import Library
from index.records import Found
from index.story import Sentence, Story

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class JoinedLibrary:
    """Reads from named libraries, which share an embedder, with the methods of one."""

    def __init__(self, parts: Mapping[str, Library]) -> None:
        """At least one part; names contain no `/`."""
        self._names = tuple(parts)
        self._parts = tuple(parts.values())

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See Library.embed_question."""
        return self._parts[0].embed_question(question)

    def vector_matches(
        self, query: NDArray[np.float32], count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """See Library.vector_matches."""
        found: list[tuple[int, float]] = []
        for part, name in self._asked(story_id):
            matches = self._parts[part].vector_matches(query, count, story_id=name)
            found += [(self._outer(passage, part), cosine) for passage, cosine in matches]
        return sorted(found, key=lambda match: -match[1])[:count]

    def cosines(self, query: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """See Library.cosines."""
        return {
            self._outer(passage, part): cosine
            for part, inner in self._by_part(ids)
            for passage, cosine in self._parts[part].cosines(query, inner).items()
        }

    def keyword_matches(
        self, question: str, count: int, *, story_id: str | None = None
    ) -> list[tuple[int, float]]:
        """See Library.keyword_matches; weights of different libraries are taken as comparable."""
        found: list[tuple[int, float]] = []
        for part, name in self._asked(story_id):
            matches = self._parts[part].keyword_matches(question, count, story_id=name)
            found += [(self._outer(passage, part), weight) for passage, weight in matches]
        return sorted(found, key=lambda match: -match[1])[:count]

    def word_counts(self, question: str) -> WordCounts:
        """See Library.word_counts."""
        first, *rest = (part.word_counts(question) for part in self._parts)
        return sum(rest, first)

    def found(self, ids: Sequence[int]) -> dict[int, Found]:
        """See Library.found."""
        return {
            self._outer(passage, part): replace(
                one,
                story_id=self._outer_name(one.story_id, part),
                twins=frozenset(self._outer_name(twin, part) for twin in one.twins),
            )
            for part, inner in self._by_part(ids)
            for passage, one in self._parts[part].found(inner).items()
        }

    def story(self, story_id: str) -> Story:
        """See Library.story."""
        part, name = self._part_of(story_id)
        story = self._parts[part].story(name)
        twins = tuple(self._outer_name(twin, part) for twin in story.twins)
        return replace(story, id=story_id, twins=twins)

    def sentences(self, story_id: str) -> tuple[Sentence, ...]:
        """See Library.sentences."""
        part, name = self._part_of(story_id)
        library = self._parts[part]
        outer = {twin: self._outer_name(twin, part) for twin in library.story(name).twins}
        return tuple(
            replace(sentence, also=tuple(outer.get(other, other) for other in sentence.also))
            for sentence in library.sentences(name)
        )

    def _asked(self, story_id: str | None) -> list[tuple[int, str | None]]:
        """Which parts to search, and within which of their stories."""
        if story_id is None:
            return [(part, None) for part in range(len(self._parts))]
        return [self._part_of(story_id)]

    def _part_of(self, story_id: str) -> tuple[int, str]:
        part, _, name = story_id.partition("/")
        if part not in self._names:
            raise LibraryError(f"There is no story {story_id!r}.")
        return self._names.index(part), name

    def _outer_name(self, story_id: str, part: int) -> str:
        return f"{self._names[part]}/{story_id}"

    def _by_part(self, ids: Sequence[int]) -> list[tuple[int, list[int]]]:
        """Ids as the parts know them, of each part that is concerned."""
        sorted_out: dict[int, list[int]] = {}
        for passage_id in ids:
            part, inner = self._inner(passage_id)
            sorted_out.setdefault(part, []).append(inner)
        return list(sorted_out.items())

    def _outer(self, passage_id: int, part: int) -> int:
        return passage_id * len(self._parts) + part

    def _inner(self, passage_id: int) -> tuple[int, int]:
        inner, part = divmod(passage_id, len(self._parts))
        return part, inner


AnyLibrary = Library | JoinedLibrary
"""What can be searched and answered from."""
