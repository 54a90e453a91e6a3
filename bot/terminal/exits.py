"""What the program says to the shell when it ends."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes; a script may rely on them."""

    ANSWERED = 0
    ERROR = 1
    USAGE = 2
    NOT_IN_STORY = 3
    INTERRUPTED = 130  # 128 + SIGINT, as shells count
