"""EPUB -> Story: the chapters in reading order, each a place."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from index.errors import LibraryError
from index.readers import archive, plain
from index.readers.markup import Paragraph, paragraphs
from index.story import About, Place, Story

_TEXT = ("application/xhtml+xml", "text/html")
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways in which fonts are scrambled; the text is open all the same."""


def read(data: bytes, *, name: str) -> Story:
    """The book in `data`. Raises LibraryError for a damaged or a copy-protected one."""
    book = archive.open_archive(data, name=name)
    if _is_protected(book):
        raise LibraryError(f"{name} is copy-protected; its text cannot be read.")
    package_path = _package_path(book)
    package = _xml(archive.member(book, package_path))
    if package is None:
        raise LibraryError(f"{name} is a damaged EPUB: it does not say what is in it.")
    items = {
        item.get("id"): item
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
    }
    names = _chapter_names(book, package_path, package, items)
    texts: list[str] = []
    places: list[Place] = []
    length = 0
    for reference in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _TEXT or _is_navigation(item):
            continue
        path = _resolve(package_path, item.get("href", ""))
        blocks = paragraphs(archive.member(book, path) or b"")
        own = {fragment: title for (file, fragment), title in names.items() if file == path}
        for index, block in enumerate(blocks):
            chapter = _chapter(block, own, is_first=index == 0)
            if chapter and not (places and places[-1].name == chapter):
                places.append(Place(length, chapter))
            texts.append(block.text)
            length += len(block.text) + len("\n\n")
    if not texts:
        raise LibraryError(f"{name} is an EPUB without text, only pictures.")
    return Story(
        id=PurePath(name).stem,
        title=_metadata(package, "title") or plain.name_as_title(name),
        text="\n\n".join(texts) + "\n",
        source=name,
        about=About(
            author=_metadata(package, "creator"),
            date=_metadata(package, "date")[:10],
            language=_metadata(package, "language")[:35],
        ),
        places=tuple(places),
    )


def _chapter(block: Paragraph, own: dict[str, str], *, is_first: bool) -> str:
    """The name of the chapter that begins at a block, or nothing."""
    wanted = [*block.anchors, ""] if is_first else [*block.anchors]
    listed = next((own[anchor] for anchor in wanted if anchor in own), "")
    # A file that the table of contents does not list is named by the heading it begins with.
    return listed or (block.text[:100] if block.is_heading and not own and is_first else "")


def _chapter_names(
    book: zipfile.ZipFile, package_path: str, package: Any, items: dict[Any, Any]
) -> dict[tuple[str, str], str]:
    """(file, anchor) -> title, from the EPUB 3 navigation, else from the EPUB 2 one."""
    found: dict[tuple[str, str], str] = {}
    for item in items.values():
        if item is None or not _is_navigation(item):
            continue
        path = _resolve(package_path, item.get("href", ""))
        tree = _xml(archive.member(book, path))
        if tree is None:
            continue
        if item.get("media-type") == "application/x-dtbncx+xml":
            for point in tree.xpath("//*[local-name()='navPoint']"):
                labels = point.xpath("./*[local-name()='navLabel']//text()")
                for target in point.xpath("./*[local-name()='content']/@src"):
                    found.setdefault(_target(path, target), _line(labels))
        else:
            # Page lists and landmarks are navigation too; only the contents name chapters.
            for link in tree.xpath(
                "//*[local-name()='nav'][contains(@*[local-name()='type'], 'toc')]"
                "//*[local-name()='a'][@href]"
            ):
                found[_target(path, link.get("href"))] = _line(link.itertext())
    return {target: title for target, title in found.items() if title}


def _is_navigation(item: Any) -> bool:
    properties = item.get("properties", "").split()
    return item.get("media-type") == "application/x-dtbncx+xml" or "nav" in properties


def _is_protected(book: zipfile.ZipFile) -> bool:
    tree = _xml(archive.member(book, "META-INF/encryption.xml"))
    if tree is None:
        return False
    ways = tree.xpath("//*[local-name()='EncryptionMethod']/@Algorithm")
    return any(way not in _FONTS for way in ways)


def _package_path(book: zipfile.ZipFile) -> str:
    container = _xml(archive.member(book, "META-INF/container.xml"))
    listed = [] if container is None else container.xpath("//*[local-name()='rootfile']/@full-path")
    present = [path for path in book.namelist() if path.endswith(".opf")]
    return str(next(iter([*listed, *present]), ""))


def _xml(data: bytes | None) -> Any:
    """The tree of an XML member without fetching or expanding anything; None if there is none."""
    if not data:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _resolve(base: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(link)))


def _target(base: str, link: str) -> tuple[str, str]:
    file, _, anchor = link.partition("#")
    return _resolve(base, file) if file else base, unquote(anchor)


def _metadata(package: Any, field: str) -> str:
    found = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{field}']")
    return _line(found[0].itertext()) if found else ""


def _line(texts: Any) -> str:
    return " ".join(" ".join(texts).split())[:300]
