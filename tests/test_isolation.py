"""Documents made to hurt cost at most the limits, and say so."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.readers import child, isolation, read_bytes, read_stories
from tests import documents
from tests.documents import FERRY

LAUGHS = (
    b"<!DOCTYPE x [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
PASSWORDS = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def outcome(data: bytes, name: str) -> str:
    """The text that was found, or the sentence why there is none."""
    try:
        return " ".join(story.text for story in read_bytes(data, name=name))
    except LibraryError as error:
        return str(error)


def nested(levels: int) -> bytes:
    return b"<html><body>" + b"<div><b>" * levels + b"deep" + b"</b></div>" * levels


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (documents.archive({"word/document.xml": bytes(300_000_000)}), "bomb.docx"),
        (documents.archive({"META-INF/container.xml": bytes(300_000_000)}), "bomb.epub"),
        (documents.archive({f"{n}": b"" for n in range(20_001)}), "crowd.epub"),
        (nested(10_000), "deep.html"),
        (b"<rss><channel>" + b"<item>" * 10_000, "deep.xml"),
        (b"<rss>" + LAUGHS + b"<channel><item><title>&j;</title></item></channel></rss>", "a.xml"),
        (LAUGHS + b"<rss><channel><item><title>&j;</title></item></channel></rss>", "b.xml"),
        (b"> " * 100_000, "deep.md"),
        (b"[" * 50_000, "links.md"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_made_to_hurt_costs_no_more_than_the_limits(data: bytes, name: str) -> None:
    before = time.monotonic()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(outcome(data, name)) < 1_000_000
    assert time.monotonic() - before < isolation.WALL_SECONDS
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - children.ru_utime
    assert spent <= child.SECONDS + 2


def test_entities_fetch_no_file() -> None:
    items = b"<channel><item><title>t</title><description>x &a; y</description></item></channel>"
    package = (
        PASSWORDS
        + b"<package xmlns:dc='d'><metadata><dc:title>&a;</dc:title></metadata><manifest/>"
        b"<spine/></package>"
    )
    for data, name in (
        (PASSWORDS + b"<rss version='2.0'>" + items + b"</rss>", "feed.xml"),
        (documents.epub([("One", FERRY)], extra={"OEBPS/book.opf": package}), "book.epub"),
    ):
        assert "root:" not in outcome(data, name)


def test_a_parser_that_takes_too_long_is_ended() -> None:
    with pytest.raises(LibraryError, match="took longer than 0 seconds"):
        isolation.parse(documents.page(), name="slow.html", seconds=0.01)


def test_the_parsing_process_cannot_take_more_memory_or_write_more_than_allowed(
    tmp_path: Path,
) -> None:
    root = Path(isolation.__file__).parents[2]
    attempt = (
        "from index.readers import child; child.limit()\n"
        "try: bytearray(child.MEMORY); print('memory')\n"
        "except MemoryError: pass\n"
        "try:\n"
        "    with open('big', 'wb') as file: file.truncate(child.OUTPUT + 1); print('file')\n"
        "except OSError: pass\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", attempt],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(root)},
    )
    assert result.stdout == ""


def test_modules_in_the_folder_that_storychat_is_run_in_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lxml", "trafilatura", "json", "index"):
        (tmp_path / f"{name}.py").write_text("open('taken', 'w').close()")
    (tmp_path / "page.html").write_bytes(documents.page())
    monkeypatch.chdir(tmp_path)
    (story,) = read_stories("page.html")
    assert "Ingrid" in story.text
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b"[]",
        b'{"stories": [{}]}',
        b'{"stories": [{"id": 1}]}',
        b"[" * 100_000,
        b'{"stories": [{"id": "", "title": "", "text": "\\ud800", "source": "", "origin": "", '
        b'"about": {"author": "", "date": "", "language": ""}, "places": []}]}',
        b'{"stories": [{"id": "", "title": "", "text": "a", "source": "", "origin": "", '
        b'"about": {"author": "", "date": "", "language": ""}, "places": [{"start": 9, '
        b'"name": ""}]}]}',
    ],
)
def test_nonsense_from_the_parsing_process_is_no_story(answer: bytes) -> None:
    with pytest.raises(LibraryError, match="answered nonsense"):
        isolation.stories_from_json(answer, name="x")
