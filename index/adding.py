"""A story on its way into the library: cut, embedded, and written by what is there already."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import records
from index.embedder import Embedder
from index.errors import LibraryError
from index.passages import cut_passages
from index.sentences import split_sentences
from index.story import Story
from index.twins import Shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Advance = Callable[[int, int], None]
"""Is told how many passages are embedded, and of how many."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did to a story: sentences that are new in it, and ones that are gone."""

    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did: the story as it is kept, whether its id is new, how its text changed."""

    story: Story
    is_new: bool
    change: Change | None = None


def passage_texts(story: Story) -> list[str]:
    """The texts of a story's passages, in order."""
    return [story.text[p.start : p.end] for p in cut_passages(split_sentences(story.text))]


def prepare(
    story: Story,
    embedder: Embedder,
    known: dict[str, NDArray[np.float32]],
    given: NDArray[np.float32] | None,
    *,
    advance: Advance | None,
) -> records.Prepared:
    """Cut and embed a story; passages with known vectors are not embedded again."""
    import numpy as np

    if not any(map(str.isalnum, story.text)):
        raise LibraryError(f"{story.source} holds no sentence to ask about.")
    sentences = split_sentences(story.text)
    passages = cut_passages(sentences)
    texts = [story.text[p.start : p.end] for p in passages]
    if given is not None and len(given) == len(texts):
        known = dict(zip(texts, given, strict=True))
    unknown = [i for i, text in enumerate(texts) if text not in known]
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        if advance is not None:
            advance(done, len(unknown))

    vectors = np.empty((len(texts), embedder.dimensions), dtype=np.float32)
    for row, text in enumerate(texts):
        if text in known:
            vectors[row] = known[text]
    if unknown:
        vectors[unknown] = embedder.embed([texts[i] for i in unknown], advance=count)
    return records.Prepared(story, sentences, passages, vectors, Shingles.of(story.text))


def keep(connection: sqlite3.Connection, story: Story, prepared: records.Prepared | None) -> Added:
    """Write a story, by what the library holds now: another process may have been quicker."""
    known, old = (
        records.with_text(connection, story.text),
        records.at_origin(connection, story.origin),
    )
    if known is not None or prepared is None:
        if known is None:
            raise LibraryError("The story has just been removed. Add it again.")
        if story.origin:
            records.move_origin(connection, story, known)
        if old not in (None, known) and records.origins(connection, str(old)) == 0:
            # What was found there has become a story that is here already.
            records.delete(connection, str(old))
        return Added(story_in(connection, known), is_new=False)
    if old is not None and records.origins(connection, old) == 1:
        before = story_in(connection, old)
        change = _change(connection, before, prepared)
        records.replace(connection, prepared, old)
        return Added(story_in(connection, old), is_new=False, change=change)
    new_id = records.free_id(connection, story.id or story.title)
    records.insert(connection, prepared, new_id)
    return Added(story_in(connection, new_id), is_new=True)


def vectors_of(connection: sqlite3.Connection, story: Story) -> dict[str, NDArray[np.float32]]:
    """The vectors of a story's passages by their texts."""
    import numpy as np

    rows = connection.execute(
        'SELECT start, "end", vector FROM passages JOIN vectors ON passage = id WHERE story = ?',
        (story.id,),
    )
    return {story.text[a:b]: np.frombuffer(blob, dtype="<f4") for a, b, blob in rows}


def story_in(connection: sqlite3.Connection, story_id: str) -> Story:
    """The story with this id. Raises LibraryError if there is none."""
    found = records.story(connection, story_id)
    if found is None:
        raise LibraryError(
            f"There is no story {story_id!r} in the library. `storychat ls` lists them."
        )
    return found


def _change(connection: sqlite3.Connection, before: Story, prepared: records.Prepared) -> Change:
    old = [before.text[a:b] for _, a, b in records.spans(connection, before.id)]
    new = [prepared.story.text[s.start : s.end] for s in prepared.sentences]
    was, now = set(old), set(new)
    return Change(
        new=tuple(sentence for sentence in new if sentence not in was),
        gone=tuple(sentence for sentence in old if sentence not in now),
    )
