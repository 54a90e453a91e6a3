"""Files become stories; what cannot be read is said in a sentence that tells what to do."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from index import readers
from index.errors import LibraryError
from index.library import Library
from index.readers import markdown, plain, read_source


def test_plain_text_is_kept_to_the_letter(tmp_path: Path) -> None:
    file = tmp_path / "two  words_and-more.txt"
    file.write_bytes("  Ünïcode — “quotes”.\n\n\nEnd  ".encode())
    story = read_source(str(file))
    assert story.text == "  Ünïcode — “quotes”.\n\n\nEnd  "
    assert story.id == "two  words_and-more"
    assert story.title == "Two words and more"


def test_a_headline_above_an_empty_line_is_the_title(harbour: Path) -> None:
    assert read_source(str(harbour)).title == "The harbour at Vell reopens"


def test_a_first_sentence_is_no_headline(tmp_path: Path) -> None:
    file = tmp_path / "bees.txt"
    file.write_text("He kept bees.\n\nThey liked him.", encoding="utf-8")
    assert read_source(str(file)).title == "Bees"


def test_windows_line_ends_and_byte_order_marks_are_taken_off() -> None:
    assert (
        plain.read(b"\xef\xbb\xbfOne.\r\nTwo.\rThree.", name="a.txt").text == "One.\nTwo.\nThree."
    )
    assert plain.read("Eins.".encode("utf-16"), name="a.txt").text == "Eins."


def test_markdown_keeps_words_and_drops_marks() -> None:
    source = (
        b"# The *bee* man\n\nHe keeps **bees** on [Sorre](http://x.example).\n"
        b"Still one paragraph.\n\n- first\n- second\n\n> quoted\n"
    )
    story = markdown.read(source, name="notes.md")
    assert story.title == "The bee man"
    assert story.text.split("\n\n") == [
        "The bee man",
        "He keeps bees on Sorre. Still one paragraph.",
        "first",
        "second",
        "quoted\n",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"MZ\x00\x01\x02", "binary"),
        (b"\xff\xfeA", "UTF-8"),
    ],
)
def test_unreadable_content_is_said(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "story.txt"
    file.write_bytes(content)
    with pytest.raises(LibraryError, match=says):
        read_source(str(file))


@pytest.mark.parametrize(
    ("whole", "cut"),
    [
        ("“Go,” he said, and “now”.", b"\xff"),
        ("Паром ушёл в шесть утра.", "ё".encode()[:1]),
    ],
)
def test_a_few_wrong_bytes_do_not_make_other_letters_of_utf_8(whole: str, cut: bytes) -> None:
    text = plain.read(whole.encode() + cut, name="a.txt").text
    assert text == f"{whole}\N{REPLACEMENT CHARACTER}"


def test_what_is_in_another_encoding_is_not_taken_for_utf_8_with_wrong_bytes() -> None:
    text = "Le café était fermé à l’été."
    assert plain.read(text.encode("cp1252"), name="a.txt").text == text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_a_file_name_that_is_no_text_is_read_and_kept(library: Library, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pier\xff.txt"))
    file.write_text("Anna painted the pier of Sorre.", encoding="utf-8")
    added = library.add(read_source(str(file)))
    assert library.story(added.story.id).text == "Anna painted the pier of Sorre."


def test_an_address_that_is_none_is_said() -> None:
    with pytest.raises(LibraryError, match="is no address"):
        readers.read_address("http://[abc")


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(readers.LARGEST_FILE * 50)
    with pytest.raises(LibraryError, match="larger than"):
        read_source(str(file))


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no file"):
        read_source(str(tmp_path / "nowhere.txt"))
    with pytest.raises(LibraryError, match="is a folder"):
        read_source(str(tmp_path))


def test_a_hyphen_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From a pipe.")))
    assert read_source("-").text == "From a pipe."
