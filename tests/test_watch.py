"""A watched folder: whole files only, each change once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.readers import files_in
from index.watch import FolderWatch


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_a_file_is_ready_once_it_has_stopped_growing(tmp_path: Path) -> None:
    watch = FolderWatch(tmp_path)
    file = tmp_path / "a.txt"
    file.write_text("One.")
    assert watch.look().ready == ()
    file.write_text("One. Two.")
    assert watch.look().ready == ()
    assert names(watch.look().ready) == ["a.txt"]
    assert watch.look().ready == ()


def test_a_changed_file_is_ready_again_and_a_removed_one_is_told(tmp_path: Path) -> None:
    watch = FolderWatch(tmp_path)
    file = tmp_path / "a.txt"
    file.write_text("One.")
    watch.look()
    watch.look()
    file.write_text("Another.")
    watch.look()
    assert names(watch.look().ready) == ["a.txt"]
    file.unlink()
    assert names(watch.look().gone) == ["a.txt"]
    assert watch.look().gone == ()


def test_a_folder_gives_what_may_be_a_story_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("b.pdf", "a.TXT", "deep/c.epub", "deep/deeper/d.md", ".hidden/e.txt", "f.exe"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.pdf")
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tuple(files_in(tmp_path))) == ["a.TXT", "b.pdf", "c.epub", "d.md"]


def test_a_folder_that_goes_away_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    watch = FolderWatch(folder)
    folder.rmdir()
    with pytest.raises(LibraryError, match="no folder"):
        watch.look()
