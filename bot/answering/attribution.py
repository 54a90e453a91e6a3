"""Words stay with whoever said them: what a story only reports, an answer reports too.

Knows how English news tell who says something. Where it is in doubt the claim
is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.words import words

_TITLE = (
    "mayor|president|minister|premier|chancellor|senator|governor|professor|doctor|captain|judge|"
    "chief|director|chairman|chairwoman|spokesman|spokeswoman|spokesperson|economist|analyst"
)
_NAME = (
    rf"(?:[Tt]he )?(?:(?:{_TITLE}) )?(?:(?:Dr|Mr|Mrs|Ms|Prof)\. )?"
    r"[A-Z][\w’'-]*(?: (?:of |de |von |van |al-)?[A-Z][\w’'.-]*)*"
)
_SAYING = (
    "said|says|claimed|claims|argued|argues|insisted|insists|warned|warns|predicted|predicts|"
    "alleged|alleges|suggested|suggests|believes|believed|estimates|estimated|reckons|maintains"
)
_ASIDE = r"(?:, [^,.;“”\"]{2,80},)?"
_ROLE = (
    r"(?:(?:the|an?|one|two|three|some|many) [\w’'-]+(?: [\w’'-]+){0,4}|[a-z-]{4,}s)(?=[,.])"
    rf"(?:, {_NAME}(?=[,.]))?"
)
"""Who is called by what they are; a comma ends it."""
_ACCORDING = re.compile(
    rf"\b[Aa]ccording to (?P<who>{_NAME})|(?:^|[.,;:”\"] )[Aa]ccording to (?P<role>{_ROLE})"
)
_SAID_BY = re.compile(rf"[,”\"’] (?:{_SAYING}) (?P<who>{_NAME})")
_SAYS = re.compile(rf"(?:^|[.;:”\"] )(?P<who>{_NAME}){_ASIDE} (?:{_SAYING})\b")
_REPORTED = re.compile(
    rf"\b(?:{_SAYING}|according|told|quoted|thinks|hopes|fears|denie[sd])\b", re.I
)
_LOWER = frozenset(
    """
    the a an it he she they we his her its our their there this that these those in on at after
    before because by for from to about some all no many most few both each since if when while
    one two three four five six seven eight nine ten
    """.split()  # noqa: SIM905 - a list of sixty quoted words is harder to read
)
_OPENING = frozenset(("and", "but", "yet", "so", "then", "still", "as", "also", "later"))
_PRONOUNS = frozenset(["he", "she", "it", "they", "we", "you", "who", "this", "that"])


def attributed(claim: str, cited: str, *, asked: str) -> str:
    """`claim`, led in with "According to …" where `cited` has somebody say it and it does not.

    `cited` is the one sentence that the claim rests on, `asked` the question.
    """
    said = set(words(claim)) - set(words(asked)) or set(words(claim))
    speakers = {
        name
        for who, told in _told(cited)
        if (name := _without_opening(who.rstrip(".’'")))
        and 2 * len(said.intersection(words(told))) >= len(said)
    }
    if len(speakers) != 1 or _REPORTED.search(claim):
        return claim
    (who,) = speakers
    if re.search(rf"\b{re.escape(who.split()[-1])}\b", claim):
        return claim
    who = who[0].lower() + who[1:] if who.startswith("The ") else who
    first, _, rest = claim.partition(" ")
    is_common = re.search(rf"\b{re.escape(first.lower())}\b", f"{cited} {asked}")
    led = f"{first.lower()} {rest}" if first.lower() in _LOWER or is_common else claim
    return f"According to {who}, {led}"


def _told(cited: str) -> Iterator[tuple[str, str]]:
    """Each speaker of a sentence, and the part of it that is theirs."""
    for match in _ACCORDING.finditer(cited):
        before, after = cited[: match.start()], cited[match.end() :]
        yield match["who"] or match["role"], before if len(before.split()) > 2 else after
    for match in _SAID_BY.finditer(cited):
        yield match["who"], cited[: match.start()]
    for match in _SAYS.finditer(cited):
        yield match["who"], cited[match.end() :]


def _without_opening(who: str) -> str:
    """The name without an `And` or `But` before it; empty for a pronoun."""
    first, _, rest = who.partition(" ")
    if first.lower() in _OPENING:
        return _without_opening(rest)
    return "" if who.lower() in _PRONOUNS else who
