"""Whether weights fit into the memory that is left on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.errors import ModelError

# Measured with three sizes: llama.cpp keeps most of the weights twice on a CPU, once as they lie
# in the file and once rearranged for its instructions; the rest is Python, torch, the embedder,
# a context of a few thousand tokens and its buffers.
_TIMES_THE_WEIGHTS = 1.75
_BESIDE_THE_WEIGHTS = 600_000_000

_CGROUP_FOLDERS = ("sys/fs/cgroup", "sys/fs/cgroup/memory")  # version 2, version 1
_CGROUP_FILES = (
    ("memory.max", "memory.current"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes"),
)


def needed_memory(weights_bytes: int) -> int:
    """Bytes storychat as a whole needs with weights of that size, estimated."""
    return round(weights_bytes * _TIMES_THE_WEIGHTS) + _BESIDE_THE_WEIGHTS


def check_memory(need: int, *, available: int | None, name: str) -> None:
    """Raise ModelError when `need` bytes are more than are `available`; None means unknown.

    `name` is what the weights are called to a person.
    """
    if available is not None and need > available:
        raise ModelError(
            f"{name} needs about {need / 1e9:.1f} GB of memory and {available / 1e9:.1f} GB are "
            "free. Close other programs, or take smaller weights: `storychat models` lists them."
        )


def available_memory(*, root: Path = Path("/")) -> int | None:
    """Bytes a new program could use without pushing others out; None where nobody says.

    On Linux the smaller of what the kernel calls available and what the control
    group (a container, a service) has left; on macOS all of the machine's memory.
    `root` is where `proc` and `sys` lie.
    """
    if sys.platform == "darwin":
        return _macos_memory()
    found = [_available_to_all(root), *_left_in_groups(root)]
    return min((amount for amount in found if amount is not None), default=None)


def _macos_memory() -> int | None:
    try:
        told = subprocess.run(
            ["sysctl", "-n", "hw.memsize"], capture_output=True, text=True, timeout=5, check=True
        )
        return int(told.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _available_to_all(root: Path) -> int | None:
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _left_in_groups(root: Path) -> list[int | None]:
    """What each control group around this process has left; a limit may stand on any level."""
    try:
        memberships = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    left = []
    for membership in memberships:
        _, controllers, path = membership.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        for top in (root / folder for folder in _CGROUP_FOLDERS):
            folder = top / path.strip("/")
            # Inside a container the path may be the host's, which is not to be seen here: the
            # levels that are not there say nothing, and the uppermost one is the container's.
            left += [
                _left_in_group(level)
                for level in (folder, *folder.parents)
                if level.is_relative_to(top)
            ]
    return left


def _left_in_group(folder: Path) -> int | None:
    for limit_file, used_file in _CGROUP_FILES:
        try:
            limit = int((folder / limit_file).read_text())  # "max" is no number: no limit
            used = int((folder / used_file).read_text())
        except (OSError, ValueError):
            continue
        return max(0, limit - used + _file_cache(folder))
    return None


def _file_cache(folder: Path) -> int:
    """Bytes of cached files, counted as used and given back when a program wants memory."""
    try:
        lines = (folder / "memory.stat").read_text().splitlines()
        counts = {name: int(amount) for name, amount in (line.split() for line in lines)}
    except (OSError, ValueError):
        return 0
    return counts.get("inactive_file", 0) + counts.get("active_file", 0)
