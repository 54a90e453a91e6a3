"""The C and C++ compilers on this machine, and what they are told beside the usual.

Runs on a bare Python: the set-up asks before anything is installed.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess

_LANGUAGES = (
    ("C", "CC", "CFLAGS", ("cc", "gcc", "clang")),
    ("C++", "CXX", "CXXFLAGS", ("c++", "g++", "clang++")),
)
_WITHOUT_AMX = ("-mno-amx-tile", "-mno-amx-int8", "-mno-amx-bf16")


def missing() -> str:
    """What is missing, and how to get it, in a sentence; empty if both compilers run."""
    for language, setting, _, names in _LANGUAGES:
        if _compiler(setting, names) is None:
            looked_for = " or ".join(_candidates(setting, names))
            return (
                f"There is no {language} compiler ({looked_for}), and some of what "
                "storychat needs is compiled here. Install one (Debian, Ubuntu: sudo apt install "
                "build-essential; Fedora: sudo dnf install gcc-c++ make; macOS: xcode-select "
                "--install) and run it again."
            )
    return ""


def environment() -> dict[str, str]:
    """The environment to compile llama.cpp in: without AMX, where the compiler knows of it.

    With AMX llama.cpp lays weights out for kernels that crash when an older gcc has compiled them
    (llama.cpp issue 20824) and are slower for the few rows of a question than those they replace;
    figures in tests/benchmarks/LOG.md.
    """
    told = dict(os.environ)
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return told
    for _, setting, flags, names in _LANGUAGES:
        compiler = _compiler(setting, names)
        if compiler and _runs([compiler, *_WITHOUT_AMX, "-E", "-x", "c", os.devnull]):
            told[flags] = " ".join((told.get(flags, ""), *_WITHOUT_AMX)).strip()
    return told


def _compiler(setting: str, names: tuple[str, ...]) -> str | None:
    """The first of those looked for that runs."""
    return next((c for c in _candidates(setting, names) if _runs([c, "--version"])), None)


def _candidates(setting: str, names: tuple[str, ...]) -> tuple[str, ...]:
    chosen = os.environ.get(setting, "").split()
    return (chosen[0],) if chosen else names


def _runs(command: list[str]) -> bool:
    found = shutil.which(command[0])
    if found is None:
        return False
    # macOS has a compiler by name only until its tools are installed.
    ran = subprocess.run([found, *command[1:]], stdin=subprocess.DEVNULL, capture_output=True)
    return ran.returncode == 0
