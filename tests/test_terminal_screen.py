from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from bot.terminal.screen import Screen


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 63, 0, 0))
    with os.fdopen(theirs, "w") as stream:
        yield stream
    os.close(ours)


def test_terminal_has_width_and_colours(terminal: TextIO) -> None:
    screen = Screen.of(terminal, environ={"TERM": "xterm"})
    assert screen.is_terminal
    assert screen.width == 63
    assert screen.dim("quiet") == "\x1b[2mquiet\x1b[22m"
    assert screen.bold("loud") == "\x1b[1mloud\x1b[22m"


def test_width_follows_the_terminal_when_it_is_resized(terminal: TextIO) -> None:
    screen = Screen.of(terminal, environ={})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 41, 0, 0))
    assert screen.width == 41


def test_terminal_that_does_not_tell_its_width_has_80_columns(terminal: TextIO) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
    assert Screen.of(terminal, environ={}).width == 80


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_escape_sequence_where_colours_are_not_wanted(
    terminal: TextIO, environ: dict[str, str]
) -> None:
    screen = Screen.of(terminal, environ=environ)
    assert screen.dim("quiet") + screen.bold("loud") == "quietloud"


def test_empty_no_color_means_nothing(terminal: TextIO) -> None:
    assert Screen.of(terminal, environ={"NO_COLOR": ""}).colours


def test_pipe_gets_plain_unwrapped_text() -> None:
    screen = Screen.of(io.StringIO(), environ={"TERM": "xterm"})
    assert (screen.is_terminal, screen.width, screen.dim("quiet")) == (False, None, "quiet")


def test_characters_the_stream_cannot_encode_do_not_end_the_program() -> None:
    raw = io.BytesIO()
    screen = Screen.of(io.TextIOWrapper(raw, encoding="ascii"), environ={})
    screen.write("naïve “words”")
    assert raw.getvalue() == b"na?ve ?words?"
