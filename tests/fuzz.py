"""Mutated documents for every reader: whatever comes in, a story or a sentence comes out.

    python -m tests.fuzz [INPUTS]

Each reader has a process of its own with the limits of the real one, and is
told which input it is at before it reads it; should it die, the next one goes
on behind that input. The last line is one JSON object: for each reader how
many inputs became stories, were refused by a sentence of its own, or made the
parser give up (which the person is told too); and what must be zero: deaths,
inputs that ran longer than the limit, stories that do not hold together.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from index.errors import LibraryError
from index.readers import child, formats, isolation
from tests import documents
from tests.documents import FERRY

ROOT = Path(__file__).parent.parent
LONGEST_SECONDS = 10.0
"""For one small input; the real limit is child.SECONDS."""

SEEDS: dict[str, Callable[[], tuple[str, bytes]]] = {
    "plain": lambda: ("a.txt", "“Café,” said Zoë.\r\n\nIt was £5.".encode("cp1252") * 9),
    "markdown": lambda: (
        "a.md",
        b"# Head\n\n> q *em* [l](x)\n\n- a\n  - b\n\n|a|b|\n|-|-|\n|1|2|\n",
    ),
    "webpage": lambda: ("a.html", documents.page()),
    "pdf": lambda: ("a.pdf", documents.pdf([list(FERRY), list(FERRY)], title="Ferry")),
    "epub": lambda: ("a.epub", documents.epub([("One", FERRY), ("Two", FERRY)])),
    "word": lambda: ("a.docx", documents.docx([("Heading 1", "Head"), ("Normal", FERRY[0])])),
    "feed": lambda: ("a.xml", documents.feed([("One", "https://x.example/1", "<p>Text</p>")] * 3)),
}
_TOKENS = (
    b"<", b">", b"&", b"&#0;", b"]]>", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY a '&a;'>]>",
    b"\0", b"\xff\xfe", b"%PDF-", b"endobj", b"stream", b"/Kids [2 0 R]", b"9" * 20, b"-1",
    b"PK\3\4", b"PK\1\2", b"(" * 50, b"[" * 50, b"> " * 50, b"<div>" * 300, b"\xed\xa0\x80",
    b"&#x110000;",
)  # fmt: skip


class TooLong(BaseException):
    """An input ran longer than it may; not an Exception, so that no parser swallows it."""


def mutated(data: bytes, choice: random.Random) -> bytes:
    """`data` with one to eight changes: bits, tokens, cuts, copies."""
    found = bytearray(data)
    for _ in range(choice.randint(1, 8)):
        at = choice.randrange(len(found) + 1)
        kind = choice.randrange(6)
        if kind == 0 and at < len(found):
            found[at] ^= 1 << choice.randrange(8)
        elif kind == 1:
            found[at:at] = choice.choice(_TOKENS)
        elif kind == 2:
            del found[at : at + choice.randint(1, 60)]
        elif kind == 3:
            piece = found[at : at + choice.randint(1, 200)]
            found[at:at] = piece * choice.randint(1, 5)
        elif kind == 4:
            found[at : at + 4] = choice.randbytes(4)
        elif choice.random() < 0.2:
            del found[at:]
    return bytes(found)


def remade(name: str, data: bytes, choice: random.Random) -> bytes:
    """Half of the time, change what is inside an archive and not its packing."""
    import io
    import zipfile

    if name.rpartition(".")[2] not in ("epub", "docx") or choice.random() < 0.5:
        return mutated(data, choice)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    chosen = choice.choice(list(members))
    members[chosen] = mutated(members[chosen], choice)
    return documents.archive(members)


def read_many(reader: str, first: int, last: int) -> None:
    """Read inputs `first` to `last`; on stdout `at N` before each, its outcome behind."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong

    name, seed = SEEDS[reader]()
    child.limit()
    signal.signal(signal.SIGALRM, stop)
    for number in range(first, last):
        data = remade(name, seed, random.Random(f"{reader} {number}"))
        sys.stdout.write(f"{number} ")
        sys.stdout.flush()
        signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
        try:
            outcome = _outcome(data, name)
        except TooLong:
            outcome = "too long"
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.write(f"{outcome}\n")
        sys.stdout.flush()


def _outcome(data: bytes, name: str) -> str:
    try:
        stories = formats.read(data, name=name)
    except LibraryError:
        return "refused"
    except Exception:
        return "gave up"
    result = json.dumps({"stories": [child.plain(story) for story in stories]}).encode()
    try:
        isolation.stories_from_json(result, name=name)
    except LibraryError:
        return "torn"
    return "stories"


def run(reader: str, inputs: int) -> dict[str, Any]:
    """The figures of one reader."""
    counts: Counter[str] = Counter()
    begun, at = time.monotonic(), 0
    while at < inputs:
        # The limit on processor time is one input's, not ten thousand inputs'.
        last = min(at + 500, inputs)
        result = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", "child", reader, str(at), str(last)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line.split(" ", 1) for line in result.stdout.splitlines()]
        counts.update(outcome for _, outcome in lines if outcome)
        at = last
        if result.returncode != 0:
            counts["died"] += 1
            at = int(lines[-1][0]) + 1 if lines else last
    figures = {kind: counts[kind] for kind in ("stories", "refused", "gave up")}
    wrong = {kind: counts[kind] for kind in ("died", "too long", "torn")}
    return {"inputs": inputs, **figures, **wrong, "seconds": round(time.monotonic() - begun, 1)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        read_many(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        number = int((sys.argv[1:] or ["10000"])[0])
        sys.stdout.write(json.dumps({reader: run(reader, number) for reader in SEEDS}) + "\n")
