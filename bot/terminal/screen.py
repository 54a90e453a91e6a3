"""Where text goes: a terminal of some width with or without colours, or a file or pipe.

Knows nothing of answers; what is written is taken to be free of control
characters (`rendering.visible` makes it so).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TextIO

_DIM, _BOLD, _NEITHER = "\x1b[2m", "\x1b[1m", "\x1b[22m"
_FALLBACK_COLUMNS = 80  # a terminal that does not tell its size, such as a serial line


@dataclass(frozen=True, slots=True)
class Screen:
    """A stream and what it can show.

    `columns` tells the terminal's width in cells now, as it may be resized at
    any time; it is None where no terminal is at the other end, and then lines
    are not wrapped, so that exact words stay whole for whoever searches them.
    """

    stream: TextIO
    columns: Callable[[], int] | None
    colours: bool

    @classmethod
    def of(cls, stream: TextIO, *, environ: Mapping[str, str]) -> Screen:
        """The screen behind `stream`, with colours unless NO_COLOR or TERM=dumb forbid them."""
        if not stream.isatty():
            return cls(stream=stream, columns=None, colours=False)
        colours = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        return cls(stream=stream, columns=lambda: _columns_of(stream), colours=colours)

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at it, as far as one can tell."""
        return self.columns is not None

    @property
    def width(self) -> int | None:
        """Cells in a line now; None where lines are not to be wrapped."""
        return None if self.columns is None else self.columns()

    def write(self, text: str) -> None:
        """Show `text` at once; characters the stream cannot encode become `?`."""
        encoding = self.stream.encoding or "utf-8"  # a StringIO has none
        self.stream.write(text.encode(encoding, "replace").decode(encoding))
        self.stream.flush()

    def dim(self, text: str) -> str:
        """`text`, in a quieter shade where colours are allowed."""
        return f"{_DIM}{text}{_NEITHER}" if self.colours else text

    def bold(self, text: str) -> str:
        """`text`, set off where colours are allowed."""
        return f"{_BOLD}{text}{_NEITHER}" if self.colours else text


def _columns_of(stream: TextIO) -> int:
    try:
        # A pseudo-terminal that was never sized says 0.
        return os.get_terminal_size(stream.fileno()).columns or _FALLBACK_COLUMNS
    except (OSError, ValueError):
        return _FALLBACK_COLUMNS
