"""The shelf from a terminal: add, list and remove stories."""

from __future__ import annotations

from collections.abc import Sequence

from bot import assembly
from bot.settings import Settings
from bot.terminal import progress
from bot.terminal.exits import Exit
from bot.terminal.rendering import visible
from bot.terminal.screen import Screen
from index.errors import LibraryError
from index.library import Added, Library
from index.readers import read_source


def add(settings: Settings, sources: Sequence[str], *, screen: Screen, notes: Screen) -> Exit:
    """Add each source; what cannot be added is said, and the others are added all the same."""
    outcome = Exit.ANSWERED
    library = assembly.library(settings)
    for source in sources:
        try:
            added = add_source(library, source)
        except LibraryError as error:
            notes.write(f"{visible(str(error))}\n")
            outcome = Exit.ERROR
            continue
        known = "" if added.is_new else " (already in the library)"
        screen.write(f"{visible(added.story.id)}  {visible(added.story.title)}{known}\n")
    return outcome


def add_source(library: Library, source: str) -> Added:
    """Read one source and put it on the shelf, with a progress bar. Raises LibraryError."""
    story = read_source(source)
    with progress.bar(f"Adding {visible(story.title)}", total=None) as advance:
        done = 0

        def count(now: int, _: int) -> None:
            nonlocal done
            advance(now - done)
            done = now

        return library.add(story, advance=count)


def list_entries(settings: Settings, *, screen: Screen, notes: Screen) -> Exit:
    """A line for each story: id, sentences, title."""
    entries = assembly.library(settings).entries()
    if not entries:
        notes.write("The library holds no story yet. Add one: storychat add FILE\n")
    width = max((len(entry.id) for entry in entries), default=0)
    for entry in entries:
        screen.write(
            f"{visible(entry.id):<{width}}  {entry.sentences:>5} sentences  "
            f"{visible(entry.title)}\n"
        )
    return Exit.ANSWERED


def remove(settings: Settings, story_ids: Sequence[str], *, screen: Screen, notes: Screen) -> Exit:
    """Remove each story; an unknown id is said, and the others are removed all the same."""
    outcome = Exit.ANSWERED
    library = assembly.library(settings)
    for story_id in story_ids:
        try:
            screen.write(f"Removed {visible(library.remove(story_id).title)}\n")
        except LibraryError as error:
            notes.write(f"{visible(str(error))}\n")
            outcome = Exit.ERROR
    return outcome
