"""A library leaves as one checked file and comes back the same; nothing in the file is trusted."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from index.embedder import SentenceTransformersEmbedder
from index.errors import LibraryError
from index.exchange import export, import_stories
from index.library import Library
from index.search import search
from index.story import About, Place, Story
from tests.documents import FERRY

BOATS = Story(
    "boats",
    "Boats",
    " ".join(FERRY),
    "boats.pdf",
    "/home/anna/boats.pdf",
    About("Ann Pell", "2026-03-02", "en"),
    (Place(0, "page 1"), Place(100, "page 2")),
)


@pytest.fixture
def file(library: Library, tmp_path: Path) -> Path:
    library.add(BOATS)
    library.add(Story("gull", "The gull", "A gull stole a sandwich on quay nine.", "-"))
    file = tmp_path / "shelf.storychat"
    assert export(library, file) == 2
    return file


@pytest.fixture
def other(tmp_path: Path, embedder: SentenceTransformersEmbedder) -> Library:
    return Library(tmp_path / "other", embedder=embedder)


def test_what_was_exported_is_imported_the_same(
    library: Library, file: Path, other: Library
) -> None:
    assert [added.is_new for added in import_stories(other, file)] == [True, True]
    assert other.story("boats") == library.story("boats")
    assert other.sentences("boats") == library.sentences("boats")
    question = "Who stole a sandwich?"
    (hit,), (same,) = search(library, question, count=1), search(other, question, count=1)
    assert (hit.story_id, hit.passage, hit.cosine) == (same.story_id, same.passage, same.cosine)


def test_all_the_places_of_a_text_come_along(
    library: Library, other: Library, tmp_path: Path
) -> None:
    library.add(BOATS)
    library.add(replace(BOATS, source="copy.pdf", origin="/home/anna/copy.pdf"))
    assert library.story("boats").elsewhere == ("copy.pdf",)
    file = tmp_path / "places.storychat"
    export(library, file)
    assert len(list(import_stories(other, file))) == 1
    assert other.story("boats") == library.story("boats")
    again = other.at_origin("/home/anna/copy.pdf")
    assert again is not None and again.id == "boats"


def test_nothing_is_embedded_that_has_its_vector(
    file: Path, tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    class Idle:
        name, dimensions = embedder.name, embedder.dimensions

        def embed(self, texts: object, *, advance: object = None) -> object:
            raise AssertionError("embedded")

    idle = Library(tmp_path / "idle", embedder=Idle())  # type: ignore[arg-type]
    assert len(list(import_stories(idle, file))) == 2


def test_what_the_library_has_is_left_as_it_is(file: Path, other: Library) -> None:
    newer = Story("mine", "Mine", "A newer text of the boats.", "x", "/home/anna/boats.pdf")
    other.add(newer)
    assert [added.is_new for added in import_stories(other, file)] == [False, True]
    assert other.story("mine").text == newer.text
    assert [added.is_new for added in import_stories(other, file)] == [False, False]


def test_an_export_overwrites_nothing_and_leaves_nothing_half(
    library: Library, file: Path, tmp_path: Path
) -> None:
    before = file.read_bytes()
    with pytest.raises(LibraryError, match="exists already"):
        export(library, file)
    assert file.read_bytes() == before
    with pytest.raises(LibraryError, match="cannot be written"):
        export(library, tmp_path / "nowhere" / "shelf")
    assert [p.name for p in tmp_path.iterdir() if "storychat-" in p.name] == []


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_file_adds_nothing(file: Path, other: Library, at: float) -> None:
    data = bytearray(file.read_bytes())
    place = int(len(data) * at)
    data[place : place + 40] = bytes(40)
    file.write_bytes(data)
    with pytest.raises(LibraryError, match="is damaged"):
        list(import_stories(other, file))
    assert other.entries() == []


def forge(file: Path, **changes: object) -> None:
    """Alter the parts of an export and sign them anew, as an attacker would."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    stories = [json.loads(line) for line in parts["stories.jsonl"].splitlines()]
    stories[0].update(changes)
    parts["stories.jsonl"] = b"".join(json.dumps(story).encode() + b"\n" for story in stories)
    manifest["sha256"]["stories.jsonl"] = hashlib.sha256(parts["stories.jsonl"]).hexdigest()
    parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": 7},
        {"text": "\ud800"},
        {"places": [{"start": 10_000, "name": "page 1"}]},
        {"places": [{"start": "x", "name": "page 1"}]},
        {"about": None},
        {"vectors": "many"},
        {"vectors": -1},
        {"vectors": 10**9},
    ],
)
def test_a_forged_file_is_refused(file: Path, other: Library, changes: dict[str, object]) -> None:
    forge(file, **changes)
    with pytest.raises(LibraryError):
        list(import_stories(other, file))


def test_a_wrong_number_of_vectors_is_embedded_anew(file: Path, other: Library) -> None:
    forge(file, vectors=1)
    list(import_stories(other, file))
    assert search(other, "How many were on the ferry?", count=1)[0].story_id == "boats"


def test_what_is_no_export_is_said(other: Library, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("Hello.")
    for file, says in ((text, "no exported library"), (tmp_path / "none", "no file")):
        with pytest.raises(LibraryError, match=says):
            list(import_stories(other, file))
