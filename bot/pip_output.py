"""What the output of pip and of the compilers it runs means to a person. Standard library only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

LINE_EVERY = 15.0
"""Seconds between two lines of progress where the stream is no terminal."""


class Progress:
    """One line about a compilation, made from the compiler's own `[57/193]` lines.

    At a terminal it is rewritten in place; elsewhere a new line comes every `every` seconds.
    """

    def __init__(
        self,
        label: str,
        *,
        stream: TextIO,
        every: float = LINE_EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label
        self._stream = stream
        self._live = stream.isatty()
        self._every = every
        self._clock = clock
        self._start: float | None = None
        self._shown = float("-inf")
        self._done = 0
        self._total = 0

    def read(self, line: str) -> None:
        """Take in a line of the build's output."""
        counted = re.match(r"\s*\[\s*(\d+)/(\d+)\]", line)
        if counted is None:
            return
        if self._start is None:
            self._start = self._clock()
        self._done, self._total = int(counted[1]), int(counted[2])
        self.show()

    def text(self) -> str:
        """The line as it is now."""
        if self._start is None:
            return f"{self._label}: getting ready ..."
        passed = self._clock() - self._start
        text = f"{self._label}: {self._done} of {self._total} files"
        if self._done < 5:
            return text
        left = passed / self._done * (self._total - self._done)
        return f"{text}, about {minutes(left)} left"

    def show(self) -> None:
        """Show the line when it is time to."""
        now = self._clock()
        if now - self._shown < (0.2 if self._live else self._every):
            return
        self._shown = now
        self._stream.write(f"\r\x1b[K{self.text()}" if self._live else f"{self.text()}\n")
        self._stream.flush()

    def end(self) -> None:
        """Clear the line away."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def minutes(seconds: float) -> str:
    """A length of time, roughly: `40 s`, `3 min`."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


_CAUSES = (
    (
        r"No space left on device|Disk quota exceeded",
        "The disk is full. Make room and run it again.",
    ),
    (
        r"[Kk]illed signal terminated program|: Killed\b|out of memory",
        "The compiler ran out of memory. Close other programs, or let it do one file at a time: "
        "CMAKE_BUILD_PARALLEL_LEVEL=1 make chat",
    ),
    (
        r"No CMAKE_C(XX)?_COMPILER could be found|is not able to compile a simple test program",
        "The C++ compiler does not work. Try it on a small program, reinstall it (Debian, Ubuntu: "
        "sudo apt install build-essential) and run it again.",
    ),
    (
        r"Retrying \(|Failed to establish a new connection|Temporary failure in name resolution|"
        r"ConnectionError|Read timed out|ProxyError|SSLError",
        "pip could not reach its package index. Connect this machine to the network, or see "
        "`pip config list` for what pip is told to use, and run it again.",
    ),
    (
        r"No matching distribution found for (?P<what>\S+)",
        "pip's package index has no {what} for this Python and machine. See `pip config list` "
        "for the index pip is told to use, or try another Python: make PYTHON=python3.12 chat",
    ),
)


def explanation(output: str, log: Path, *, last_lines: int = 12) -> str:
    """What a failed step's output means, so many of its last lines, and where all of it lies."""
    for pattern, sentence in _CAUSES:
        found = re.search(pattern, output)
        if found is not None:
            cause = sentence.format(**found.groupdict())
            break
    else:
        cause = (
            "pip failed. Its last words may tell why; what is done stays done when it is run again."
        )
    # A log of pip's begins each line with the time. What comes after its own closing words (a
    # traceback, a hint that the error is not pip's) helps nobody.
    lines = [re.sub(r"^\d{4}-\d\d-\d\dT\S+ ", "", line) for line in output.splitlines()]
    for closing in ("Exception information:", "error: subprocess-exited-with-error"):
        ends = [number for number, line in enumerate(lines) if line.strip() == closing]
        del lines[ends[0] if ends and ends[0] > 0 else len(lines) :]
    told = [cause, *(f"    {line}" for line in lines[max(0, len(lines) - last_lines) :])]
    return "\n".join([*told, f"All of it is in {log}."])
