"""Sets storychat up in `.venv`: `python3 bot/install.py`, or through `make`.

Runs on a bare Python and imports nothing that has to be installed first. Every step that is done
is written down in `.venv`, so that a run after a failure goes on where that one stopped, and a
run with nothing to do is over at once. What is going on is told on stderr.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have any Python
    sys.exit(
        "storychat: This is Python {}.{}, and storychat needs 3.11 or newer. Install one and name "
        "it: make PYTHON=python3.12 chat".format(*sys.version_info)
    )

import hashlib
import importlib.util
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from subprocess import PIPE

if __name__ == "__main__":
    # A script's own folder stands first on the path: `bot` itself must not, its modules have
    # names of their own.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bot import compilers
from bot.child_process import lines_of, running
from bot.pip_output import Progress, explanation

COMPILED = "llama-cpp-python"
"""The one dependency without wheels: it is compiled here."""
DEPENDENCIES = "dependencies"
LARGE = (DEPENDENCIES, COMPILED)
"""The steps that take the disk's space; linking the project anew takes none."""

NEEDED_BYTES = 4_000_000_000
"""Free disk for `.venv` (1.7 GB) and what pip and the compiler need meanwhile."""


@dataclass(frozen=True)
class Step:
    """A step of the set-up: done once, until what it `depends_on` is another text."""

    name: str
    depends_on: str
    run: Callable[[], None]


class InstallError(Exception):
    """A sentence for the person who installs: what is wrong and what to do."""


def main() -> int:
    """Install, and return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    again = "Run the same command again; what is done stays done."
    try:
        install(Path(__file__).resolve().parent.parent)
    except InstallError as error:
        print(f"storychat: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstorychat: Interrupted. {again}", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"storychat: Setting up stopped: {error}. {again}", file=sys.stderr)
        return 1
    return 0


def install(root: Path, *, needed_bytes: int = NEEDED_BYTES) -> None:
    """Bring `.venv` in `root` up to date with `requirements.lock` and `pyproject.toml`.

    Raises InstallError.
    """
    venv = root / ".venv"
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    compiled = "".join(re.findall(rf"^{COMPILED}==\S+", lock, re.MULTILINE))
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    # An environment does not survive being moved, so it depends on its place.
    steps = [
        Step("environment", str(venv), lambda: _make_environment(venv)),
        Step(DEPENDENCIES, lock, lambda: _install_dependencies(venv, lock)),
        Step(COMPILED, compiled, lambda: _install_compiled(venv, compiled)),
        Step("project", str(root) + project, lambda: _install_project(venv, root)),
    ]
    steps = [step for step in steps if step.depends_on]  # a lock may have nothing to compile
    if _left(steps, venv):
        with _alone(root):
            _run(_left(steps, venv), _Done(venv), root, needed_bytes)
            _tell("storychat is set up in .venv.")


def _left(steps: list[Step], venv: Path) -> list[Step]:
    done = _Done(venv)
    return [step for step in steps if not done.has(step)]


def _run(steps: list[Step], done: _Done, root: Path, needed_bytes: int) -> None:
    # What would stop a later step is looked at before the first one.
    if any(step.name == COMPILED for step in steps):
        _check_compilers()
    if any(step.name in LARGE for step in steps):
        _check_disk(root, needed_bytes)
    for step in steps:
        step.run()
        done.add(step)


class _Done:
    """The steps that are done, as a small file in the environment, and what each depended on."""

    def __init__(self, venv: Path) -> None:
        self._file = venv / "storychat-steps.json"
        self._digests: dict[str, str] = {}
        # An environment whose Python has gone (an upgrade, a removal) is none.
        if (venv / "bin" / "python").exists():
            try:
                self._digests = dict(json.loads(self._file.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                self._digests = {}

    def has(self, step: Step) -> bool:
        return self._digests.get(step.name) == _digest(step.depends_on)

    def add(self, step: Step) -> None:
        self._digests[step.name] = _digest(step.depends_on)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(self._digests), encoding="utf-8")
        draft.replace(self._file)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------------ what must be there


def _check_compilers() -> None:
    sentence = compilers.missing()
    if sentence:
        raise InstallError(sentence)


def _check_disk(root: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed_bytes:
        raise InstallError(
            f"Setting up needs about {needed_bytes / 1e9:.0f} GB of disk, and at {root} "
            f"{free / 1e9:.1f} GB are free. Make room and run it again."
        )


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep a second installation out of the same environment; it waits."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield
        return
    with (root / "pyproject.toml").open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _tell("Another set-up of this folder is under way; waiting for it ...")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


# ------------------------------------------------------------------ the steps


def _make_environment(venv: Path) -> None:
    if _is_usable(venv):
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise InstallError(
            "This Python cannot make environments with pip in them: its module ensurepip is "
            "missing. Install it (Debian, Ubuntu: sudo apt install python3-venv) and run it again."
        )
    _tell("Making the environment .venv ...")
    ran = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        stdin=subprocess.DEVNULL,
        stdout=PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if ran.returncode != 0:
        raise InstallError(f"The environment {venv} could not be made:\n{ran.stdout.strip()}")


def _is_usable(venv: Path) -> bool:
    """True for an environment, whoever made it, that can be installed into."""
    try:
        ran = subprocess.run(
            [
                str(venv / "bin" / "python"),
                "-c",
                "import pip, sys; sys.exit(sys.version_info[:2] < (3, 11))",
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except OSError:
        return False
    return ran.returncode == 0


def _install_dependencies(venv: Path, lock: str) -> None:
    """Everything that comes as a wheel. pip shows its own bars, with sizes and time left."""
    wheels = venv / "wheels.lock"
    wheels.write_text(re.sub(rf"^{COMPILED}==.*\n?", "", lock, flags=re.MULTILINE), "utf-8")
    log = venv / "install-dependencies.log"
    log.unlink(missing_ok=True)
    _tell("Installing the dependencies (about 500 MB to download) ...")
    command = [*_pip(venv), "install", "--log", str(log), "--requirement", str(wheels)]
    with running(command, stdout=sys.stderr) as process:
        _warn_of_cuda(process, log)
    if process.returncode != 0:
        # Its last lines stand above: pip wrote them itself.
        raise InstallError(explanation(log.read_text("utf-8", "replace"), log, last_lines=0))


def _warn_of_cuda(process: subprocess.Popen[str], log: Path) -> None:
    """While pip works: say so as soon as it has decided for a torch that brings CUDA along."""
    read = 0
    while process.poll() is None:
        time.sleep(0.3)
        try:
            with log.open(encoding="utf-8", errors="replace") as opened:
                opened.seek(read)
                found = re.search(r"(Collecting |Processing \S*/)nvidia[-_]", opened.read())
                read = opened.tell()
        except OSError:
            continue
        if found:
            _tell(
                "Note: pip has chosen PyTorch's CUDA build, which is several GB. storychat runs "
                "on the CPU: for the small build stop with Ctrl-C and do as the README says for "
                "Linux."
            )
            process.wait()


def _install_compiled(venv: Path, requirement: str) -> None:
    log = venv / f"install-{COMPILED}.log"
    command = [*_pip(venv), "install", "--verbose", "--no-deps", requirement]
    told = Progress(f"Compiling {COMPILED} (once; pip keeps the result)", stream=sys.stderr)
    # Line by line, so that the log can be followed while it grows.
    compiling = running(command, stdout=PIPE, environment=compilers.environment())
    with log.open("w", 1, encoding="utf-8") as kept, compiling as pip:
        assert pip.stdout is not None
        lines = lines_of(pip.stdout)
        while True:
            try:
                line = lines.get(timeout=1.0)
            except Empty:
                told.show()
                continue
            if line is None:
                break
            kept.write(line)
            told.read(line)
    told.end()
    if pip.returncode != 0:
        raise InstallError(explanation(log.read_text("utf-8", "replace"), log))


def _install_project(venv: Path, root: Path) -> None:
    log = venv / "install-project.log"
    # Without isolation pip takes the locked setuptools, so this step needs no network.
    command = [*_pip(venv), "install", "--quiet", "--no-deps", "--no-build-isolation"]
    with log.open("w+", encoding="utf-8") as kept:
        with running([*command, "--editable", str(root)], stdout=kept) as process:
            process.wait()
        if process.returncode != 0:
            raise InstallError(explanation(log.read_text("utf-8", "replace"), log))


def _pip(venv: Path) -> list[str]:
    return [str(venv / "bin" / "python"), "-m", "pip", "--no-input", "--disable-pip-version-check"]


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
