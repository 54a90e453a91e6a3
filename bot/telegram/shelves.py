"""The stories a chat can ask: its own, and those that the operator offers to all.

Each chat has a library folder of its own. That a chat finds nobody else's
stories is then no matter of a condition in every query; the index that is
searched stays as small as the chat's stories; and forgetting a chat is removing
its folder. What it costs, an open file and a few MB for each chat that is
talking, is bounded by letting go of those that were used longest ago.
"""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from bot.answering.storyteller import Storyteller
from index.errors import LibraryError
from index.joined import JoinedLibrary
from index.library import Added, Library
from index.story import Sentence, Story

OWN, OFFERED = "own", "offered"
MOST_OPEN = 32
READ_AHEAD_CHARACTERS = 250_000
"""Of offered stories, the latest first: some 60,000 tokens, less than half of what the default
bound keeps, so that they do not push each other out again."""


class Teller(Storyteller, Protocol):
    """Whoever answers from a library, and can prepare for questions."""

    def read(self, story_id: str) -> Iterator[tuple[int, int]]:
        """Read a story ahead of questions: yields tokens read now, and of the whole story."""
        ...

    def suggest(self, story_id: str) -> Sequence[str]:
        """Up to three questions that the story answers."""
        ...

    def forget(self, story_id: str) -> None:
        """Drop all that is remembered of a story beside the library."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A story that a chat can ask. `handle` is short and goes into buttons and links."""

    id: str
    title: str
    is_own: bool

    @property
    def handle(self) -> str:
        """Letters and digits that stand for the story's id."""
        return handle(self.id)


def handle(story_id: str) -> str:
    """Letters and digits that stand for a story's id in buttons and deep links."""
    return blake2b(story_id.encode(), digest_size=8).hexdigest()


class Shelf:
    """What one chat can ask. Thread-safe."""

    def __init__(
        self, own: Library | None, offered: Library, teller: Callable[[JoinedLibrary], Teller]
    ) -> None:
        """`own` is None as long as the chat has added nothing."""
        self._own = own
        self._offered = offered
        parts = {OFFERED: offered} if own is None else {OWN: own, OFFERED: offered}
        self._library = JoinedLibrary(parts)
        self.teller = teller(self._library)

    def offers(self) -> list[Offer]:
        """All stories, the chat's own first and the latest of these first."""
        own = [] if self._own is None else list(reversed(self._own.entries()))
        return [Offer(f"{OWN}/{e.id}", e.title, True) for e in own] + [
            Offer(f"{OFFERED}/{e.id}", e.title, False) for e in self._offered.entries()
        ]

    @property
    def has_own(self) -> bool:
        """True if the chat has a library of its own."""
        return self._own is not None

    def own_count(self) -> int:
        """How many stories the chat has of its own."""
        return 0 if self._own is None else self._own.count()

    def is_empty(self) -> bool:
        """True if there is no story to ask."""
        return not self.own_count() and not self._offered.count()

    def has(self, story_id: str) -> bool:
        """True if there is such a story."""
        try:
            self._library.story(story_id)
        except LibraryError:
            return False
        return True

    def story(self, story_id: str) -> Story:
        """A story. Raises LibraryError if there is none."""
        return self._library.story(story_id)

    def sentences(self, story_id: str) -> tuple[Sentence, ...]:
        """A story's sentences."""
        return self._library.sentences(story_id)

    def add(self, story: Story, *, advance: Callable[[int, int], None]) -> Added:
        """Keep a story of the chat's own; its id is that within the shelf."""
        assert self._own is not None
        added = self._own.add(story, advance=advance)
        return replace(added, story=self._library.story(f"{OWN}/{added.story.id}"))

    def remove(self, story_id: str) -> Story:
        """Delete one of the chat's own stories for good. Raises LibraryError if it is not."""
        part, _, name = story_id.partition("/")
        if self._own is None or part != OWN:
            raise LibraryError("Only this chat's own stories can be deleted.")
        self.teller.forget(story_id)
        story = self._own.remove(name)
        self._own.shred()
        return story

    def close(self) -> None:
        """Close the chat's own files."""
        if self._own is not None:
            self._own.close()


class Shelves:
    """The shelf of each chat, opened when it is needed. Thread-safe."""

    def __init__(
        self,
        folder: Path,
        *,
        offered: Library,
        open_library: Callable[[Path], Library],
        teller: Callable[[JoinedLibrary], Teller],
    ) -> None:
        """Folders of chats lie in `folder`; `teller` makes who answers from a library."""
        self._folder = folder
        self._offered = offered
        self._open_library = open_library
        self._teller = teller
        self._lock = threading.Lock()
        self._open: OrderedDict[int, Shelf] = OrderedDict()

    def of(self, chat: int, *, to_add: bool = False) -> Shelf:
        """The shelf of a chat; `to_add` makes sure that it has a library of its own."""
        folder = self._folder_of(chat)
        with self._lock:
            shelf = self._open.pop(chat, None)
            if shelf is None or (to_add and not shelf.has_own):
                own = self._open_library(folder) if to_add or folder.is_dir() else None
                shelf = Shelf(own, self._offered, self._teller)
            self._open[chat] = shelf
            if len(self._open) > MOST_OPEN:
                # Not closed: somebody may be reading from it; it closes when they are done.
                self._open.popitem(last=False)
            return shelf

    def read_offered(self) -> None:
        """Let the model read what is offered to all, before anybody asks.

        A question about several stories reads passages that were never read for itself
        alone, and again next time. Whoever asks meanwhile goes first. Raises StorychatError.
        """
        shelf = Shelf(None, self._offered, self._teller)
        room = READ_AHEAD_CHARACTERS
        for offer in reversed(shelf.offers()):
            room -= len(shelf.story(offer.id).text)
            if room < 0:
                return
            for _ in shelf.teller.read(offer.id):
                pass

    def forget(self, chat: int) -> list[str]:
        """Delete all that a chat has added, for good; the titles."""
        folder = self._folder_of(chat)
        if not folder.is_dir():
            return []
        shelf = self.of(chat)
        own = [offer for offer in shelf.offers() if offer.is_own]
        for offer in own:
            shelf.teller.forget(offer.id)
        with self._lock:
            self._open.pop(chat, None)
        shutil.rmtree(folder)
        return [offer.title for offer in own]

    def move(self, chat: int, to: int) -> None:
        """A group has another id from now on."""
        with self._lock:
            self._open.pop(chat, None)
            self._open.pop(to, None)
            if self._folder_of(chat).is_dir() and not self._folder_of(to).exists():
                self._folder_of(chat).rename(self._folder_of(to))

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            for shelf in self._open.values():
                shelf.close()
            self._open.clear()
        self._offered.close()

    def _folder_of(self, chat: int) -> Path:
        return self._folder / str(chat)
