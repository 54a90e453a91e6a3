"""Names and numbers of a sentence: what must stand in the story to the letter.

Other words may be the answer's own; a name or a number that the cited sentences
do not have was made up, or belongs to somebody else. And what they say of one
person is no answer to a question about another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.answering.function_words import EMPTY, word_set
from index.words import words

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_UPPER = "".join(c for c in map(chr, range(0x2000)) if c.isupper())
_CAPITAL = rf"(?<![^\W_])[{_UPPER}][^\W_]*(?:['’-][^\W_]+)*"
NAME = re.compile(rf"{_CAPITAL}(?:[ \u00a0]{_CAPITAL})*")
"""Words with capitals in a row."""
_TITLES = frozenset(words(
    "mr mrs ms miss dr sir dame lady lord judge queen king prince princess duke duchess count "
    "countess baron baroness emperor empress captain professor prof doctor president vice prime "
    "minister premier chancellor senator governor mayor ambassador general colonel major "
    "lieutenant sergeant admiral commander inspector detective constable officer chief director "
    "pope bishop archbishop cardinal father mother brother sister uncle aunt saint st rev reverend"
))  # fmt: skip
"""With which a name begins, and which may be left out: President Brook is Anna Brook."""
ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Sen|Gov|[A-Z])\.$")
"""The full stop behind these ends no sentence."""
_BEGINNINGS = EMPTY | word_set(
    "according as because but even every his if last later next once only though although while yet"
)
"""With which a sentence begins before a name."""
_CALENDAR = frozenset(words(
    "monday tuesday wednesday thursday friday saturday sunday january february march july "
    "september october november december easter christmas"
))  # fmt: skip
"""Names of days and months that are nobody's: One Thursday is no person."""
_SPEAKING = frozenset(("I", "I'm", "I've", "I'd", "I'll"))
"""What has its capital in English and is nobody's name; Henry I is one."""
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: str(n) for n, word in enumerate(_NUMBERS)} | {
    word: str(10 * n) for n, word in enumerate(_TENS, 3)
}
_ALSO_WORDS = frozenset(("zero", "one", "two"))
"""Small numbers that mean no number as often: one of them, the two."""


def figures(text: str) -> frozenset[str]:
    """The numbers of a text as digits, small ones also where they are written out."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        if word[0].isdigit():
            found.add(words(word)[0])
        parts = [_VALUES[part] for part in word.split("-") if part in _VALUES]
        found.update(parts)
        if len(parts) == 2:  # thirty-three
            found.add(str(sum(map(int, parts))))
    return frozenset(found)


def names(text: str) -> list[tuple[str, ...]]:
    """The stems of each name, without its titles: of words in a row with a capital letter.

    A word with which a sentence or a quotation begins counts only if another follows it.
    """
    found: list[tuple[str, ...]] = []
    for match in NAME.finditer(text):
        parts = _parts(match)
        if _begins(text[: match.start()]) and (len(parts) == 1 or parts[0].lower() in _BEGINNINGS):
            parts = parts[1:]
        if len(parts) == 1 and parts[0].replace("’", "'") in _SPEAKING:
            continue
        stems = [stem for part in parts for stem in words(part)]
        while stems and stems[0] in _TITLES:
            del stems[0]
        if stems:
            found.append(tuple(stems))
    return found


def only_name(text: str) -> tuple[str, ...]:
    """The stems of a text that is one name and nothing else; else none."""
    found = names(f"of {text}")
    if len(found) != 1 or set(words(text)) - _TITLES - set(found[0]) or text.lower() in EMPTY:
        return ()
    return found[0]


def full_name(text: str) -> tuple[str, ...]:
    """The same, if it is of several words."""
    found = only_name(text)
    return found if len(found) > 1 else ()


def opening_name(text: str) -> frozenset[str]:
    """The stems of the name with which a text begins, if it does; one word alone is none."""
    opening = NAME.match(text.lstrip(" “\"'‘("))
    found = names(opening[0]) if opening else []
    return frozenset(found[0]) - _CALENDAR if found else frozenset()


def own_parts(name: tuple[str, ...], texts: Iterable[str]) -> frozenset[str]:
    """By what alone whoever has a full name may be called in some texts.

    Its first and its last word; not what stands in the name of somebody else as well.
    """
    own = {name[0], name[-1]}
    for text in texts:
        for other in _called(text):
            if not other <= set(name):
                own -= other
    return frozenset(own)


def calls(text: str, parts: frozenset[str]) -> bool:
    """True if one of these stems stands in a text as a name, or in one."""
    return any(not parts.isdisjoint(name) for name in _called(text))


def _called(text: str) -> Iterator[frozenset[str]]:
    """The stems of each name, also where it is one word with which a sentence begins."""
    for match in NAME.finditer(text):
        parts = _parts(match)
        if parts[0].lower() in _BEGINNINGS and _begins(text[: match.start()]):
            parts = parts[1:]
        if stems := frozenset(words(" ".join(parts))) - _TITLES:
            yield stems


def _parts(name: re.Match[str]) -> list[str]:
    return [re.sub(r"['’]s$", "", part) for part in name[0].split()]


def _begins(before: str) -> bool:
    """True if what follows these words of a text begins a sentence."""
    before = before.rstrip(" “\"'‘(")
    return not before or (before[-1] in ".!?:\n" and not ABBREVIATED.search(before))


def _told_in(text: str) -> set[str]:
    """The stems of a text's words, and of its names as `names` takes them apart: d'Artagnan."""
    parts = (part for match in NAME.finditer(text) for part in _parts(match))
    return set(words(text)).union(*map(words, parts))


def is_about_another(asked: str, *, cited: str, before: str, found: str = "") -> bool:
    """True if the cited text tells of somebody else than the question asks about.

    It does if it names somebody of the same surname, but not the first name asked
    for; or if it names somebody in full who is not what was `found`, and nobody that was
    asked about stands in it or in what comes `before`.
    """
    wanted = names(asked)
    here, told = _told_in(cited), [n for n in names(cited) if len(n) > 1 and n[-1] not in _CALENDAR]
    for name in wanted:
        is_unnamed = len(name) > 1 and name[0] not in here
        if is_unnamed and any(o[-1] == name[-1] and o[0] != name[0] for o in told):
            return True
    known = here | _told_in(before)
    if not wanted or any(not known.isdisjoint(name) for name in wanted):
        return False
    said = _told_in(asked) | _told_in(found)
    return any(said.isdisjoint(name) for name in told)


def made_up(claim: str, *, cited: str, before: str, asked: str) -> frozenset[str]:
    """Names and numbers of `claim` that neither the cited text nor the question has.

    A name may also stand in what comes `before` the cited sentences, which say `he`;
    one word of it is enough: `Mr Holt` may be called Edward Holt. A number there is
    somebody else's.
    """
    known = _told_in(cited) | _told_in(asked) | figures(cited) | figures(asked)
    numbers = {number for number in _numbers(claim) if number not in known}
    known |= _told_in(before)
    strange = [name for name in names(claim) if known.isdisjoint(name)]
    return frozenset(numbers).union(*strange)


def _numbers(text: str) -> frozenset[str]:
    """The numbers that a text claims: in digits, and written out from three on."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        parts = [_VALUES.get(part, "") for part in word.split("-")]
        if word[0].isdigit():
            found.add(words(word)[0])
        elif all(parts) and word not in _ALSO_WORDS:
            found.add(str(sum(map(int, parts))))
    return frozenset(found)
