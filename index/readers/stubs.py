"""Pages that hold no article: what a person saw in a browser did not come with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from index.errors import LibraryError

SHORT = 600
"""Characters of found text below which a page is suspected of being something else."""
TEASER = 2_500
"""Below this, a page that says it is for subscribers shows but its beginning."""

_BROWSER = "Open it in a browser, save the page there and add the saved file."
_CONSENT = re.compile(r"\b(cookies?|consent|gdpr|datenschutz|einwilligung)\b", re.IGNORECASE)
_LOCKED = re.compile(
    r"(subscri\w+ to (continue|read|keep|unlock)|(already|become) a (subscriber|member)\b"
    r"|(for|to) subscribers only|(sign|log) in to (continue|read)|register to (continue|read)"
    r"|remaining free articles?|this (article|content|story) is (for|reserved|available) )",
    re.IGNORECASE,
)
_PROVE = re.compile(
    r"(verify (that )?you are (a )?human|are you a robot|just a moment|captcha|unusual traffic"
    r"|checking your browser|access denied)",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"((enable|requires?|turn on|activate|needs?) javascript|javascript (is|must be) "
    r"(disabled|required|enabled))",
    re.IGNORECASE,
)
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What is seen of a whole page: its words, how many scripts, and whether it asks for money."""

    words: str
    scripts: int
    paid: bool


def look_at(tree: Any) -> Page:
    """Look at a page before its article is taken out of it."""
    structured = " ".join(tree.xpath('//script[contains(@type, "ld+json")]/text()'))
    visible = tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")
    words = " ".join(" ".join([*tree.xpath("//title/text()"), *visible]).split())
    return Page(words, len(tree.xpath("//script")), bool(_NOT_FREE.search(structured)))


def check(page: Page, text: str, *, name: str) -> None:
    """Raise LibraryError saying what the page is, if `text` is not the article it stands for."""
    if len(text) < TEASER and (page.paid or (len(text) < SHORT and _LOCKED.search(page.words))):
        raise LibraryError(
            f"{name} shows only a beginning; the rest is for subscribers. If you are one: "
            f"{_BROWSER}"
        )
    if len(text) >= SHORT:
        return
    if _PROVE.search(page.words) and len(page.words) < 4 * SHORT:
        raise LibraryError(f"{name} asks visitors to prove that they are people. {_BROWSER}")
    if len(_CONSENT.findall(page.words)) >= 3 and _mostly_consent(text):
        raise LibraryError(f"{name} shows a question about cookies, no article. {_BROWSER}")
    if _SCRIPT.search(page.words) or (page.scripts and len(page.words) < SHORT // 3):
        raise LibraryError(
            f"{name} is a page that a script fills in; without it there is no text. {_BROWSER}"
        )


def _mostly_consent(text: str) -> bool:
    return not text or len(_CONSENT.findall(text)) * 100 >= len(text.split())
