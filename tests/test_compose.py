"""The container files, checked as far as that goes without an engine."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_compose_file_fits_the_compose_specification() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            str(ROOT / "docker-compose.yml"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    ignored = set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
    for name in shlex.split(" ".join(copied)):
        assert (ROOT / name).exists()
        assert name not in ignored


def test_everything_that_the_installed_package_consists_of_is_copied() -> None:
    copied = set(shlex.split(" ".join(re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M))))
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.search(r"^packages = \[(.*?)\]", pyproject, re.MULTILINE | re.DOTALL)
    assert packages is not None
    assert {name.split(".")[0] for name in re.findall(r'"([\w.]+)"', packages[1])} <= copied


@pytest.mark.parametrize("command", [["models", "fetch"], ["telegram"]])
def test_commands_of_the_container_exist(command: list[str]) -> None:
    assert f"storychat {' '.join(command)}" in DOCKERFILE
    found = get_command(app)
    for name in command:
        found = found.commands[name]  # type: ignore[attr-defined]


def test_container_runs_as_the_user_of_the_compose_file() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    (uid,) = re.findall(r"--uid (\d+)", DOCKERFILE)
    assert f'user: "{uid}:{uid}"' in compose


def test_health_check_asks_for_an_option_that_exists() -> None:
    telegram = get_command(app).commands["telegram"]  # type: ignore[attr-defined]
    assert '"storychat", "telegram", "--health"' in DOCKERFILE
    assert "--health" in {name for parameter in telegram.params for name in parameter.opts}
