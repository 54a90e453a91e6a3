"""One question, and its answer as it comes: shown on one screen, waited for on another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from bot.answering.answer import Answer, CitedSentence
from bot.answering.storyteller import Storyteller
from bot.terminal import progress, rendering
from bot.terminal.screen import Screen

_THINKING_AFTER = 0.3  # seconds; a quick answer needs no spinner


def tell(
    storyteller: Storyteller,
    question: str,
    *,
    screen: Screen,
    notes: Screen,
    story_id: str | None = None,
    earlier: Sequence[Answer] = (),
) -> Answer:
    """Ask, show each sentence on `screen` as it comes, then what it rests on; return the answer.

    While nothing has come yet, a spinner with the elapsed seconds is shown on
    `notes`, if that is a terminal. Whatever ends this early, Ctrl-C above all,
    cancels the answer and leaves the cursor at the start of a line. Raises
    what the storyteller raises.
    """
    with _cancelled_at_end(
        storyteller.answer(question, story_id=story_id, earlier=earlier)
    ) as events:
        writer = _Writer(screen)
        try:
            with _thinking(notes):
                event = next(events, None)
            while isinstance(event, CitedSentence):
                writer.sentence(event)
                event = next(events, None)
        finally:
            writer.end_line()
        if event is None:
            raise RuntimeError("the storyteller ended without its answer")
        # Sentences that were not shown on the way, such as a refusal's only one.
        for cited in rendering.sentences(event)[writer.shown :]:
            writer.sentence(cited)
        writer.end_line()
        show_evidence(event, screen=screen)
        return event


def show_evidence(answer: Answer, *, screen: Screen) -> None:
    """A blank line and the answer's footnotes; for a refusal, apart, only what comes nearest.

    Before them, how the question was taken, if otherwise than it was typed.
    """
    render = rendering.nearest if answer.abstained else rendering.sources
    for part in (rendering.taken_as, render):
        if shown := part(answer, width=screen.width):
            screen.write(f"\n{screen.dim(shown)}\n")


class _Writer:
    """Writes sentences one after the other into lines that fit."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._column = 0
        self.shown = 0

    def sentence(self, cited: CitedSentence) -> None:
        between = " " if self._column else ""
        text = rendering.wrapped(
            between + rendering.sentence(cited), width=self._screen.width, column=self._column
        )
        self._screen.write(rendering.set_off(text, cited, self._screen.bold))
        *lines, last = text.split("\n")
        self._column = rendering.cells(last) + (0 if lines else self._column)
        self.shown += 1

    def end_line(self) -> None:
        if self._column:
            self._screen.write("\n")
            self._column = 0


@contextmanager
def _cancelled_at_end(
    events: Iterator[CitedSentence | Answer],
) -> Iterator[Iterator[CitedSentence | Answer]]:
    try:
        yield events
    finally:
        close = getattr(events, "close", None)  # generators have it; an exhausted one ignores it
        if close is not None:
            close()


@contextmanager
def _thinking(notes: Screen) -> Iterator[None]:
    waiting = (
        progress.waiting("thinking…", stream=notes.stream, after=_THINKING_AFTER)
        if notes.is_terminal
        else nullcontext()
    )
    with waiting:
        yield
