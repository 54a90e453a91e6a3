"""A story on its way into the library: cut, embedded, and written by what is there already."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index import records
from index.cleaning import set_aside
from index.embedder import Embedder
from index.errors import LibraryError
from index.passages import cut_passages, passage_text
from index.sentences import split_sentences
from index.story import Passage, Sentence, Story
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
    """What adding did: the story as it is kept, whether its id is new, how its text changed.

    `set_aside` are the lines of page furniture that were found in it.
    """

    story: Story
    is_new: bool
    change: Change | None = None
    set_aside: tuple[str, ...] = ()


def told(advance: Advance | None, total: int, *, done: int = 0) -> Callable[[int], None]:
    """What an embedder is to tell of each batch, so that `advance` hears of all of them together.

    `done` are those of the `total` passages that were embedded before.
    """

    def count(more: int) -> None:
        nonlocal done
        done += more
        if advance is not None:
            advance(done, total)

    return count


def passage_texts(story: Story) -> list[str]:
    """The texts of a story's passages, in order."""
    sentences = sentences_of(story)
    return [passage_text(story.text, sentences, p) for p in cut_passages(sentences)]


def sentences_of(story: Story) -> tuple[Sentence, ...]:
    """A story's sentences, those of page furniture set aside."""
    return set_aside(story.text, split_sentences(story.text))


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
    sentences = sentences_of(story)
    passages = cut_passages(sentences)
    texts = [passage_text(story.text, sentences, p) for p in passages]
    if given is not None and len(given) == len(texts):
        known = dict(zip(texts, given, strict=True))
    unknown = [i for i, text in enumerate(texts) if text not in known]
    vectors = np.empty((len(texts), embedder.dimensions), dtype=np.float32)
    for row, text in enumerate(texts):
        if text in known:
            vectors[row] = known[text]
    if unknown:
        vectors[unknown] = embedder.embed(
            [texts[i] for i in unknown], advance=told(advance, len(unknown))
        )
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
        return found(connection, known)
    if old is not None and records.origins(connection, old) == 1:
        before = story_in(connection, old)
        change = _change(connection, before, prepared)
        records.replace(connection, prepared, old)
        return replace(found(connection, old), change=change)
    new_id = records.free_id(connection, story.id or story.title)
    records.insert(connection, prepared, new_id)
    return replace(found(connection, new_id), is_new=True)


def found(connection: sqlite3.Connection, story_id: str) -> Added:
    """What is told of a story that was there already. Raises LibraryError if there is none."""
    return Added(
        story_in(connection, story_id),
        is_new=False,
        set_aside=records.lines_set_aside(connection, story_id),
    )


def vectors_of(connection: sqlite3.Connection, story: Story) -> dict[str, NDArray[np.float32]]:
    """The vectors of a story's passages by their texts."""
    import numpy as np

    sentences = records.sentences(connection, story)
    rows = connection.execute(
        'SELECT vector, number, start, "end", first, last FROM passages'
        " JOIN vectors ON passage = id WHERE story = ?",
        (story.id,),
    )
    return {
        passage_text(story.text, sentences, Passage(*passage)): np.frombuffer(blob, dtype="<f4")
        for blob, *passage in rows
    }


def story_in(connection: sqlite3.Connection, story_id: str) -> Story:
    """The story with this id. Raises LibraryError if there is none."""
    found = records.story(connection, story_id)
    if found is None:
        raise LibraryError(
            f"There is no story {story_id!r} in the library. `storychat ls` lists them."
        )
    return found


def _change(connection: sqlite3.Connection, before: Story, prepared: records.Prepared) -> Change:
    # An advertisement that has made way for another is no news.
    old = [
        before.text[a:b]
        for _, a, b, is_aside in records.spans(connection, before.id)
        if not is_aside
    ]
    new = [prepared.story.text[s.start : s.end] for s in prepared.sentences if not s.set_aside]
    was, now = set(old), set(new)
    return Change(
        new=tuple(sentence for sentence in new if sentence not in was),
        gone=tuple(sentence for sentence in old if sentence not in now),
    )
