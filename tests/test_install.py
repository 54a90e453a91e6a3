from __future__ import annotations

import ast
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.install
from bot.install import InstallError, install
from tests import tiny_project
from tests.tiny_weights import write_wheel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="make and its set-up are for POSIX")


class Machine:
    """A machine with a project on it, in a folder with a space in its name."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my project"
        self.index = folder / "index"
        self.bin = folder / "bin"
        tiny_project.make(self.root, self.index)
        self.bin.mkdir()
        for compiler in ("cc", "c++"):
            (self.bin / compiler).write_text("#!/bin/sh\necho tiny compiler\n")
            (self.bin / compiler).chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "PIP_CACHE_DIR": str(folder / "cache"),
        }
        for setting in ("CC", "CXX"):
            self.environment.pop(setting, None)

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(self.root / "bot" / "install.py")]

    def run(self, *, then: str = "true") -> subprocess.CompletedProcess[str]:
        """Install with a line waiting on standard input, and go on with a shell command."""
        return subprocess.run(
            ["sh", "-c", f'"$@" && {then}', "sh", *self.command],
            input="a question\n",
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command, env=self.environment, stderr=subprocess.PIPE, text=True
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which the set-up failed for want of the archive, and then went through."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    failed = machine.run()
    assert failed.returncode == 1
    assert "llama-cpp-python==0.1" in failed.stderr
    (machine.root / ".venv" / "from the first run").touch()
    tiny_project.write_source(machine.index, "0.1")
    went_through = machine.run(then="cat")
    assert went_through.returncode == 0, went_through.stderr
    assert went_through.stdout == "a question\n", "the set-up ate the chat's standard input"
    yield machine


def test_a_run_after_a_failure_goes_on_where_that_one_stopped(installed: Machine) -> None:
    assert (installed.root / ".venv" / "from the first run").exists()
    listed = subprocess.run(
        [str(installed.root / ".venv/bin/python"), "-m", "pip", "list", "--format", "freeze"],
        capture_output=True,
        text=True,
    )
    assert {"tiny-dependency==1.0", "llama-cpp-python==0.1", "tiny-project==1.0"} <= set(
        listed.stdout.split()
    )


def test_with_nothing_to_do_it_says_nothing_and_is_over_at_once(installed: Machine) -> None:
    ran = installed.run()
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    start = time.perf_counter()
    install(installed.root)
    assert time.perf_counter() - start < 0.1


def test_a_changed_lock_brings_what_changed(installed: Machine) -> None:
    tiny_project.write_source(installed.index, "0.2")
    tiny_project.lock(installed.root, compiled="0.2")
    ran = installed.run()
    assert ran.returncode == 0, ran.stderr
    assert "Making the environment" not in ran.stderr
    assert "Compiling llama-cpp-python" in ran.stderr


def test_a_torch_that_brings_cuda_along_is_told_of(installed: Machine) -> None:
    write_wheel(installed.index, "nvidia-tiny", "1.0", {})
    write_wheel(installed.index, "torch", "1.0", {}, requires=["nvidia-tiny"])
    lock = installed.root / "requirements.lock"
    before = lock.read_text()
    lock.write_text(before + "torch==1.0\n")
    ran = installed.run()
    lock.write_text(before)
    assert ran.returncode == 0, ran.stderr
    assert "pip has chosen PyTorch's CUDA build" in ran.stderr


def test_a_compilation_that_fails_says_where_its_output_lies(installed: Machine) -> None:
    tiny_project.write_source(installed.index, "0.3", fails="fatal error: no such header")
    tiny_project.lock(installed.root, compiled="0.3")
    ran = installed.run()
    log = installed.root / ".venv" / "install-llama-cpp-python.log"
    assert ran.returncode == 1
    assert "fatal error: no such header" in ran.stderr
    assert str(log) in ran.stderr
    assert "c++ file6.cpp" in log.read_text()
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_compilation_and_says_one_sentence(
    installed: Machine, blow: signal.Signals
) -> None:
    tiny_project.write_source(installed.index, "0.4", seconds=120)
    tiny_project.lock(installed.root, compiled="0.4")
    log = installed.root / ".venv" / "install-llama-cpp-python.log"
    log.unlink(missing_ok=True)
    process = installed.start()
    deadline = time.monotonic() + 30
    while "[1/6]" not in _text(log) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(blow)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert told.splitlines()[-1].startswith("storychat: Interrupted.")
    assert "Traceback" not in told
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert str(installed.root / ".venv" / "bin" / "python") not in running


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_without_a_compiler_it_says_how_to_get_one_before_anything_is_made(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path)
    shutil.rmtree(machine.bin)
    machine.environment["PATH"] = str(tmp_path / "nothing here")
    ran = subprocess.run(machine.command, env=machine.environment, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "There is no C compiler" in ran.stderr
    assert "build-essential" in ran.stderr
    assert not (machine.root / ".venv").exists()


def test_a_compiler_that_is_only_a_name_does_not_count(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (machine.bin / "c++").write_text("#!/bin/sh\nexit 1\n")
    machine.environment["CXX"] = str(machine.bin / "c++")
    ran = machine.run()
    assert ran.returncode == 1
    assert "There is no C++ compiler" in ran.stderr


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="AMX is Intel's")
@pytest.mark.parametrize("knows_amx", [True, False])
def test_what_is_compiled_is_compiled_without_amx_if_the_compiler_knows_it(
    tmp_path: Path, *, knows_amx: bool
) -> None:
    machine = Machine(tmp_path)
    tiny_project.write_source(machine.index, "0.1")
    machine.environment["CFLAGS"] = "-O1"
    if not knows_amx:
        for compiler in ("cc", "c++"):
            script = '#!/bin/sh\ncase "$*" in *amx*) exit 1 ;; esac\n'
            (machine.bin / compiler).write_text(script)
    ran = machine.run()
    assert ran.returncode == 0, ran.stderr
    log = (machine.root / ".venv" / "install-llama-cpp-python.log").read_text()
    (told,) = (line for line in log.splitlines() if "told:" in line)
    assert "-O1" in told
    assert told.count("-mno-amx-int8") == (2 if knows_amx else 0)


def test_a_full_disk_is_told_before_anything_is_made(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    tiny_project.lock(machine.root, compiled="0.1")
    with pytest.raises(InstallError, match=r"needs about 1000000000 GB of disk.*are free"):
        install(machine.root, needed_bytes=10**18)
    assert not (machine.root / ".venv").exists()


def test_to_link_the_project_anew_needs_no_free_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path)
    (machine.root / "requirements.lock").write_text("tiny-dependency==1.0\n")
    for name, value in machine.environment.items():
        monkeypatch.setenv(name, value)
    install(machine.root, needed_bytes=0)
    project = machine.root / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8") + "\n# newer\n", encoding="utf-8")
    install(machine.root, needed_bytes=10**18)


def test_a_python_without_ensurepip_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(InstallError, match="python3-venv"):
        install(machine.root, needed_bytes=0)


def test_an_old_python_can_at_least_read_it_to_be_told_so() -> None:
    source = Path(bot.install.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
