"""What figures must carry: when, which commit, which machine."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path


def circumstances(models: Sequence[str], *, threads: int, asked: Sequence[str]) -> str:
    """One line. Call it when a run begins: the checkout may change meanwhile."""
    machine = f"{threads} threads of {os.cpu_count()} cores, {_processor()}, {platform.system()}"
    return f"{datetime.date.today()}, {_commit()}, {', '.join(models)}, {machine}, {_sets(asked)}"


def _sets(asked: Sequence[str]) -> str:
    return "sets " + ", ".join(asked) if len(asked) > 1 else "set " + "".join(asked)


def _commit() -> str:
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown commit"
    return f"commit {commit}" + (" with changes" if _git("status", "--porcelain", "-uno") else "")


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:  # no git on this machine
        return ""
    return done.stdout.strip()


def _processor() -> str:
    """The processor's own name where the system tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    architecture = platform.machine()
    return f"{names[0]} ({architecture})" if names else platform.processor() or architecture
