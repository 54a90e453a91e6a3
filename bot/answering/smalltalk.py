"""What is no question about a passage - a greeting, a bare link, a wish - and what is said back.

The phrases and replies lie in prompts/smalltalk, a file a language. Only a message
that consists of them entirely is taken for small talk: `Hi, who is the captain?`
is a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

import prompts
from bot.answering.answer import Answer
from index.language import language_of

_SELF = "self"
_LINK = re.compile(r"<?https?://\S+>?", re.IGNORECASE)


class Wish(Enum):
    """What is asked of a whole story, and told in its own words; see retelling."""

    GIST = "gist"
    MORE = "more"
    AUTHOR = "author"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A message that is no question about a passage.

    `reply` is what is said back, if there is no `wish` or it cannot be granted; without one it is
    a question then. `may_be_of_story` where it may be one too: somebody in a story may be asked
    who he is, or how sure.
    """

    reply: str
    may_be_of_story: bool = False
    wish: Wish | None = None


def spoken_language(question: str, earlier: Sequence[Answer]) -> str:
    """The language to speak: the question's; if that is unclear the talk's so far; or English."""
    asked = (_LINK.sub("", question), *(turn.question for turn in reversed(earlier)))
    return next(filter(None, map(language_of, asked)), prompts.ENGLISH)


def small_talk(question: str, *, language: str) -> SmallTalk | None:
    """What to say back to what is no question; None for a question.

    A phrase that several languages have is answered in `language` if it can be,
    else in English, else where it is commonest.
    """
    if _LINK.fullmatch(question.strip()):
        return SmallTalk(_reply("link", language))
    said = plain(question)
    if not said:
        return SmallTalk(_reply("wordless", language))
    found = {tongue: _kinds(said, _phrases(tongue)) for tongue in prompts.small_talk()}
    tongues = [tongue for tongue, phrases in found.items() if phrases]
    if not tongues:
        return None
    tongue = min(tongues, key=lambda t: (t != language, t != prompts.ENGLISH, found[t][0][1]))
    kinds = [kind for kind, _ in found[tongue]]
    wish = next((wish for wish in Wish if wish.value in kinds), None)
    kind = wish.value if wish else _SELF if _SELF in kinds else kinds[-1]
    may_be_of_story = kind == _SELF and len(said.split()) > 1  # `help` stands in many a story
    return SmallTalk(_reply(kind, tongue), may_be_of_story=may_be_of_story, wish=wish)


def plain(text: str) -> str:
    """`text` in lower case, without punctuation and pictures, its words one space apart."""
    text = unicodedata.normalize("NFC", text).replace("’", "'").lower()
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")  # such as vowel signs
    return " ".join(re.sub(r"[^\w']|_", " ", text).split())


def _kinds(said: str, phrases: Mapping[str, tuple[str, int]]) -> list[tuple[str, int]]:
    """What the phrases are that `said` consists of; empty if it is more than phrases."""
    found: list[tuple[str, int]] = []
    while said:
        phrase = next((p for p in phrases if said == p or said.startswith(f"{p} ")), None)
        if phrase is None:
            return []
        found.append(phrases[phrase])
        said = said[len(phrase) :].lstrip()
    return found


@cache
def _phrases(language: str) -> Mapping[str, tuple[str, int]]:
    """The phrases of a language, the longest first: kind, and place in its file's list.

    The commonest stand first there, so `merci` is French before it is German.
    """
    phrases = {
        plain(phrase): (kind, place)
        for kind, talk in prompts.small_talk()[language].items()
        for place, phrase in enumerate(talk.get("said", ()))
    }
    return dict(sorted(phrases.items(), key=lambda found: -len(found[0])))


def _reply(kind: str, language: str) -> str:
    talk = prompts.small_talk()
    return str(talk.get(language, talk[prompts.ENGLISH])[kind].get("reply", ""))
