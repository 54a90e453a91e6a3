"""Bytes from strangers -> Stories, parsed in a process of their own.

Both processes speak JSON through unnamed files: no pickle, no pipe that could
fill, and the child's limit on written bytes bounds what is read back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from index.errors import LibraryError
from index.story import About, Place, Story

WALL_SECONDS = 90.0
_ROOT = Path(__file__).resolve().parents[2]


def parse(
    data: bytes, *, name: str, media_type: str = "", seconds: float = WALL_SECONDS
) -> tuple[Story, ...]:
    """The stories in `data`. Raises LibraryError for what cannot be read within the limits."""
    try:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as found:
            given.write(data)
            given.seek(0)
            process = subprocess.Popen(
                # -P: the folder that storychat is run in must not lend its modules to the parser.
                [sys.executable, "-P", "-m", "index.readers.child", name, media_type],
                stdin=given,
                stdout=found,
                stderr=subprocess.DEVNULL,
                env={
                    "PYTHONPATH": str(_ROOT),
                    "PYTHONIOENCODING": "utf-8:surrogatepass",
                    "PATH": os.defpath,
                    "TZ": "UTC",
                },
            )
            code = _wait(process, name=name, seconds=seconds)
            found.seek(0)
            result = found.read()
    except OSError as error:
        raise LibraryError(
            f"{name} cannot be read: no process or temporary file to do it in ({error.strerror})."
        ) from error
    if code != 0:
        raise LibraryError(
            f"{name} took more than Storychat gives a file, or its parser broke off. "
            "Nothing was added. Save it as plain text and add that."
        )
    return stories_from_json(result, name=name)


def _wait(process: subprocess.Popen[bytes], *, name: str, seconds: float) -> int:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise LibraryError(
            f"{name} took longer than {seconds:.0f} seconds to read. Save it as plain text and "
            "add that."
        ) from None
    finally:
        process.kill()  # also when a person presses Ctrl-C
        process.wait()


def stories_from_json(result: bytes, *, name: str) -> tuple[Story, ...]:
    """What the child said, every value checked: it may no longer be our program that spoke."""
    try:
        found = json.loads(result)
        if "error" in found:
            raise LibraryError(str(found["error"])[:1_000])
        stories = tuple(story_from_plain(plain) for plain in found["stories"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LibraryError(f"{name} could not be read: its parser answered nonsense.") from error
    return stories


def story_from_plain(plain: dict[str, Any]) -> Story:
    """A story from `dataclasses.asdict` of one. Raises ValueError, KeyError or TypeError."""
    text = _string(plain["text"])
    places = tuple(Place(int(p["start"]), _string(p["name"])) for p in plain["places"])
    starts = [place.start for place in places]
    if starts != sorted(starts) or any(not 0 <= start < len(text) for start in starts):
        raise ValueError("places outside the text")
    about: dict[str, Any] = {
        field: _string(plain["about"][field]) for field in ("author", "date", "language")
    }
    named: dict[str, Any] = {
        field: _string(plain[field]) for field in ("id", "title", "source", "origin")
    }
    return Story(text=text, about=About(**about), places=places, **named)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    value.encode("utf-8")  # UnicodeEncodeError, a ValueError, for halves of characters
    return value
