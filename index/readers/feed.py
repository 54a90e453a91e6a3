"""RSS or Atom -> Stories, by feedparser: one an item."""

from __future__ import annotations

import io
from typing import Any

from index.errors import LibraryError
from index.readers.markup import paragraphs
from index.readers.webpage import is_address, without_fragment
from index.story import About, Story

MOST_ITEMS = 100


def read(data: bytes, *, name: str) -> tuple[Story, ...]:
    """The items in `data`, as they stand in it; an item without words is left out."""
    import feedparser

    # As a stream: a string would be taken for an address or a path, and be fetched.
    feed: Any = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    stories = tuple(
        story for entry in feed.entries[:MOST_ITEMS] if (story := _story(entry, feed, name))
    )
    if not stories:
        raise LibraryError(f"{name} is a feed without items to read.")
    return stories


def _story(entry: Any, feed: Any, name: str) -> Story | None:
    bodies = [content.get("value", "") for content in entry.get("content", ())]
    body = max([*bodies, entry.get("summary", "")], key=len)
    title = " ".join(p.text for p in paragraphs(entry.get("title", "")))
    words = [p.text for p in paragraphs(body)]
    if not words:
        return None
    origin = _address(entry.get("link", ""))
    published = entry.get("published_parsed") or entry.get("updated_parsed")
    return Story(
        id="",
        title=title or words[0][:100],
        text="\n\n".join([*([title] if title else ()), *words]) + "\n",
        source=origin or name,
        origin=origin or _guid(entry, name),
        about=About(
            author=entry.get("author", ""),
            date="{:04}-{:02}-{:02}".format(*published[:3]) if published else "",
            language=feed.feed.get("language", ""),
        ),
    )


def _guid(entry: Any, name: str) -> str:
    """An item without a link is known by its number within its feed."""
    guid = entry.get("id", "")
    return f"{name}#{guid}" if guid else ""


def _address(link: str) -> str:
    """The address that an item names; empty if it is none."""
    try:
        return without_fragment(link) if is_address(link) else ""
    except ValueError:  # such as http://[abc
        return ""
