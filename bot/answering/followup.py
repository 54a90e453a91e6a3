"""Whether a question leans on the turn before, and what it means together with it.

Decided by the question's words, so that it can be read here why a question was
taken as it was. Knows no library and no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

import prompts
from bot.answering.answer import Answer, Citation, Verdict
from bot.answering.function_words import (
    ARTICLES,
    ASKING,
    AUXILIARIES,
    COMPARING,
    ELSE,
    EMPTY,
    OPENING,
    POINTING,
    PREPOSITIONS,
    PRONOUNS,
    word_set,
)
from index.language import language_of
from index.orders import is_order

MOST_TURNS = 3
"""How far back a chain of follow-ups is followed."""
LONGEST_TURN = 300
"""Characters told of a turn: an embedder reads some 200 words, and the question stands last."""
FEW_WORDS, FEW_FOREIGN_WORDS, FEW_CHARACTERS = 3, 4, 5
"""A question of so few words - in other languages than English, where pronouns are not known
here; in scripts without spaces - leans, unless it names somebody or something."""
FEW_COMPARED = 2
"""Full words with which `other` or `same` still leans: more of them name what is compared."""

_WITHOUT_SPACES = ("zh", "ja")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OWN = word_set("his her its their himself herself itself themselves")
_OBJECTS = word_set("him her it them")
_NO_THING = PREPOSITIONS | word_set("and or but when while") | {""}
"""What follows an object, or ends a question with it, and is nobody's own."""
_JOINING = word_set(
    "when while after before because if as until since although though and but or who which "
    "whom whose that where to than"
)
"""What may stand between somebody who is named and a pronoun for them: `the king when he`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is meant.

    `question` is what was asked last, by itself, `retrieval` what is looked up,
    `asked` what the model is asked, `words` what an answer may repeat, with capital
    letters for the names that it must tell of; `carried` are words of the story that
    the turn before came to, the later turn's first.
    For a question that stands on its own the four are the question itself, and
    nothing is carried. `follows` is true of one that leans on an earlier turn.
    """

    question: str
    retrieval: str
    asked: str
    words: str
    carried: tuple[Citation, ...] = ()
    follows: bool = False


def in_context(
    question: str,
    earlier: Sequence[Answer],
    *,
    story_id: str | None = None,
    asked: str | None = None,
) -> Asked:
    """The question as it is meant after the turns `earlier`, oldest first.

    `asked` is how the model is asked it, if otherwise than `question` says.

    Turns about another story than `story_id`, and small talk, are left out.
    """
    asked = asked or question
    turns = [turn for turn in earlier if is_about(turn, story_id)]
    if not turns or not leans(question):
        return Asked(question, question, asked, question)
    chain = _chain(turns)
    told = " ".join(_told(turn) for turn in chain)
    repeatable = " ".join(map(_repeatable, chain))
    if turns_away(question) or not _needs_more(question):
        repeatable = repeatable.lower()  # names that are only repeated, not looked for
    return Asked(
        question=question,
        retrieval=f"{told} {question}",
        asked=prompts.fill("followup", earlier=told, question=asked),
        words=f"{repeatable} {question}",
        carried=tuple(
            cited for turn in reversed(chain) for cited in turn.citations or turn.nearest
        ),
        follows=True,
    )


def is_about(turn: Answer, story_id: str | None) -> bool:
    """True if a turn may be leant on by a question within `story_id` (None: all stories)."""
    found = turn.citations or turn.nearest
    if turn.verdict is Verdict.NO_QUESTION:
        return False
    return story_id is None or any(cited.story_id == story_id for cited in found)


def leans(question: str) -> bool:
    """True if a question cannot be understood without the turn before.

    It does if it points at something that it does not name itself (`How old is
    she?`, `And the other one?`), if it is no whole question (`Why?`, `And her
    assistant?`, `What about Anna?`), or if it is very short. Of questions in other
    languages than English the length alone is looked at.
    """
    return _needs_more(question) or _is_short(question)


def _needs_more(question: str) -> bool:
    """True if an English question's own words say that something is missing."""
    if language_of(question) not in ("", "en"):
        return False
    spoken = _spoken(question)
    words = [word.lower() for word in spoken]
    full = [word for word in words if word not in EMPTY]
    return (
        not full
        or (not COMPARING.isdisjoint(words) and len(full) <= FEW_COMPARED)
        or _is_no_whole_question(question, words)
        or any(_points_back(spoken, words, at) for at in range(len(words)))
    )


def _is_short(question: str) -> bool:
    """True if a question is so short that it may lean, though nothing in it says so."""
    spoken = _spoken(question)
    language = language_of(question)
    if language in _WITHOUT_SPACES:
        return sum(map(len, spoken)) <= FEW_CHARACTERS
    if any(word[0].isupper() or word[0].isdigit() for word in spoken[1:]):
        return False
    if language not in ("", "en"):
        return len(spoken) <= FEW_FOREIGN_WORDS
    return len(spoken) <= FEW_WORDS and ARTICLES.isdisjoint(word.lower() for word in spoken)


def turns_away(question: str) -> bool:
    """True of a follow-up that asks the same of somebody or something else.

    `And her husband?`, `What about the second?`, `Who else?`; then an answer need not tell of
    those whom the turn before named.
    """
    words = [word.lower() for word in _spoken(question)]
    if ELSE & set(words):
        return True
    return _is_no_whole_question(question, words) and not EMPTY.issuperset(words)


def _spoken(question: str) -> list[str]:
    return _WORD.findall(question.replace("’", "'"))


def _is_no_whole_question(question: str, words: Sequence[str]) -> bool:
    """True of `What about Anna?`, `And her assistant?`."""
    if re.match(r"(?i)\W*(what|how) about\b", question):
        return True
    return not OPENING.isdisjoint(words[:1]) and not (ASKING | AUXILIARIES) & set(words[:3])


def _points_back(spoken: Sequence[str], words: Sequence[str], at: int) -> bool:
    """True if the word at `at` stands for something that the words before it do not name."""
    word = words[at]
    before = words[at - 1] if at else ""
    after = _after(words, at)
    if word == "there":
        return before not in AUXILIARIES and after not in AUXILIARIES
    if word in POINTING:
        # `this man`, `after that`, `did that happen`; but not `the man that came`, `those who`.
        points = word != "that" or not after or before in AUXILIARIES | PREPOSITIONS
        points &= after not in _JOINING | PREPOSITIONS and not after.endswith("ing")
        return points and not _is_named_before(spoken, words, at)
    if word == "it" and {"to", "that"} & set(words[at + 2 :]):
        return False  # `How long did it take to`, `Why is it said that`
    return word in PRONOUNS and not _is_named_before(spoken, words, at)


def _is_named_before(spoken: Sequence[str], words: Sequence[str], at: int) -> bool:
    """True if what the word at `at` stands for is named before it.

    A name does, but for the one who does it to somebody else (`did Anna leave him`); so
    does `the` something, for what is somebody's own (`the king ... his crown`) or after a
    joining word (`the king when he`).
    """
    named = [n for n in range(1, at) if spoken[n][0].isupper() and words[n] not in EMPTY]
    if named:
        return not _is_acted_on(spoken, words, at, named)
    for start in range(at - 1):
        if words[start] in ARTICLES:
            between = words[start + 2 : at]
            is_own = _is_own(words, at) and between != ["of"]  # not `the name of his`
            return is_own or any(word in _JOINING for word in between)
    return False


def _is_own(words: Sequence[str], at: int) -> bool:
    """True if the word at `at` says whose something is: `her` does before what is hers."""
    return words[at] in _OWN and (words[at] != "her" or _after(words, at) not in _NO_THING)


def _is_acted_on(
    spoken: Sequence[str], words: Sequence[str], at: int, named: Sequence[int]
) -> bool:
    """True if the one named does something to the pronoun's: `did Anna tell her`."""
    first, last = named[0], named[-1]
    if last - first >= len(named) or spoken[last].endswith("'s"):
        return False  # several are named, or somebody's
    if words[at] not in _OBJECTS or _is_own(words, at):
        return False
    if words[at] == "it" and _after(words, at) not in _NO_THING:
        return False  # `did Apple say it would`
    doing = [word for word in words[last + 1 : at] if word not in PREPOSITIONS]
    return len(doing) == 1 and _JOINING.isdisjoint(doing) and words[first - 1] in AUXILIARIES


def _after(words: Sequence[str], at: int) -> str:
    return words[at + 1] if at + 1 < len(words) else ""


def _chain(turns: Sequence[Answer]) -> list[Answer]:
    """The last turn, with those that it leant on before it."""
    chain = [turns[-1]]
    for turn in reversed(turns[:-1]):
        if len(chain) == MOST_TURNS or not leans(chain[0].question):
            break
        chain.insert(0, turn)
    return chain


def _repeatable(turn: Answer) -> str:
    """What an answer may repeat of a turn without evidence: no number that was an answer then."""
    return _line(turn, _NUMBER.sub("", turn.text))


def _told(turn: Answer) -> str:
    """A turn in a line: its question, and what was answered if anything was."""
    return shorten(_line(turn, turn.text), LONGEST_TURN, placeholder="…")


def _line(turn: Answer, answered: str) -> str:
    """A turn as it is told further: without an order of the story that it quoted."""
    is_quoting = any(is_order(cited.text) for cited in turn.citations)
    question = turn.taken_as or turn.question
    return question if turn.abstained or is_quoting else f"{question} {answered}"
