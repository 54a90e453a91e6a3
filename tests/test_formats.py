"""Documents of every format become stories, or a sentence that says why not."""

from __future__ import annotations

import codecs
import zipfile

import pytest

from index.errors import LibraryError
from index.readers import read_bytes
from index.story import Story
from tests import documents
from tests.documents import FERRY


def story(data: bytes, name: str) -> Story:
    (found,) = read_bytes(data, name=name)
    for place in found.places:
        assert 0 <= place.start < len(found.text)
    return found


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(LibraryError) as caught:
        read_bytes(data, name=name)
    return str(caught.value)


def place_of(found: Story, words: str) -> str:
    at = found.text.index(words)
    return [place.name for place in found.places if place.start <= at][-1]


def test_a_web_page_is_its_article_without_menus_and_footer() -> None:
    head = (
        '<title>x</title><meta name="author" content="Ann Pell"><link rel="canonical" '
        'href="https://skarra.example/ferry"><meta property="article:published_time" '
        'content="2026-03-02T10:00:00Z">'
    )
    found = story(documents.page(head=head), "https://www.skarra.example/ferry?from=mail")
    assert found.title == "The ferry that sang"
    assert FERRY[3] in found.text
    assert "Sport" not in found.text and "Copyright" not in found.text
    assert found.origin == "https://skarra.example/ferry"
    assert found.about.author == "Ann Pell"
    assert found.about.date == "2026-03-02"
    assert found.about.language == "en-GB"


def test_a_page_cannot_pass_itself_off_as_one_of_another_site() -> None:
    head = '<title>x</title><link rel="canonical" href="https://bank.example/terms">'
    found = story(documents.page(head=head), "https://evil.example/page")
    assert found.origin == "https://evil.example/page"


def test_a_pdf_has_pages_as_places_and_paragraphs_again() -> None:
    lines = [
        "The ferry left Skarra at seven in the evening with forty people on",
        "board. Ingrid Vale, who had sailed it for nine-",
        "teen years, did not like the sky above the bay of the northern island.",
    ]
    pages = [
        ["Skarra Annual", *lines, "1"],
        [
            "Skarra Annual",
            "Nobody was hurt, and it was the harbour master who sent a boat to the",
            "2",
        ],
        ["Skarra Annual", "people in the bay. The last of them was saved in", "1984.", "3"],
    ]
    found = story(documents.pdf(pages, title="The ferry"), "report.pdf")
    assert "with forty people on board. Ingrid Vale, who had sailed it for nineteen" in found.text
    assert "sent a boat to the people in the bay." in found.text
    assert "was saved in 1984." in found.text
    assert "Annual" not in found.text
    assert place_of(found, "nineteen") == "page 1"
    assert place_of(found, "Nobody") == "page 2"
    assert place_of(found, "people in the bay") == "page 3"
    assert (found.title, found.about.author) == ("The ferry", "Ann Pell")


def test_a_pdf_without_text_is_called_scanned() -> None:
    assert "is a scanned PDF: 2 pages" in refusal(documents.pdf([[], []]), "scan.pdf")


def test_a_cut_off_pdf_is_called_damaged_or_read_as_far_as_it_goes() -> None:
    whole = documents.pdf([list(FERRY)])
    for length in (20, 300, len(whole) // 2, len(whole) - 30):
        try:
            found = story(whole[:length], "cut.pdf")
        except LibraryError as error:
            assert "cut.pdf" in str(error)
        else:
            assert "Skarra" in found.text


def test_an_epub_has_chapters_as_places() -> None:
    book = documents.epub([("The Quay", FERRY[:2]), ("Wind & Water", FERRY[2:])])
    found = story(book, "boats.epub")
    assert found.title == "The Night Boats"
    assert found.about.author == "Ann Pell"
    assert place_of(found, "Ingrid") == "The Quay"
    assert place_of(found, "second engine") == "Wind & Water"


def test_a_protected_epub_is_refused() -> None:
    locks = (
        b'<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
        b'xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm='
        b'"http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData></encryption>'
    )
    book = documents.epub([("One", FERRY)], extra={"META-INF/encryption.xml": locks})
    assert "copy-protected" in refusal(book, "locked.epub")


def test_a_word_document_has_headings_as_places_and_its_tables() -> None:
    data = documents.docx(
        [
            ("Title", "The ferry report"),
            ("Heading 1", "Departure"),
            ("Normal", FERRY[0]),
            ("Heading 1", "Arrival"),
            ("Normal", FERRY[4]),
        ],
        table=[["Engine", "State"], ["second", "stopped"]],
    )
    found = story(data, "report.docx")
    assert found.title == "The ferry report"
    assert place_of(found, "They reached Ulvik") == "Arrival"
    assert "second\n\nstopped" in found.text


def test_a_feed_is_a_story_an_item() -> None:
    data = documents.feed(
        [
            (
                "Ferry late",
                "https://skarra.example/1#top",
                "<p>It was <b>late</b>.</p><p>Again.</p>",
            ),
            ("Nothing", "https://skarra.example/2", ""),
            ("Gull", "http://[skarra", "A gull &amp; its egg."),
        ]
    )
    late, gull = read_bytes(data, name="feed.xml")
    assert late.text == "Ferry late\n\nIt was late.\n\nAgain.\n"
    assert late.origin == "https://skarra.example/1"
    assert late.about.date == "2026-03-02"
    assert gull.text == "Gull\n\nA gull & its egg.\n"
    assert gull.origin == ""  # what it names is no address


def test_what_a_file_is_counts_more_than_its_name() -> None:
    assert "Ingrid" in story(documents.pdf([list(FERRY)]), "notes.txt").text
    assert "Ingrid" in story(documents.epub([("One", FERRY)]), "download").text
    assert "Ingrid" in story(documents.page(), "saved.txt").text


@pytest.mark.parametrize(
    "encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"]
)
def test_english_text_is_read_in_any_encoding(encoding: str) -> None:
    words = "“The café is closed,” said Zoë. It’s £5 — or nothing at all, she added after a while."
    assert story(words.encode(encoding), "words.txt").text == words


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16-le", "utf-8"])
def test_russian_text_is_read_in_any_encoding(encoding: str) -> None:
    words = (
        "Капитан открыл дверь и увидел море. Было холодно, и никто не говорил ни слова. Утром "
        "корабль вышел из гавани, и старый боцман запел песню о далёкой земле."
    )
    assert story(words.encode(encoding), "words.txt").text == words


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "is empty"),
        (b" \n", "a.html", "is empty"),
        (bytes(range(256)) * 8, "a.txt", "binary data"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", "is a picture"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "a.doc", "Save it as .docx"),
        (documents.archive({"a.txt": b"x"}), "a.zip", "Unpack it"),
        (documents.archive({"mimetype": b"x"}, packed=zipfile.ZIP_LZMA), "a.epub", "unusual way"),
        (b"PK\x03\x04 cut", "a.docx", "is damaged"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a", "a.txt", "says that it is UTF-16"),
        (b"# \n\n***\n", "a.md", "only marks"),
    ],
)
def test_what_is_no_story_is_said(data: bytes, name: str, says: str) -> None:
    assert says in refusal(data, name)


PAYWALL = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (documents.page(head=PAYWALL, paragraphs=FERRY), "is for subscribers"),
        (
            documents.page("<p>Subscribe to continue reading.</p>", paragraphs=FERRY[:2]),
            "is for subscribers",
        ),
        (
            b"<html><head><title>News</title></head><body><div><h2>We value your privacy</h2><p>We "
            b"and our partners use cookies. Choose which cookies you consent to.</p><button>Accept "
            b"all cookies</button></div></body></html>",
            "a question about cookies",
        ),
        (
            b"<html><head><title>App</title></head><body><div id='root'></div><noscript>You need "
            b"to enable JavaScript to run this app.</noscript><script src='/a.js'></script></body>",
            "a script fills in",
        ),
        (
            b"<html><head><title>Just a moment...</title></head><body><p>Verify you are human by "
            b"completing the action below.</p></body></html>",
            "prove that they are people",
        ),
    ],
)
def test_a_page_that_is_no_article_is_called_what_it_is(data: bytes, says: str) -> None:
    assert says in refusal(data, "https://skarra.example/x")


def test_a_long_article_may_speak_of_cookies_and_subscribers() -> None:
    words = [f"{text} Cookies and consent were served to subscribers only." for text in FERRY * 3]
    assert "Ingrid" in story(documents.page(paragraphs=words), "a.html").text
