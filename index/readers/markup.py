"""HTML -> paragraphs, all of it in its order; for books and feeds, which hold nothing but text."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
_SILENT = frozenset({
    "head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template",
})  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3"))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block's words in one line; `anchors` are the ids that begin in it or just before it."""

    text: str
    is_heading: bool
    anchors: tuple[str, ...]


def paragraphs(data: bytes | str) -> list[Paragraph]:
    """The blocks of an HTML or XHTML document or fragment."""
    from lxml import html

    if isinstance(data, str):
        data = data.encode("utf-8", "replace")
        parser = html.HTMLParser(encoding="utf-8", no_network=True)
    else:
        parser = html.HTMLParser(encoding=_declared(data), no_network=True)
    if not data.strip():
        return []
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but comments and white space
        return []
    return _Collector().collect(root)


def _declared(data: bytes) -> str | None:
    """XHTML is UTF-8 unless its XML declaration says otherwise; HTML's parser would not know."""
    head = data[:200].lstrip()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"encoding=" in head.split(b"?>")[0]:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


class _Collector:
    def __init__(self) -> None:
        self._found: list[Paragraph] = []
        self._words: list[str] = []
        self._anchors: list[str] = []
        self._heading = False

    def collect(self, root: etree._Element) -> list[Paragraph]:
        # Not recursive: a document may be nested as deep as its author likes.
        silent: etree._Element | None = None
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event in ("comment", "pi"):
                self._add(element.tail, unless=silent)
                continue
            tag = str(element.tag).lower()
            if event == "start":
                if silent is None:
                    silent = element if tag in _SILENT else None
                    self._open(element, tag)
                    self._add(element.text, unless=silent)
                continue
            if silent is element:
                silent = None
            if tag in _BLOCKS and silent is None:
                self._close(tag)
            self._add(element.tail, unless=silent)
        self._close("body")
        return self._found

    def _open(self, element: etree._Element, tag: str) -> None:
        if tag in _BLOCKS:
            self._close(tag)
            self._heading = tag in _HEADINGS
        elif tag == "br":
            self._words.append(" ")
        anchor = element.get("id") or (element.get("name") if tag == "a" else None)
        if anchor:
            self._anchors.append(anchor)

    def _add(self, text: str | None, *, unless: etree._Element | None) -> None:
        if text and unless is None:
            self._words.append(text)

    def _close(self, tag: str) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            self._found.append(Paragraph(text, self._heading, tuple(self._anchors)))
            self._anchors.clear()
        if tag in _HEADINGS:
            self._heading = False
