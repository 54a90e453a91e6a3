"""The shelf from a terminal: add, list, show and remove stories."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bot import assembly
from bot.settings import Settings
from bot.terminal import progress
from bot.terminal.exits import Exit
from bot.terminal.rendering import visible
from bot.terminal.screen import Screen
from index import exchange, repair
from index.errors import LibraryError
from index.library import Added, Entry, Library
from index.readers import files_in, read_source, read_stories
from index.story import Story
from index.watch import FolderWatch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHANGES_SHOWN = 3
_READ_AHEAD = 200_000
"""Characters of stories that are embedded together."""
_SECONDS_BETWEEN_LOOKS = 2.0


def opened(settings: Settings) -> Library:
    """The library of the settings, with a progress bar if its passages are embedded anew."""
    with ExitStack() as shown:
        reached: progress.Advance | None = None

        def count(done: int, total: int) -> None:
            nonlocal reached
            if reached is None:
                bar = progress.bar("Bringing the library up to date", total=total)
                reached = progress.up_to(shown.enter_context(bar))
            reached(done)

        return assembly.library(settings, renewing=count)


def add(settings: Settings, sources: Sequence[str], *, screen: Screen, notes: Screen) -> Exit:
    """Add each source; what cannot be added is said, and the others are added all the same."""
    library = opened(settings)
    outcome = _add_all(library, sources, screen=screen, notes=notes)
    _settle(library)
    return outcome


def watch(settings: Settings, folder: Path, *, screen: Screen, notes: Screen) -> Exit:
    """Add what is and what comes into a folder, until Ctrl-C; what leaves it stays in the library.

    Raises LibraryError if there is no such folder.
    """
    library = opened(settings)
    watched = FolderWatch(folder)
    notes.write(f"Watching {visible(str(folder))}; Ctrl-C ends it.\n")
    while True:
        seen = watched.look()
        _add_all(library, map(str, seen.ready), screen=screen, notes=notes)
        for path in seen.gone:
            notes.write(f"{visible(str(path))} is gone; its story stays in the library.\n")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def add_source(library: Library, source: str) -> Added:
    """Read the one story of a source and put it on the shelf. Raises LibraryError."""
    story = read_source(source)
    (vectors,) = _embedded(library, [story])
    return library.add(story, vectors=vectors)


def _add_all(library: Library, sources: Iterable[str], *, screen: Screen, notes: Screen) -> Exit:
    outcome = Exit.ANSWERED
    read: list[Story] = []

    def refuse(error: LibraryError) -> None:
        nonlocal outcome
        notes.write(f"{visible(str(error))}\n")
        outcome = Exit.ERROR

    def put() -> None:
        for story, vectors in zip(read, _embedded(library, read), strict=True):
            try:
                _tell(library.add(story, vectors=vectors), screen=screen)
            except LibraryError as error:
                refuse(error)
        read.clear()

    for source in sources:
        try:
            for part in _parts(source):
                try:
                    read.extend(read_stories(part))
                except LibraryError as error:
                    refuse(error)
                if sum(len(story.text) for story in read) > _READ_AHEAD:
                    put()
        except LibraryError as error:
            refuse(error)
    put()
    return outcome


def _parts(source: str) -> list[str]:
    """The files of a folder, or the source itself."""
    # Path.is_dir raises where a whole text is given for a name.
    if not os.path.isdir(source):  # noqa: PTH112
        return [source]
    parts = [str(file) for file in files_in(Path(source))]
    if not parts:
        raise LibraryError(f"{source} holds no file that Storychat reads.")
    return parts


def _embedded(library: Library, stories: Sequence[Story]) -> list[NDArray[np.float32] | None]:
    """The vectors of stories that are to be added, with a progress bar."""
    what = visible(stories[0].title) if len(stories) == 1 else f"{len(stories)} stories"
    with progress.bar(f"Adding {what}", total=None) as advance:
        reached = progress.up_to(advance)
        return library.embed_stories(stories, advance=lambda done, _: reached(done))


def _tell(added: Added, *, screen: Screen) -> None:
    """A line for what adding did, one for what it set aside, and what an update changed."""
    known = "" if added.is_new or added.change else " (already in the library)"
    twins = f" (much the same as {', '.join(added.story.twins)})" if added.story.twins else ""
    screen.write(
        f"{visible(added.story.id)}  {visible(added.story.title)}{known}{visible(twins)}\n"
    )
    if added.set_aside:
        lines = "line" if len(added.set_aside) == 1 else "lines"
        screen.write(f"  set aside as no part of the story: {len(added.set_aside)} {lines}\n")
    if added.change is None:
        return
    new, gone = added.change.new, added.change.gone
    screen.write(f"  updated: {len(new)} new or changed sentences, {len(gone)} gone\n")
    for sign, sentences in (("+", new), ("-", gone)):
        for sentence in sentences[:_CHANGES_SHOWN]:
            screen.write(f"  {sign} {visible(sentence)}\n")


def list_entries(settings: Settings, *, screen: Screen, notes: Screen) -> Exit:
    """A line for each story: id, sentences, title; near-duplicates under the first of them."""
    entries = opened(settings).entries()
    if not entries:
        notes.write("The library holds no story yet. Add one: storychat add FILE\n")
    width = max((len(entry.id) for entry in entries), default=0)
    order = {entry.id: number for number, entry in enumerate(entries)}

    def place(entry: Entry) -> tuple[int, int]:
        number = order[entry.id]
        return min([number, *(order[twin] for twin in entry.twins)]), number

    for entry in sorted(entries, key=place):
        same = "  = " + ", ".join(entry.twins) if entry.twins else ""
        screen.write(
            f"{visible(entry.id):<{width}}  {entry.sentences:>5} sentences  "
            f"{visible(entry.title)}{visible(same)}\n"
        )
    return Exit.ANSWERED


def show(settings: Settings, story_id: str, *, screen: Screen) -> Exit:
    """A story with all that is known of it, each sentence under its number and place.

    Page furniture is marked as set aside.
    """
    library = opened(settings)
    story = library.story(story_id)
    about = story.about
    for name, value in (
        ("source", story.source),
        ("also at", ", ".join(story.elsewhere)),
        ("much the same", ", ".join(story.twins)),
        ("author", about.author),
        ("date", about.date),
        ("language", about.language),
    ):
        if value:
            screen.write(f"{name}: {visible(value)}\n")
    screen.write(f"\n{visible(story.title)}\n")
    place = ""
    for sentence in library.sentences(story_id):
        if sentence.place != place:
            place = sentence.place
            screen.write(f"\n{visible(place)}\n")
        words = visible(story.text[sentence.start : sentence.end])
        aside = "[set aside] " if sentence.set_aside else ""
        screen.write(f"{sentence.number + 1:>5}  {aside}{words}\n")
    return Exit.ANSWERED


def remove(settings: Settings, story_ids: Sequence[str], *, screen: Screen, notes: Screen) -> Exit:
    """Remove each story; an unknown id is said, and the others are removed all the same."""
    outcome = Exit.ANSWERED
    library = opened(settings)
    for story_id in story_ids:
        try:
            screen.write(f"Removed {visible(library.remove(story_id).title)}\n")
        except LibraryError as error:
            notes.write(f"{visible(str(error))}\n")
            outcome = Exit.ERROR
    return outcome


def mend(settings: Settings, *, screen: Screen) -> Exit:
    """Save what can be read of a damaged library."""
    done = repair.repair(settings.library, embedder=assembly.embedder(settings))
    if done is None:
        screen.write("The library is whole.\n")
        return Exit.ANSWERED
    screen.write(f"{len(done.saved)} stories are saved, {done.lost} could not be read.\n")
    screen.write(f"The damaged file is kept: {visible(str(done.kept))}\n")
    return Exit.ERROR if done.lost else Exit.ANSWERED


def export(settings: Settings, file: Path, *, screen: Screen) -> Exit:
    """Write the whole library to one file."""
    count = exchange.export(opened(settings), file)
    screen.write(f"{count} stories are in {visible(str(file))}\n")
    return Exit.ANSWERED


def import_file(settings: Settings, file: Path, *, screen: Screen) -> Exit:
    """Add the stories of an exported library."""
    library = opened(settings)
    for added in exchange.import_stories(library, file):
        _tell(added, screen=screen)
    _settle(library)
    return Exit.ANSWERED


def _settle(library: Library) -> None:
    with progress.waiting("Arranging the library"):
        library.settle()
