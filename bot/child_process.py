"""Programs that run for us, end with us, and leave standard input alone. Standard library only."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import IO, TextIO


@contextmanager
def running(
    command: list[str], *, stdout: int | TextIO, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a group of its own, and end the whole group when we are stopped."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,  # what is piped into `make chat` is for the chat
        stdout=stdout,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        env=environment,
    )
    try:
        yield process
        process.wait()
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[str]) -> None:
    for blow, patience in ((signal.SIGINT, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, blow)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def lines_of(stream: IO[str]) -> Queue[str | None]:
    """The stream's lines as they come, then None; so that time can pass between two lines."""
    lines: Queue[str | None] = Queue()

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    Thread(target=read, daemon=True).start()
    return lines
