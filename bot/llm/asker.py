"""One request on its way through the engine, and what comes back from it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.errors import StoppedError, StorychatError
from bot.llm.jobs import Job
from bot.llm.layout import Layout
from bot.llm.shelf import Loan
from bot.stopping import told_to_stop

PlaceListener = Callable[[int], None]
"""Is told how many others are ahead: 0 once it is one's turn."""


@dataclass(frozen=True, slots=True)
class Lent:
    """The sentences of one story that an asker is to see."""

    layout: Layout
    sentences: tuple[int, ...]


class _End:
    """Nothing more comes."""


class Reply:
    """What an asker waits on: items as they come, then the end or an error. Thread-safe."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._is_stopped = told_to_stop()

    def put(self, item: object) -> None:
        """Hand an item on."""
        self._items.put(item)

    def end(self, error: StorychatError | None = None) -> None:
        """Nothing more comes; `error` is raised where the items are taken."""
        self._items.put(_End() if error is None else error)

    def cancel(self) -> None:
        """Say that nobody waits any more."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """True once nobody waits any more, or ought to."""
        return self._cancelled.is_set() or self._is_stopped()

    def gives_up(self) -> bool:
        """True if it is cancelled; then whoever waits all the same is told."""
        if not self.is_cancelled:
            return False
        self.end(StoppedError("Stopped."))
        return True

    def __iter__(self) -> Iterator[object]:
        while True:
            item = self._items.get()
            if isinstance(item, _End):
                return
            if isinstance(item, StorychatError):
                raise item
            yield item


@dataclass(slots=True, eq=False)
class Asker:
    """The engine's view of one request; touched by the engine's thread only."""

    job: Job
    lent: Sequence[Lent]
    reply: Reply
    on_place: PlaceListener | None = None
    place: int | None = None
    sequence: int = -1
    loan: Loan | None = None
    anew: list[int] = field(default_factory=list)
    """Tokens of excerpts that are still to be read for this asker alone, before its prompt."""
    own_excerpts: int = 0
    """Cells of excerpts that nobody else sees: read for it alone."""
    excerpts_end: int = 0
    """The position of its job's first token."""
    pending: list[int] = field(default_factory=list)
    """Tokens of the job that are still to be put in."""
    position: int = 0
    reserved: int = 0
    """Cells set aside for what it puts in."""

    @property
    def unread(self) -> int:
        """How many of the pending tokens are excerpts, not its job's own."""
        return 0 if self.job.writes else max(0, len(self.pending) - len(self.job.prompt))

    @property
    def is_adapted(self) -> bool:
        """True if its next tokens go in with the adapter; excerpts are read without."""
        return self.job.is_adapted and not self.unread

    @property
    def portion(self) -> int:
        """How many of the pending tokens may go into one step."""
        return self.unread if self.job.is_adapted and self.unread else len(self.pending)

    def tell_place(self, place: int) -> None:
        """Tell whoever asked how many are ahead, if that has changed."""
        if place != self.place:
            self.place = place
            if self.on_place is not None:
                self.on_place(place)
