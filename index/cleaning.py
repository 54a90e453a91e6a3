"""Page furniture inside a story is set aside: advertisements, sign-ups, links to other pieces.

It stays in `Story.text`, and offsets stay exact, but no passage holds it. A
lost line of the story is far worse than a kept advertisement, so every rule
asks for a known wording (see `furniture`) or for a headline that calls out to
a reader whom the story never addresses; and most rules hold only in an
article, between paragraphs of prose, so that a poem, a list or a play is left
alone. The first line is a headline and stays whatever it says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index import furniture
from index.sentences import paragraphs
from index.story import Sentence
from index.words import words

LONGEST_LINE = 40
"""Words; furniture is short."""
LEAST_PROSE = 0.6
"""The share of an article's words that stand in paragraphs of prose."""
MOST_SHARED = 1 / 3
"""The share of a strange headline's words that the story may have as well, by chance."""
MOST_HEADINGS = 1
"""Unfinished lines between the paragraphs; a text with more of them has headings of its own."""
_PROSE_WORDS = 8
_HEADLINE_WORDS = (6, 20)
_LEAST_TELLING = 3
_MOST_LISTED = 10


def _opening(phrases: Iterable[str], after: str) -> re.Pattern[str]:
    # The longest first, so that "read more" does not hide "read more here".
    ordered = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(f"(?:{ordered}){after}")


_LEADS_ON = r"(?:\s*[:|»→]|\s+[–—-]\s)\s*(?P<rest>.+)"
_OPENING = _opening(furniture.OPENINGS, _LEADS_ON)
_GOES_ON = re.compile(r"[:|»→–—-]\s*[a-zà-öø-ÿа-яё].*[.!?…][”\"'’)]*$")
"""A sentence behind what may lead on: `Read more: that was all he wrote.`"""
_SPONSOR = _opening(furniture.SPONSORS, _LEADS_ON)
_POINTER = _opening(furniture.POINTERS, r"\s*[:|]\s*(?P<rest>.+)")
_MORE_FROM = _opening(furniture.MORE_FROM, r" [\w' ]{2,40}:\s*(?P<rest>.+)")
_INVITATION = _opening(furniture.INVITATIONS, r"\b")
_FULL_ARTICLE = re.compile(
    f"(?:{'|'.join(furniture.FULL_ARTICLE)})"
    "(?: (?:here|now|online|below|hier|ici|aquí|здесь)| (?:on|at|bei|sur|en|на) .{1,30})?"
)
_WARES = re.compile(rf"\b(?:{furniture.WARES})\b")
_OWN = re.compile(rf"(?:^|\W)(?:{furniture.OWN})(?:\W|$)")
_COOKIES = re.compile("|".join(furniture.COOKIES))
_COOKIE_ENDS = re.compile(rf"\b(?:{furniture.COOKIE_ENDS})\b")
_BOAST = re.compile(furniture.BOASTS)
_COUNTED = re.compile(rf"(?:{'|'.join(furniture.NUMBERS)}|\d{{1,2}}) .*(?:{furniture.ADVISING})")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\[(?P<words>[^\]]*)\]\([^)\s]*\)")
_FINISHED = re.compile(r"""[.!?…:;。！？]["'”’»“)\]*_]*$""")
_UNFINISHED_AFTER_ALL = re.compile(r"[.,;:…–—-]$")
_MARKED = re.compile(r"(?:#|>|[-*+•·–—]\s|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s|\|)")
_QUOTED = re.compile(r'“[^”]*”|"[^"]*"|«[^»]*»|„[^“”]*[“”]')
_DASHES = "-–—"
_QUOTE = "\"'“‘„«‹"
_ROUND = " \t.!…:*_[]()<>|»«→›▸▶►•·–—-"


@dataclass(frozen=True)
class _Line:
    """A paragraph of a story, as its words and its looks."""

    text: str

    @cached_property
    def plain(self) -> str:
        """In lower case, with straight apostrophes and single spaces."""
        return " ".join(self.text.replace("’", "'").split()).lower()

    @cached_property
    def bare(self) -> str:
        """Without marks and arrows around it."""
        return self.plain.strip(_ROUND)

    @cached_property
    def count(self) -> int:
        return len(self.plain.split())

    @cached_property
    def is_marked(self) -> bool:
        """True for what looks like a heading, a list item, a table's row or a quotation."""
        return bool(_MARKED.match(self.text))

    @cached_property
    def is_prose(self) -> bool:
        is_sentence = bool(_FINISHED.search(self.text)) and not self.is_title_case
        return is_sentence and self.count >= _PROSE_WORDS

    @cached_property
    def telling(self) -> frozenset[str]:
        """The stems of its words that say what it is about."""
        own = (w for w in re.findall(r"[\w']+", self.plain) if w not in furniture.FUNCTION_WORDS)
        return frozenset(stem for word in own for stem in words(word) if len(stem) > 2)

    @cached_property
    def speaks_to_reader(self) -> bool:
        """True if it says "you" outside quoted speech."""
        unquoted = _QUOTED.sub(" ", self.text).replace("’", "'").lower()
        return not furniture.READER.isdisjoint(re.findall(r"[\w']+", unquoted))

    @cached_property
    def is_title_case(self) -> bool:
        """True if all but small words begin with a capital, and not all are capitals only."""
        long = [word for word in re.findall(r"[^\W\d_][\w'’-]*", self.text) if len(word) > 3]
        return len(long) > 2 and all(w[0].isupper() for w in long) and not self.text.isupper()


def set_aside(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of `text`, those of page furniture marked as set aside."""
    spans = list(paragraphs(text))
    found = _furniture([_Line(text[start:end].strip()) for start, end in spans])
    if not found:
        return tuple(sentences)
    starts = [start for start, _ in spans]
    return tuple(
        replace(s, set_aside=True) if bisect_right(starts, s.start) - 1 in found else s
        for s in sentences
    )


def _furniture(lines: Sequence[_Line]) -> set[int]:
    """The numbers of the lines that are page furniture."""
    inner = range(1, len(lines))
    prose = [line for line in lines if line.is_prose and not _is_worded(line)]
    said = frozenset[str]().union(*(line.telling for line in prose))
    found = {n for n in inner if _is_worded(lines[n]) or _is_label(lines[n], said)}
    for n in inner:
        if lines[n].bare in furniture.LIST_LABELS and n not in found:
            found |= _listed(lines, n)
    if sum(line.count for line in prose) < LEAST_PROSE * sum(
        line.count for n, line in enumerate(lines) if n not in found
    ):
        return found
    reader_is_addressed = any(
        line.speaks_to_reader for line in prose if not (_invites(line) or _points(line))
    )
    doubtful = {
        n
        for n in inner
        if n not in found
        and (
            _points(lines[n])
            or _is_link(lines, n)
            or (_invites(lines[n]) and not (reader_is_addressed and lines[n].is_prose))
        )
    }
    if not reader_is_addressed:
        lures = {n for n in inner if n not in found | doubtful and _calls_out(lines[n], said)}
        headings = [
            n
            for n in inner
            if n not in found | doubtful | lures and not _FINISHED.search(lines[n].text)
        ]
        if len(headings) <= MOST_HEADINGS:
            doubtful |= lures
    return found | {n for n in doubtful if _stands_in_prose(lines, n, found | doubtful)}


def _is_worded(line: _Line) -> bool:
    """True for wordings that no story has."""
    if line.count > LONGEST_LINE or line.text.startswith("#"):
        return False
    if _COOKIES.match(line.plain):
        return bool(_COOKIE_ENDS.search(line.plain))
    parts = re.findall(r"[\w-]+", line.bare)
    is_bar = bool(
        furniture.SHARING.issuperset(parts)
        and not furniture.NETWORKS.isdisjoint(parts)
        and not furniture.SHARE_WORDS.isdisjoint(parts)
    )
    is_led = bool(_OPENING.match(line.plain)) and not _GOES_ON.search(line.text)
    return is_bar or is_led or bool(_FULL_ARTICLE.fullmatch(line.bare))


def _is_label(line: _Line, said: frozenset[str]) -> bool:
    """True for "Advertisement" and its like, unless the story itself speaks of such things."""
    return (
        line.bare in furniture.LABELS
        and (not line.is_marked or line.text[-1] in _DASHES)
        and (line.count > 1 or line.telling.isdisjoint(said))
    )


def _listed(lines: Sequence[_Line], label: int) -> set[int]:
    """A label of a list, and the list below it: bare headlines to the end, or marked lines."""
    run: list[int] = []
    for n in range(label + 1, len(lines)):
        if lines[n].is_prose or lines[n].text.startswith("#"):
            break
        run.append(n)
        if len(run) > _MOST_LISTED:
            break  # too long for a list, and a file may be nothing but labels
    marked: list[int] = []
    for n in run:
        if not lines[n].is_marked and not _LINK.fullmatch(lines[n].text):
            break
        marked.append(n)
    # Above further prose, a bare line may be the story's own heading.
    is_end = bool(run) and run[-1] == len(lines) - 1 and all(lines[n].count > 2 for n in run)
    listed = marked or (run if is_end else [])
    if not listed or len(listed) > _MOST_LISTED:
        return set()
    return {label, *listed}


def _points(line: _Line) -> bool:
    """True for a label of page furniture before a bare headline."""
    if line.is_marked or line.count > LONGEST_LINE:
        return False
    if _SPONSOR.match(line.plain):
        return True
    pointer = _POINTER.match(line.plain) or _MORE_FROM.match(line.plain)
    if pointer is None or _FINISHED.search(line.text):
        return False
    return len(pointer["rest"].split()) >= 3


def _invites(line: _Line) -> bool:
    """True for a line that would have the reader sign up, follow, listen or pay."""
    return (
        line.count <= LONGEST_LINE
        and not line.is_marked
        and bool(_INVITATION.match(line.plain))
        and bool(_WARES.search(line.plain))
        and bool(_OWN.search(line.plain))
    )


def _is_link(lines: Sequence[_Line], n: int) -> bool:
    """True for a line that is a link and nothing else, unless the line before leads up to it."""
    link = _LINK.fullmatch(lines[n].text)
    if link is None or not lines[n - 1].is_prose or lines[n - 1].text.endswith(":"):
        return False
    return link["words"] is None or len(link["words"].split()) >= 4


def _calls_out(line: _Line, said: frozenset[str]) -> bool:
    """True for a bare headline that speaks to a reader, boasts or counts, on other matters."""
    fewest, most = _HEADLINE_WORDS
    if (
        not fewest <= line.count <= most
        or line.is_marked
        or line.text[0] in _QUOTE
        or not (line.text[0].isupper() or line.text[0].isdigit())
        or _UNFINISHED_AFTER_ALL.search(line.text)
        # A question in small letters may be an interviewer's.
        or (_FINISHED.search(line.text) and not line.is_title_case)
    ):
        return False
    lures = line.speaks_to_reader or _BOAST.search(line.plain) or _COUNTED.match(line.plain)
    if not lures or len(line.telling) < _LEAST_TELLING:
        return False
    return len(line.telling & said) <= MOST_SHARED * len(line.telling)


def _stands_in_prose(lines: Sequence[_Line], n: int, furniture_lines: set[int]) -> bool:
    """True if the nearest lines that are no furniture are prose, or the headline, or the end."""
    before = next(i for i in range(n - 1, -1, -1) if i == 0 or i not in furniture_lines)
    after = next((i for i in range(n + 1, len(lines)) if i not in furniture_lines), None)
    return (before == 0 or lines[before].is_prose) and (after is None or lines[after].is_prose)
