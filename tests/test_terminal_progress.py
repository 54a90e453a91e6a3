from __future__ import annotations

import io
import os
import pty
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bot.terminal import progress

SECONDS_TO_APPEAR = 5.0


def wait_for(text: str, *, said: Callable[[], str]) -> str:
    deadline = time.monotonic() + SECONDS_TO_APPEAR
    while text not in said() and time.monotonic() < deadline:
        time.sleep(0.01)
    return said()


class Terminal:
    """A real pseudo-terminal and all that was written to it."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        os.set_blocking(self._ours, False)
        self.stream = os.fdopen(theirs, "w")
        self._seen = ""

    def said(self) -> str:
        try:
            while chunk := os.read(self._ours, 65536):
                self._seen += chunk.decode("utf-8", "replace")
        except BlockingIOError:
            pass
        return self._seen

    def close(self) -> None:
        self.stream.close()
        os.close(self._ours)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal()


def test_bar_at_a_terminal_shows_how_far_it_is_and_the_time_left(terminal: Terminal) -> None:
    with progress.bar("Embedding", total=40, stream=terminal.stream, after=0.0) as advance:
        advance(10)
        advance(10)
        said = wait_for("20 of 40, about", said=terminal.said)
    assert "Embedding: 20 of 40, about" in said
    terminal.close()


def test_work_that_tells_how_much_is_done_so_far_moves_a_bar_by_what_is_new() -> None:
    steps: list[int] = []
    reached = progress.up_to(steps.append)
    for done in (3, 3, 10):
        reached(done)
    assert steps == [3, 0, 7]


def test_bar_is_gone_when_the_work_is_done(terminal: Terminal) -> None:
    with progress.bar("Embedding", total=40, stream=terminal.stream, after=0.0):
        wait_for("Embedding", said=terminal.said)
    assert "\x1b[2K" in terminal.said()  # its line is wiped
    assert terminal.said().rstrip("\r").endswith(("\x1b[?25h", "\x1b[2K"))
    terminal.close()


def test_waiting_at_a_terminal_shows_the_seconds(terminal: Terminal) -> None:
    with progress.waiting("Loading the model", stream=terminal.stream, after=0.0):
        said = wait_for("Loading the model 1 s", said=terminal.said)
    assert "Loading the model 0 s" in said
    assert "Loading the model 1 s" in said
    terminal.close()


def test_dumb_terminal_gets_plain_lines(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with progress.waiting("Loading", stream=terminal.stream, after=0.0):
        said = wait_for("\n", said=terminal.said)
    assert said == "Loading 0 s\r\n"
    terminal.close()


@pytest.mark.parametrize(
    "shown",
    [progress.bar("Adding", total=3), progress.byte_bar("Fetching", total=3)],
)
def test_work_that_is_quick_shows_nothing(
    shown: AbstractContextManager[progress.Advance], capsys: pytest.CaptureFixture[str]
) -> None:
    with shown as advance:
        advance(3)
    assert capsys.readouterr() == ("", "")


def test_log_gets_a_line_from_time_to_time() -> None:
    log = io.StringIO()
    with progress.bar("Embedding", total=4000, stream=log, after=0.0, every=0.05) as advance:
        wait_for("0 of 4000\n", said=log.getvalue)
        advance(1000)
        wait_for("1000 of 4000", said=log.getvalue)
        time.sleep(0.12)
    lines = log.getvalue().splitlines()
    assert lines[0] == "Embedding: 0 of 4000"
    assert lines[-1].startswith("Embedding: 1000 of 4000, about")
    assert 3 <= len(lines) <= 60
    assert "\x1b" not in log.getvalue()


def test_log_gets_one_line_only_within_its_interval() -> None:
    log = io.StringIO()
    with progress.waiting("Loading", stream=log, after=0.0, every=60.0):
        wait_for("Loading", said=log.getvalue)
        time.sleep(0.1)
    assert log.getvalue() == "Loading 0 s\n"


def test_bytes_are_shown_in_megabytes_and_what_was_there_before_counts_as_done() -> None:
    log = io.StringIO()
    with progress.byte_bar(
        "Fetching", total=1_117_320_768, done=1_000_000_000, stream=log, after=0.0
    ):
        wait_for("MB", said=log.getvalue)
    assert log.getvalue() == "Fetching: 1,000 MB of 1,117 MB\n"


def test_work_of_unknown_size_shows_what_is_done() -> None:
    log = io.StringIO()
    with progress.bar("Reading", total=None, stream=log, after=0.05) as advance:
        advance(7)
        wait_for("7", said=log.getvalue)
    assert log.getvalue() == "Reading: 7\n"


def test_failure_of_the_work_passes_through_and_ends_the_bar() -> None:
    log = io.StringIO()
    with (
        pytest.raises(ValueError, match="broken"),
        progress.bar("Reading", total=None, stream=log, after=30.0),
    ):
        raise ValueError("broken")
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (-1, "0 s")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert progress.duration(seconds) == said
