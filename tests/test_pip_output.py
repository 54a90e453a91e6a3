from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.pip_output import Progress, explanation

LOG = Path("somewhere/install.log")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_compilers_count_becomes_a_line_with_the_time_left() -> None:
    clock, stream = Clock(), io.StringIO()
    told = Progress("Compiling it", stream=stream, clock=clock)
    told.read("Building wheel for it")
    told.show()
    for number in range(1, 101):
        clock.now += 2
        told.read(f"  [{number}/200] /usr/bin/g++ -c file{number}.cpp")
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Compiling it: getting ready ..."
    assert lines[-1] == "Compiling it: 96 of 200 files, about 3 min left"


def test_where_there_is_no_terminal_a_line_comes_every_fifteen_seconds() -> None:
    clock, stream = Clock(), io.StringIO()
    told = Progress("Compiling it", stream=stream, clock=clock)
    for number in range(1, 101):
        clock.now += 1
        told.read(f"[{number}/100] c++")
    told.end()
    assert len(stream.getvalue().splitlines()) == 7


def test_at_a_terminal_one_line_is_rewritten_and_cleared_away() -> None:
    clock, stream = Clock(), Terminal()
    told = Progress("Compiling it", stream=stream, clock=clock)
    for number in range(1, 11):
        clock.now += 1
        told.read(f"[{number}/10] c++")
    told.end()
    shown = stream.getvalue()
    assert "\n" not in shown
    assert shown.count("\r\x1b[K") == 11
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("WARNING: Retrying (Retry(total=4, connect=None", "could not reach its package index"),
        ("ERROR: No matching distribution found for torch==9.9", "has no torch==9.9 for this"),
        ("c++: fatal error: Killed signal terminated program cc1plus", "ran out of memory"),
        ("No CMAKE_CXX_COMPILER could be found.", "compiler does not work"),
        ("something nobody foresaw", "pip failed"),
    ],
)
def test_a_failure_is_explained_by_what_to_do(output: str, cause: str) -> None:
    told = explanation(output, LOG)
    assert cause in told.splitlines()[0]
    assert output in told
    assert told.endswith(f"All of it is in {LOG}.")


def test_an_index_out_of_reach_is_not_mistaken_for_a_missing_package() -> None:
    output = (
        "WARNING: Retrying (Retry(total=0)) after connection broken\n"
        "ERROR: No matching distribution found for torch==2.13.0"
    )
    assert "could not reach" in explanation(output, LOG).splitlines()[0]


def test_the_end_of_a_log_is_shown_without_times_and_tracebacks() -> None:
    output = (
        "2026-11-23T09:20:11,123 ERROR: it broke\n"
        "2026-11-23T09:20:11,124 Exception information:\n"
        "2026-11-23T09:20:11,124 Traceback (most recent call last):\n"
    )
    assert explanation(output, LOG).splitlines()[1:-1] == ["    ERROR: it broke"]


def test_of_a_failed_compilation_the_compilers_words_are_shown_and_not_pips() -> None:
    output = (
        "file.cpp:1:1: error: what is this\n  error: subprocess-exited-with-error\n  note: pip\n"
    )
    assert explanation(output, LOG).splitlines()[1:-1] == ["    file.cpp:1:1: error: what is this"]
