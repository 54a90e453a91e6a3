"""The values of the library: a story and its parts. No I/O.

Every part carries character offsets into `Story.text`, so that what is shown
to a person is always exactly `story.text[start:end]`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page or chapter begins: `name` holds from `start` to the next place."""

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class About:
    """What a source says of itself; empty where it says nothing.

    `date` is YYYY-MM-DD or a beginning of that, `language` a tag such as `en-GB`.
    """

    author: str = ""
    date: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A text that can be asked about.

    `id` is a readable slug, unique in its library; a story that is in no
    library yet has an empty one or a wish. `source` says where the text came
    from (a file's path, an address, `-` for standard input). `origin` is what
    the story is known by when it is added again: its canonical address or its
    file's absolute path; a text without one is never updated. `places` are in
    the order of their starts. What a library adds: `elsewhere`, further sources
    of the very same text, and `twins`, the ids of near-duplicate stories.
    """

    id: str
    title: str
    text: str
    source: str
    origin: str = ""
    about: About = About()
    places: tuple[Place, ...] = ()
    elsewhere: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text[start:end]`, numbered from 0 in story order.

    `place` names its page or chapter, if the source has any. `also` says where
    else it is found: the ids of twins that hold it too, and `Story.elsewhere`.
    What is `set_aside` is page furniture: shown, but never found, read or cited.
    """

    number: int
    start: int
    end: int
    place: str = ""
    also: tuple[str, ...] = ()
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of neighbouring sentences, `first` to `last` inclusive; what is embedded and found.

    `number` counts from 0 in story order; neighbours share sentences. Sentences
    between `first` and `last` that are set aside are no part of it.
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
