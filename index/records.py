"""A story's rows in the database: written whole, read back as values."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import twins
from index.passages import passage_text
from index.story import About, Passage, Place, Sentence, Story

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Prepared:
    """A story with all that is kept of it; `vectors` has a row for each passage."""

    story: Story
    sentences: Sequence[Sentence]
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]
    shingles: twins.Shingles


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its story's id, the words by which it is found, and the story's twins."""

    story_id: str
    passage: Passage
    text: str
    twins: frozenset[str] = frozenset()


def digest(text: str) -> str:
    """By which the same text is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def insert(connection: sqlite3.Connection, prepared: Prepared, story_id: str) -> None:
    """Keep a new story under an id that is free."""
    story = prepared.story
    connection.execute(
        "INSERT INTO stories(id, title, text, source, sha256) VALUES (?, ?, ?, ?, ?)",
        (story_id, story.title, story.text, story.source, digest(story.text)),
    )
    _fill(connection, prepared, story_id)


def replace(connection: sqlite3.Connection, prepared: Prepared, story_id: str) -> None:
    """Put a story in the place of the one that has this id."""
    story = prepared.story
    _delete_words(connection, story_id)
    for table in ("sentences", "passages", "places", "sketches", "twins"):
        connection.execute(f"DELETE FROM {table} WHERE story = ?", (story_id,))
    connection.execute("DELETE FROM twins WHERE other = ?", (story_id,))
    connection.execute(
        "UPDATE stories SET title = ?, text = ?, sha256 = ? WHERE id = ?",
        (story.title, story.text, digest(story.text), story_id),
    )
    _fill(connection, prepared, story_id)


def delete(connection: sqlite3.Connection, story_id: str) -> None:
    """Remove a story and all that is kept of it."""
    _delete_words(connection, story_id)
    connection.execute("DELETE FROM stories WHERE id = ?", (story_id,))


def _delete_words(connection: sqlite3.Connection, story_id: str) -> None:
    connection.execute(
        "DELETE FROM passage_words WHERE rowid IN (SELECT id FROM passages WHERE story = ?)",
        (story_id,),
    )


def _fill(connection: sqlite3.Connection, prepared: Prepared, story_id: str) -> None:
    story = prepared.story
    about = story.about
    connection.execute(
        "UPDATE stories SET author = ?, date = ?, language = ? WHERE id = ?",
        (about.author, about.date, about.language, story_id),
    )
    connection.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?)",
        [(story_id, s.number, s.start, s.end, int(s.set_aside)) for s in prepared.sentences],
    )
    connection.executemany(
        "INSERT INTO places VALUES (?, ?, ?, ?)",
        [(story_id, number, p.start, p.name) for number, p in enumerate(story.places)],
    )
    for passage, vector in zip(prepared.passages, prepared.vectors, strict=True):
        passage_id = connection.execute(
            'INSERT INTO passages(story, number, start, "end", first, last)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            (story_id, passage.number, passage.start, passage.end, passage.first, passage.last),
        ).lastrowid
        connection.execute(
            "INSERT INTO vectors VALUES (?, ?)", (passage_id, vector.astype("<f4").tobytes())
        )
        connection.execute(
            "INSERT INTO passage_words(rowid, words) VALUES (?, ?)",
            (passage_id, passage_text(story.text, prepared.sentences, passage)),
        )
    twins.relate(connection, story_id, prepared.shingles)
    if story.origin:
        move_origin(connection, story, story_id)


def move_origin(connection: sqlite3.Connection, story: Story, story_id: str) -> None:
    """From now on, this story is what is found at `story.origin`."""
    connection.execute(
        "INSERT INTO origins VALUES (?, ?, ?)"
        " ON CONFLICT (origin) DO UPDATE SET story = excluded.story,"
        " source = iif(story = excluded.story, source, excluded.source)",
        (story.origin, story_id, story.source),
    )


def story(connection: sqlite3.Connection, story_id: str) -> Story | None:
    """The story with this id, or None."""
    row = connection.execute(
        "SELECT title, text, source, author, date, language FROM stories WHERE id = ?", (story_id,)
    ).fetchone()
    if row is None:
        return None
    title, text, source, *about = row
    origins = connection.execute(
        "SELECT origin, source FROM origins WHERE story = ? ORDER BY rowid", (story_id,)
    ).fetchall()
    places = connection.execute(
        "SELECT start, name FROM places WHERE story = ? ORDER BY number", (story_id,)
    )
    related = connection.execute(
        "SELECT other FROM twins WHERE story = ? ORDER BY other", (story_id,)
    )
    return Story(
        id=story_id,
        title=title,
        text=text,
        source=source,
        origin=origins[0][0] if origins else "",
        about=About(*about),
        places=tuple(Place(*place) for place in places),
        elsewhere=tuple(other for _, other in origins if other != source),
        twins=tuple(other for (other,) in related),
    )


def found(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Found]:
    """Passages by their ids; unknown ones are left out."""
    # Numbers, not parameters: SQLite takes no more than some thousands of those.
    listed = ",".join(map(str, map(int, ids)))
    # Where FTS5 keeps the words, as its documentation says: through its virtual table a row
    # takes three times as long.
    rows = connection.execute(
        'SELECT passages.id, story, c0, number, start, "end", first, last'
        " FROM passages JOIN passage_words_content AS kept ON kept.id = passages.id"
        f" WHERE passages.id IN ({listed})"
    ).fetchall()
    pairs = connection.execute(
        "SELECT story, other FROM twins WHERE story IN (SELECT value FROM json_each(?))",
        (json.dumps(list({row[1] for row in rows})),),
    )
    twins: dict[str, set[str]] = {}
    for story_id, other in pairs:
        twins.setdefault(story_id, set()).add(other)
    return {
        row[0]: Found(row[1], Passage(*row[3:]), row[2], frozenset(twins.get(row[1], ())))
        for row in rows
    }


def with_text(connection: sqlite3.Connection, text: str) -> str | None:
    """The id of the story with exactly this text, or None."""
    row = connection.execute("SELECT id FROM stories WHERE sha256 = ?", (digest(text),)).fetchone()
    return None if row is None else str(row[0])


def at_origin(connection: sqlite3.Connection, origin: str) -> str | None:
    """The id of the story that was found at an origin, or None."""
    row = connection.execute("SELECT story FROM origins WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else str(row[0])


def further_origins(connection: sqlite3.Connection, story_id: str) -> list[tuple[str, str]]:
    """Where else than at its first origin a story is found: origin and source, oldest first."""
    rows = connection.execute(
        "SELECT origin, source FROM origins WHERE story = ? ORDER BY rowid LIMIT -1 OFFSET 1",
        (story_id,),
    )
    return [(str(origin), str(source)) for origin, source in rows]


def origins(connection: sqlite3.Connection, story_id: str) -> int:
    """At how many origins a story is found."""
    (count,) = connection.execute(
        "SELECT count(*) FROM origins WHERE story = ?", (story_id,)
    ).fetchone()
    return int(count)


def spans(connection: sqlite3.Connection, story_id: str) -> list[tuple[int, int, int, int]]:
    """(number, start, end, 1 if it is set aside) of a story's sentences, in order."""
    return connection.execute(
        'SELECT number, start, "end", set_aside FROM sentences WHERE story = ? ORDER BY number',
        (story_id,),
    ).fetchall()


def lines_set_aside(connection: sqlite3.Connection, story_id: str) -> tuple[str, ...]:
    """The lines of page furniture in a story, in order; sentences of one line together."""
    of = story(connection, story_id)
    text = "" if of is None else of.text
    lines: list[tuple[int, int]] = []
    for _, start, end, is_aside in spans(connection, story_id):
        if not is_aside:
            continue
        if lines and "\n" not in text[lines[-1][1] : start]:
            lines[-1] = (lines[-1][0], end)
        else:
            lines.append((start, end))
    return tuple(text[start:end] for start, end in lines)


def sentences(connection: sqlite3.Connection, of: Story) -> tuple[Sentence, ...]:
    """A story's sentences in order, with where they stand and where else they are found."""
    known: dict[str, list[str]] = {}
    for other_id in of.twins:
        (text,) = connection.execute(
            "SELECT text FROM stories WHERE id = ?", (other_id,)
        ).fetchone()
        for words in {twins.normal(text[a:b]) for _, a, b, _ in spans(connection, other_id)}:
            known.setdefault(words, []).append(other_id)
    starts = [place.start for place in of.places]
    found: list[Sentence] = []
    for number, start, end, is_aside in spans(connection, of.id):
        at = bisect_right(starts, start)
        also = known.get(twins.normal(of.text[start:end]), ()) if known else ()
        found.append(
            Sentence(
                number,
                start,
                end,
                place=of.places[at - 1].name if at else "",
                also=(*also, *of.elsewhere),
                set_aside=bool(is_aside),
            )
        )
    return tuple(found)


def slug(name: str) -> str:
    """A readable id from a name: letters and digits of any script, the rest as single hyphens."""
    normal = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", normal).strip("-")[:60].strip("-") or "story"


def free_id(connection: sqlite3.Connection, wish: str) -> str:
    """The wish as a slug, with a number behind it if another story has it."""
    wish = slug(wish)
    candidate, number = wish, 1
    while connection.execute("SELECT 1 FROM stories WHERE id = ?", (candidate,)).fetchone():
        number += 1
        candidate = f"{wish}-{number}"
    return candidate
