"""A written sentence together with what it rests on - or the story's own words in its place.

A small model reads a question twice: it finds the words that answer it, and it
writes a sentence. Where the two agree, the sentence is shown. Where they do
not, where the sentence says more than the story or is not carried by it, where it
is in doubt that the story answers at all, or where it does in a short sentence, its
own sentence that has the found words answers better than any of the model's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.answering.citations import Candidate, align
from bot.answering.evidence import Evidence
from bot.answering.function_words import (
    AUXILIARIES,
    OPENING,
    POINTING,
    PRONOUNS,
    SAYING_LITTLE,
)
from bot.answering.particulars import figures, made_up, names, opening_name
from bot.answering.support import carries
from bot.answering.twists import twists
from bot.llm.model import Confirmed
from index.language import language_of
from index.words import words

ANSWERS = 0.5
"""How likely the model must think that a sentence answers by itself."""
LONGEST_ALONE = 18
"""Words of a story's sentence that is no longer than an answer may be."""
LEAST_TAKEN_UP = 0.5
"""The share of a question's words that an answer should take up, so as to be one."""
LEAST_BORNE_OUT = 0.5
"""The share of the words taken from a question that must stand where the answer does: words for
what the story says otherwise are let pass, but not all of an answer."""
LEAST_WANTED = 0.5
"""The share of an answer's words that were asked with or found: the rest is beside the point."""
_PRONOUNS = frozenset(words("he she it they him her them his hers its their we us our i me my you"))
"""Found by themselves they tell nothing: they stand everywhere."""
_FUNCTION = _PRONOUNS | frozenset(
    words("a an the this that these those and of in on at to for from by with who which what")
)
_SAYING_LITTLE = frozenset(words(" ".join(SAYING_LITTLE)))
"""What a written sentence may have of its own: by it alone nothing is claimed."""
_RANKS = frozenset(
    words("first second third fourth fifth sixth seventh eighth ninth tenth last only")
)
"""Which of several: to be told by what is cited, whatever a question takes for granted."""
_YES_OR_NO = re.compile(
    r"\W*(?:yes|no|ja|nein|nee|oui|non|sí|si|sì|sim|não|tak|nie|evet|hayır|да|нет|так|ні|نعم|لا|"
    r"はい|いいえ|是|不是|否)(?:[\s.!。！]*$|,)",
    re.I,
)
_CHOOSING = re.compile(
    r"\bor\b|\b(?:which|one|any|some|all|both|either|neither|none|each) of\b"
    rf"|^\W*(?:{'|'.join(AUXILIARIES)})\b",
    re.I,
)
"""Questions that words of their own answer."""
_FOR_A_NUMBER = re.compile(r"\bhow (?:old|many)\b|\bwhat age\b", re.I)
_FOR_AN_AGE = re.compile(r"\bhow old\b|\bwhat age\b", re.I)
_DURATION = re.compile(r"\bfor (?:\w+ ){0,2}[\w,.-]+[ -](?:years|months)\b", re.I)
_QUANTITIES = frozenset(
    words(
        "no none nobody nothing both several many few half dozens pair couple hundreds thousands "
        "million billion once twice thrice teens twenties thirties forties fifties sixties "
        "seventies eighties nineties"
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that may be shown, and its evidence."""

    text: str
    evidence: Evidence
    is_carried: bool
    """True if the evidence has its words, names and numbers; see support.carries."""
    is_quoted: bool = False
    """True if the text is the story's own."""
    alone: Confirmed | None = None
    """What the model says of the evidence by itself, where it has been asked."""

    @property
    def fails_alone(self) -> bool:
        """True if the model has read the evidence by itself, and sees no answer there."""
        return self.alone is not None and self.alone.stated < ANSWERS


def claim_of(
    written: str, found: str, question: str, candidates: Sequence[Candidate]
) -> Claim | None:
    """What is to be shown for a sentence that was written; None without a candidate."""
    evidence = align(written, question, candidates, found=found)
    if evidence is None:
        return None
    is_carried = carries(evidence, written, asked=question, found=found)
    if found:
        agrees = is_carried and says_as_found(found, written)
        known = f"{question}\n{found}"
        goes_beyond = adds(written, evidence, known) or believes(written, evidence, question)
        is_twisted = twists(written, evidence.cited(), question)
        if not agrees or is_twisted or goes_beyond or _is_bare(written, found):
            return quotation(found, question, candidates)
    return _without_order(Claim(written, evidence, is_carried), candidates)


def quotation(found: str, question: str, candidates: Sequence[Candidate]) -> Claim | None:
    """The story's own words that hold what was found; None without a candidate."""
    evidence = align(found, question, candidates, found=found)
    if evidence is None:
        return None
    return _without_order(_quoted(evidence, found, question), candidates)


def joined(quoted: Claim, candidate: Candidate, *, found: str, question: str) -> Claim:
    """The story's own words with a sentence beside them in which they are taken up.

    "In 1952", where the western slope was shut "twenty years later".
    """
    if candidate.is_cited_in(quoted.evidence) or candidate.is_order:
        return quoted
    sentence = candidate.story.sentences[candidate.number]
    return _quoted(quoted.evidence.beside(sentence), found, question)


def itself(candidate: Candidate) -> Claim:
    """The story's own sentence, whoever it tells of: to "Is he the captain?" another may be."""
    evidence = candidate.evidence
    return _without_order(Claim(evidence.quoted(), evidence, True, is_quoted=True), [candidate])


def _quoted(evidence: Evidence, found: str, question: str) -> Claim:
    text = evidence.quoted()
    is_carried = carries(evidence, text, asked=question, found=found)
    return Claim(text, evidence, is_carried, is_quoted=True)


def answers_as_it_stands(claim: Claim, found: str, question: str) -> bool:
    """True if the story's own sentence is as good an answer as any that could be written.

    It is short, leans on no sentence before it, takes up what was asked, and does not tell
    much else. Then it is there at once, and nothing in it can be made up.
    """
    here, wanted = set(words(claim.text)), set(words(question)) - _SAYING_LITTLE
    told = here - _SAYING_LITTLE
    return (
        claim.is_carried
        and _stands_alone(claim)
        and not _CHOOSING.search(question)
        and all(not here.isdisjoint(name) for name in names(question))
        and len(wanted & here) >= max(1, LEAST_TAKEN_UP * len(wanted))
        and len(told & (wanted | set(words(found)))) >= LEAST_WANTED * len(told)
    )


def _stands_alone(claim: Claim) -> bool:
    """True if a claim's words are one short sentence that leans on none beside it."""
    text = claim.text
    first = next(iter(re.findall(r"[\w']+", text.lower())), "")
    return (
        len(claim.evidence.sentences) == 1
        and len(text.split()) <= LONGEST_ALONE
        and is_closed(text)
        and first not in POINTING | OPENING
        and _PRONOUNS.isdisjoint(words(text))
    )


def is_closed(text: str) -> bool:
    """True if every quotation and bracket that begins in a text ends there."""
    pairs = (("“", "”"), ("(", ")"), ("«", "»"))
    return text.count('"') % 2 == 0 and all(text.count(a) == text.count(b) for a, b in pairs)


def is_yes_or_no(found: str) -> bool:
    """True of words that only say yes or no: where such a word stands in a story tells nothing."""
    return _YES_OR_NO.match(found) is not None


def tells(found: str) -> bool:
    """True of words that say something by themselves: a pronoun stands everywhere."""
    return not _PRONOUNS.issuperset(words(found))


def _without_order(claim: Claim, candidates: Sequence[Candidate]) -> Claim:
    """The claim; if it cites an order, that order between quotation marks and nothing beside it.

    So an order is told, not followed.
    """
    for candidate in candidates:
        if candidate.is_order and candidate.is_cited_in(claim.evidence):
            alone = claim.evidence.alone(candidate.story.sentences[candidate.number])
            return Claim(f"“{alone.quoted()}”", alone, claim.is_carried, is_quoted=True)
    return claim


def adds(written: str, evidence: Evidence, known: str) -> bool:
    """True if a sentence has words of its own that claim something.

    They stand neither in the cited sentences and those that these lean on, nor in the title, nor
    in what is `known` besides, the question and the words found: where it was told that a shed had
    belonged to somebody, that he lived there. Which of several only the cited sentences tell:
    where the second leak was asked for, and these say when the first was found, that it was
    found on that day.
    """
    cited = set(words(evidence.cited()))
    around = set(words(f"{_leant_on(evidence)}\n{known}")) - _RANKS
    own = set(words(written)) - cited - around - _SAYING_LITTLE
    # Numbers are held to the letter already; they may be written otherwise: ten, 10.
    return any(not word[0].isdigit() for word in own)


def believes(written: str, evidence: Evidence, question: str) -> bool:
    """True if a sentence repeats of a question what no sentence it rests on bears out.

    That may be no more than what was taken for granted, and then somebody who drew a plan is
    said to have mocked it, because it was asked who did. The sentences before may tell of
    somebody else, so they count only if the cited ones lean on them, and do not begin with a
    name that they lack. And a number must stand in the cited sentences themselves: "Who wants
    to charge four dollars?", where the mayor wants that, and the next sentence tells of one who
    wants nothing.
    """
    cited = evidence.cited()
    if any(new[0].isdigit() for new in made_up(written, cited=cited, before="", asked="")):
        return True
    told = set(words(f"{_leant_on(evidence, opening_name(cited))}\n{cited}"))
    taken = (set(words(written)) & set(words(question))) - _SAYING_LITTLE
    return len(taken & told) < LEAST_BORNE_OUT * len(taken)


def _leant_on(evidence: Evidence, naming: AbstractSet[str] = frozenset()) -> str:
    """The title, and what stands before the cited sentences if they say `he` or `this` of it.

    Else it tells of something else: "While Pertwee was ill, Banks played the part", behind a
    sentence about Baker, does not say that Baker was ill. Pronouns are known in English only.
    With `naming` only sentences that have one of these words.
    """
    cited = evidence.cited()
    leans = not (PRONOUNS | POINTING).isdisjoint(re.findall("[a-z]+", cited.lower()))
    if leans or language_of(cited) != "en":
        return evidence.lead_in(naming)
    return evidence.story.title


def _is_bare(written: str, found: str) -> bool:
    """True if nothing was written but the words found: no sentence, though the story has one."""
    return set(words(written)) <= set(words(found)) | _FUNCTION


def says_as_found(found: str, written: str) -> bool:
    """True if the words found stand in what was written, in a row and to the letter.

    Articles and the like at either end do not count, and a number or a date may be written
    otherwise. What a model leaves out of a list, or puts in other words, may be what mattered.
    """
    wanted, there = _plain(found), _plain(written)
    while wanted and not _FUNCTION.isdisjoint(words(wanted[0])):
        wanted = wanted[1:]
    while wanted and not _FUNCTION.isdisjoint(words(wanted[-1])):
        wanted = wanted[:-1]
    wanted = wanted or _plain(found)
    if any(there[at : at + len(wanted)] == wanted for at in range(len(there))):
        return True
    return bool(figures(found)) and set(words(found)) <= set(words(written)) | figures(written)


def _plain(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def may_answer(found: str, question: str) -> bool:
    """True of words that say something, and something that the question did not."""
    return tells(found) and not only_repeats(found, question)


def only_repeats(found: str, question: str) -> bool:
    """True if the words found say nothing that a question did not say itself.

    To "What was the name of the pig?" the pig is no answer. Names and numbers are left
    alone, and questions with a choice or for a yes.
    """
    told = [word for word in re.findall(r"\w+", found) if not _FUNCTION.issuperset(words(word))]
    if not told or any(word[0].isupper() or word[0].isdigit() for word in told):
        return False
    return set(words(" ".join(told))) <= set(words(question)) and not _CHOOSING.search(question)


def lacks_number(text: str, question: str, found: str = "") -> bool:
    """True if a question asks for a number ("How old is Tobias?") and the text tells none.

    For how many years somebody did something tells nobody's age; the number among the words
    `found` must be one that does.
    """
    if not _FOR_A_NUMBER.search(question):
        return False
    if _FOR_AN_AGE.search(question):
        text = _DURATION.sub(" ", text)
        if figures(found):
            return figures(text).isdisjoint(figures(found))
    return not figures(text) and _QUANTITIES.isdisjoint(words(text))
