"""One thread owns the context; every asker is a sequence; all take their steps together.

In a step go, in this order: one token (and its draft) of every answer in
progress, the questions of those who have just come, and, when nothing shorter
waits, a slice of a story. A question whose passages have not been read has them
read first. While nobody asks, memory is put in order.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

from bot.errors import ModelError, StorychatError
from bot.llm.asker import Asker, Reply
from bot.llm.huge_pages import HugePages
from bot.llm.layout import Layout
from bot.llm.llama import DecodeError, LlamaContext, NoRoomError, Row
from bot.llm.reading import Reader, Wish
from bot.llm.seats import Seats, Unread, Way
from bot.llm.shelf import Shelf
from bot.llm.states import States
from bot.llm.step_costs import StepCosts
from bot.llm.steps import NOTHING, SLICE_BESIDE_WRITERS, Step, step_of

MOST_ASKERS = 8
"""Answers in progress at once; more wait in line."""
LONGEST_QUEUE = 64
RESIDENT_CELLS = 2_048
"""What stays in the context when nobody asks."""
SLICE_ALONE = 256
REST_SECONDS = 0.5
"""Without work, after which memory is put in order; an answer's own jobs follow quicker."""
_HEAD, _READER, _SCRATCH = 0, 1, 2
_FIRST_ASKER = 3
_SHELF_SEQUENCES = 128


class QueueFullError(ModelError):
    """Too many are waiting already."""


class Engine:
    """Runs jobs over lent passages, and reads stories when nobody asks."""

    def __init__(
        self,
        context: LlamaContext,
        states: States,
        *,
        head: Sequence[int],
        head_key: str,
        way: Way,
    ) -> None:
        """`context` must have `sequences_needed()` sequences; `states` close with the engine.

        `head` are the tokens before every story, their state is kept under `head_key`.
        """
        self._context = context
        self._head = tuple(head)
        self._head_key = head_key
        self._costs = StepCosts()
        self._states = states
        shelf_begin = _FIRST_ASKER + MOST_ASKERS
        self._shelf = Shelf(
            context,
            states,
            head_tokens=len(head),
            sequences=range(shelf_begin, shelf_begin + _SHELF_SEQUENCES),
            scratch=_SCRATCH,
            cells=min(RESIDENT_CELLS, context.cells // 4),
        )
        self._reader = Reader(context, self._shelf, head_tokens=len(head), sequence=_READER)
        self._seats = Seats(
            context,
            self._shelf,
            head=_HEAD,
            head_tokens=len(head),
            sequences=range(_FIRST_ASKER, shelf_begin),
            way=way,
        )
        self._lock = threading.Condition()
        self._waiting: deque[Asker] = deque()
        self._to_read: deque[Wish] = deque()
        self._closing = False
        self._huge_pages = HugePages()
        self._has_worked = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @staticmethod
    def sequences_needed() -> int:
        """How many sequences a context for this engine must have."""
        return _FIRST_ASKER + MOST_ASKERS + _SHELF_SEQUENCES

    # ---- called from any thread ----

    def submit(self, asker: Asker) -> None:
        """Put an asker in line. Raises QueueFullError if the line is full."""
        with self._lock:
            if self._closing:
                raise ModelError("storychat is ending.")
            if len(self._waiting) >= LONGEST_QUEUE:
                raise QueueFullError(
                    f"{LONGEST_QUEUE} questions are waiting already. Ask again in a minute."
                )
            self._waiting.append(asker)
            self._lock.notify()

    def read(self, layout: Layout, reply: Reply) -> None:
        """Read a story when nobody asks; `reply` gets the tokens read, a number at a time.

        The latest goes first: it is the likeliest to be asked about.
        """
        with self._lock:
            if self._closing:
                reply.end(ModelError("storychat is ending."))
                return
            self._to_read.appendleft(Wish(layout, reply))
            self._lock.notify()

    def close(self) -> None:
        """End all answers with an error; after that the context is nobody's."""
        with self._lock:
            self._closing = True
            self._lock.notify()
        self._thread.join()

    @property
    def cells_in_use(self) -> int:
        """Cells held by stories and askers now, beyond the head; for tests and reports."""
        return self._shelf.used + self._seats.reserved

    # ---- the engine's thread ----

    def _run(self) -> None:
        try:
            self._read_head()
            while self._has_work():
                try:
                    self._step()
                except DecodeError as error:
                    self._fail_all(error)
        except Exception as error:  # nobody must wait for a thread that is gone
            with self._lock:
                self._closing = True
            self._fail_all(ModelError(f"The model stopped: {error}. Start storychat again."))
            raise
        finally:
            self._fail_all(ModelError("storychat is ending."))
            self._states.close()

    def _read_head(self) -> None:
        kept = self._states.get(self._head_key)
        if kept is not None:
            self._context.load(_HEAD, kept)
        else:
            self._context.decode([Row(t, i, _HEAD) for i, t in enumerate(self._head)])
            self._states.put(self._head_key, self._context.save(_HEAD))

    def _has_work(self) -> bool:
        """Wait for work; False once it is time to close."""
        # Not before the first work: until then the embedder is being loaded.
        if self._has_worked and not self._is_called_within(REST_SECONDS):
            while not self._is_called() and self._huge_pages.move_some():
                pass
        self._is_called_within(None)
        self._has_worked = True
        return not self._closing

    def _is_called_within(self, seconds: float | None) -> bool:
        with self._lock:
            return self._lock.wait_for(self._is_called, seconds)

    def _is_called(self) -> bool:
        return bool(self._closing or self._waiting or self._seats.taken or self._to_read)

    def _step(self) -> None:
        self._drop_cancelled()
        unread = self._admit()
        step = step_of(self._seats.taken, self._costs)
        if unread is not None:
            if step.is_adapted:  # and stories are read without the adapter
                self._decode(step)
                step = NOTHING
            self._read_units(step, unread)
        elif step.rows:
            self._reader.stop()  # its lead-in would be in the way of every step
            self._decode(step)
        elif self._to_read:
            self._read_on()

    # ---- askers ----

    def _drop_cancelled(self) -> None:
        for asker in [a for a in self._seats.taken if a.reply.gives_up()]:
            self._seats.leave(asker)
        with self._lock:
            self._waiting = deque(a for a in self._waiting if not a.reply.gives_up())
            self._to_read = deque(w for w in self._to_read if not w.reply.gives_up())

    def _admit(self) -> Unread | None:
        """Let in whoever can be; what is to be read for the first who cannot yet."""
        unread: Unread | None = None
        with self._lock:
            in_line = list(self._waiting)
        admitted: list[Asker] = []
        for asker in in_line:
            if not self._seats.are_free:
                break
            try:
                missing = self._seats.take(asker)
            except NoRoomError:
                if self._seats.taken:
                    break  # when these have gone there will be room
                admitted.append(asker)
                asker.reply.end(
                    ModelError(
                        "Question and passages are longer than the model's context. Ask a "
                        "shorter question, or raise STORYCHAT_CONTEXT_TOKENS."
                    )
                )
                continue
            if missing is None:
                admitted.append(asker)
            elif unread is None:
                unread = missing
        with self._lock:
            self._waiting = deque(a for a in self._waiting if a not in admitted)
            still_waiting = list(self._waiting)
        for place, asker in enumerate(still_waiting):
            asker.tell_place(place + len(self._seats.taken))
        return unread

    def _fail_all(self, error: StorychatError) -> None:
        for asker in list(self._seats.taken):
            self._seats.leave(asker)
            asker.reply.end(error)
        if self._closing:
            with self._lock:
                waiting, self._waiting = list(self._waiting), deque()
                reading, self._to_read = list(self._to_read), deque()
            for reply in [*(a.reply for a in waiting), *(wish.reply for wish in reading)]:
                reply.end(error)
        self._reader.stop()
        self._seats.let_go()
        self._shelf.clear()

    # ---- steps ----

    def _decode(self, step: Step, *, reading: Sequence[Row] = ()) -> None:
        """Take a step, with rows of a story behind those of the askers."""
        rows = [*step.rows, *reading]
        began = time.monotonic()
        self._context.adapt(step.is_adapted)
        self._context.decode(rows)
        self._costs.learn(len(rows), time.monotonic() - began)
        self._hand_out(step.parts)

    def _hand_out(self, parts: Sequence[tuple[Asker, int]]) -> None:
        """Give every asker the logits of its rows, which stand in the order of `parts`."""
        row = 0
        for asker, count in parts:
            row += count
            whole = count == len(asker.pending)
            asker.pending = asker.pending[count:]
            asker.position += count
            if not whole:
                continue
            wanted = asker.job.wanted
            logits = [self._context.logits(i) for i in range(row - wanted, row)]
            kept = asker.job.take(logits)
            if kept < wanted and not asker.job.finished:
                asker.position -= wanted - kept
                self._context.drop(asker.sequence, asker.position, -1)
            if asker.job.finished:
                self._seats.leave(asker)
                asker.reply.end()
            else:
                self._seats.to_the_end(asker)

    # ---- reading stories ----

    def _read_units(self, step: Step, unread: Unread) -> None:
        """Read towards the units that somebody waits for, beside those who write."""
        most = SLICE_BESIDE_WRITERS if step.rows else SLICE_ALONE
        self._decode(step, reading=self._reader.rows(unread.layout, unread.numbers, most=most))
        self._reader.done()

    def _read_on(self) -> None:
        """Read a slice of the first story in line, unless somebody asks meanwhile."""
        with self._lock:
            wish = self._to_read[0]
        numbers = self._reader.unread(wish.layout)
        # Of a story larger than what may be remembered, the beginning is forgotten again by now.
        if not numbers or wish.tokens_read >= wish.layout.tokens:
            with self._lock:
                self._to_read = deque(w for w in self._to_read if w is not wish)
            self._reader.stop()
            wish.reply.end()
            return
        rows = self._reader.rows(wish.layout, numbers, most=SLICE_ALONE)
        self._context.adapt(False)
        if self._context.decode(
            rows,
            interrupted=lambda: bool(self._waiting or self._closing or wish.reply.is_cancelled),
        ):
            read = self._reader.done()
            wish.tokens_read += read
            wish.reply.put(read)
        else:
            self._reader.stop()
