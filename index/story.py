"""The values of the library: a story and its parts. No I/O.

Every part carries character offsets into `Story.text`, so that what is shown
to a person is always exactly `story.text[start:end]`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """A text that can be asked about.

    `id` is a readable slug, unique in its library; a story that is in no
    library yet has an empty one. `source` says where the text came from (a
    file's path, `-` for standard input).
    """

    id: str
    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text[start:end]`, numbered from 0 in story order."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of neighbouring sentences, `first` to `last` inclusive; what is embedded and found.

    `number` counts from 0 in story order; neighbours share sentences.
    """

    number: int
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, the best first.

    `cosine` is the similarity of question and passage in -1..1; `keywords`
    the BM25 match relative to the best match for this question in 0..1 (0 when
    no word matches); `score` is the fused figure that orders hits.
    """

    story_id: str
    passage: Passage
    score: float
    cosine: float
    keywords: float
