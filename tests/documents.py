"""Small documents of every format that is read, made for tests; the words are our own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

FERRY = (
    "The ferry left Skarra at seven in the evening with forty people on board.",
    "Ingrid Vale, who had sailed it for nineteen years, did not like the sky.",
    "At nine o'clock the wind turned and the second engine stopped.",
    "Nobody was hurt, and the harbour master sent the pilot boat.",
    "They reached Ulvik at four in the morning, cold and singing.",
)


def page(
    body: str = "",
    *,
    head: str = "<title>The ferry | Skarra Post</title>",
    paragraphs: Sequence[str] = FERRY * 3,
) -> bytes:
    """A news page: menu, article, footer."""
    article = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">{head}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>The ferry that sang</h1>{article}{body}</article>
<footer><p>Copyright Skarra Post. All rights reserved.</p></footer></body></html>""".encode()


def pdf(pages: Sequence[Sequence[str]], *, title: str = "", trailer: str = "") -> bytes:
    """A PDF with a line of Helvetica for each line of each page; a page without lines is blank."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Title ({title}) /Author (Ann Pell) /CreationDate (D:20260302101500Z) >>",
    ]
    kids = []
    for lines in pages:
        shown = " T* ".join(f"({_in_pdf(line)}) Tj" for line in lines)
        content = f"BT /F1 11 Tf 14 TL 72 760 Td {shown} ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources "
            f"<< /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{offset:010} 00000 n \n" for offset in offsets).encode())
    out.write(
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\n"
        f"startxref\n{start}\n%%EOF\n".encode()
    )
    return out.getvalue()


def _in_pdf(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def epub(
    chapters: Sequence[tuple[str, Sequence[str]]],
    *,
    title: str = "The Night Boats",
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """An EPUB 3 with a table of contents, a file a chapter."""
    manifest, spine, contents = "", "", ""
    files: dict[str, str] = {}
    for number, (name, paragraphs) in enumerate(chapters, 1):
        body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
        files[f"OEBPS/text/c{number}.xhtml"] = (
            '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
            f"</head><body><h1>{escape(name)}</h1>{body}</body></html>"
        )
        manifest += (
            f'<item id="c{number}" href="text/c{number}.xhtml" media-type="application/xhtml+xml"/>'
        )
        spine += f'<itemref idref="c{number}"/>'
        contents += f'<li><a href="text/c{number}.xhtml">{escape(name)}</a></li>'
    files["META-INF/container.xml"] = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    files["OEBPS/nav.xhtml"] = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f'<body><nav epub:type="toc"><ol>{contents}</ol></nav></body></html>'
    )
    files["OEBPS/book.opf"] = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{escape(title)}</dc:title><dc:creator>Ann Pell</dc:creator>"
        "<dc:date>2025-11-04T00:00:00Z</dc:date><dc:language>en</dc:language></metadata><manifest>"
        f'<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f"{manifest}</manifest><spine>{spine}</spine></package>"
    )
    members = {path: text.encode() for path, text in files.items()} | (extra or {})
    return archive({"mimetype": b"application/epub+zip", **members})


def docx(paragraphs: Sequence[tuple[str, str]], *, table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document of (style, text) paragraphs and, at its end, a table."""
    import docx as word

    document = word.Document()
    document.core_properties.author = "Ann Pell"
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for cells, words in zip(grid.rows, table, strict=True):
            for cell, text in zip(cells.cells, words, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def feed(items: Sequence[tuple[str, str, str]]) -> bytes:
    """RSS of (title, link, HTML) items."""
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<description>{escape(html)}</description>"
        "<pubDate>Mon, 02 Mar 2026 10:15:00 GMT</pubDate></item>"
        for title, link, html in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Skarra Post'
        f"</title><language>en</language>{entries}</channel></rss>"
    ).encode()


def archive(members: dict[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as target:
        for path, data in members.items():
            target.writestr(path, data)
    return out.getvalue()
