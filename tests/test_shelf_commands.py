"""The shelf's commands as they are typed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.settings import Settings
from tests import documents
from tests.documents import FERRY


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "boats.epub").write_bytes(
        documents.epub([("The Quay", FERRY[:2]), ("Wind", FERRY[2:])])
    )
    (tmp_path / "papers" / "page.html").write_bytes(documents.page())
    (tmp_path / "papers" / "scan.pdf").write_bytes(documents.pdf([[], []]))
    return tmp_path


def command(place: Path, settings: Settings, *arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "bot.cli", *arguments, "--library", str(place / "library"),
    ]  # fmt: skip


def run(place: Path, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(place, settings, *arguments), capture_output=True, text=True, check=False
    )


def test_an_empty_file_is_one_sentence_and_nothing_is_embedded(
    place: Path, settings: Settings
) -> None:
    empty = place / "empty.txt"
    empty.touch()
    added = run(place, settings, "add", str(empty))
    assert added.returncode == 1
    assert added.stdout == ""
    (said,) = added.stderr.splitlines()  # and no "Adding 0 stories" while models are loaded
    assert "empty.txt" in said


def test_a_folder_is_added_shown_exported_and_imported(place: Path, settings: Settings) -> None:
    added = run(place, settings, "add", str(place / "papers"))
    assert "boats  The Night Boats" in added.stdout
    assert "page  The ferry that sang" in added.stdout
    assert "is a scanned PDF" in added.stderr
    assert added.returncode == 1

    shown = run(place, settings, "show", "boats").stdout
    assert "author: Ann Pell" in shown
    assert "\nThe Quay\n" in shown and "\nWind\n" in shown
    assert f"    2  {FERRY[0]}" in shown

    file = str(place / "shelf.storychat")
    assert "2 stories are in" in run(place, settings, "export", file).stdout
    other = place / "elsewhere"
    other.mkdir()
    assert "boats  The Night Boats" in run(other, settings, "import", file).stdout
    assert run(other, settings, "show", "boats").stdout == shown


def test_an_update_tells_what_changed(place: Path, settings: Settings) -> None:
    file = place / "ferry.txt"
    file.write_text(" ".join(FERRY))
    run(place, settings, "add", str(file))
    file.write_text(" ".join([*FERRY[:4], "They never arrived."]))
    told = run(place, settings, "add", str(file)).stdout
    assert "updated: 1 new or changed sentences, 1 gone" in told
    assert "+ They never arrived." in told and f"- {FERRY[4]}" in told


def test_a_watched_folder_is_followed_until_ctrl_c(place: Path, settings: Settings) -> None:
    watching = subprocess.Popen(
        command(place, settings, "add", "--watch", str(place / "papers")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert watching.stdout is not None
        seen = {watching.stdout.readline().split()[0] for _ in range(2)}
        assert seen == {"boats", "page"}
        (place / "papers" / "late.txt").write_text("The late ferry came at noon.")
        assert watching.stdout.readline().startswith("late  Late")
        time.sleep(0.1)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 130
    finally:
        watching.kill()
        watching.wait()
