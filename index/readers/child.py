"""The process that parses: standard input -> JSON on standard output, within limits.

Run as `python -P -m index.readers.child NAME MEDIA_TYPE` by isolation.py. What
it reads was made by a stranger; should it overcome a parser, it finds a process
that has little memory, may write little and lives for seconds.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from dataclasses import asdict
from typing import Any

from index.errors import LibraryError
from index.readers import formats
from index.story import Story

MEMORY = 1_200_000_000
"""Bytes of address space, some 100 MB of which are Python's and the parsers'."""
SECONDS = 40
"""Of processor time; a novel as PDF takes about ten."""
OUTPUT = 130_000_000
"""Bytes written: the longest text, escaped where JSON must."""

_GAVE_UP = "is damaged, or made to be hard to read"


def limit() -> None:
    """Bind this process. Where the system knows no such limit (macOS: memory), it stays without."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def parse(data: bytes, *, name: str, media_type: str) -> dict[str, Any]:
    """`{"stories": [...]}` or `{"error": sentence}`; never an exception."""
    try:
        return {"stories": [plain(s) for s in formats.read(data, name=name, media_type=media_type)]}
    except LibraryError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{name} needs more memory to read than Storychat gives a file."}
    except Exception as error:
        # Parsers of foreign formats raise anything on input made for it; here it ends.
        return {"error": f"{name} {_GAVE_UP} ({type(error).__name__}). Nothing was added."}


def plain(story: Story) -> dict[str, Any]:
    """A story as JSON can hold it; isolation.py makes it a story again."""
    return asdict(story)


def main() -> None:
    """Parse standard input."""
    limit()
    name, media_type = sys.argv[1:]
    result = parse(sys.stdin.buffer.read(), name=name, media_type=media_type)
    sys.stdout.write(json.dumps(result))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
