"""Questions made out of others: about somebody else, leaning on an earlier one, to be read closer.

The sets hold neither of the first two, and readers ask both.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import prompts
from bot.answering.citations import Candidate, ranked
from index.words import words

_CAPITAL = r"[A-Z][^\W\d_]{2,}(?:['’-][^\W\d_]+)*"
_NAME = re.compile(rf"(?<=[^.!?:\n][ “\"(]){_CAPITAL}(?: {_CAPITAL})*")
"""Not what a sentence begins with: there every word has a capital letter."""
_MOST_SHARED = 0.34
"""Of a question's other words in a sentence with the new name: with more it may be answered."""
_FEWEST_WORDS = 2
"""Full words that must be left of a question, or nothing says what it asks."""
READ_AGAIN = "Read again:"


def about_another(
    question: str,
    shown: str,
    sentences: Sequence[str],
    answers: Sequence[str],
    chance: random.Random,
) -> str | None:
    """The question with another name of the text `shown` in it, so that nothing answers it.

    None if no name can take the place of one: of all the story's `sentences` those
    that hold it, and those right behind, must neither hold an answer nor much of
    what is asked.
    """
    asked = sorted(_names(question))
    if not asked:
        return None
    old = chance.choice(asked)
    rest = set(words(question)) - set(words(old))
    if len(rest) < _FEWEST_WORDS:
        return None
    others = sorted(name for name in _names(shown) if not _shares_a_word(name, question))
    chance.shuffle(others)
    others.sort(key=lambda name: abs(len(name.split()) - len(old.split())))
    for name in others:
        near = [
            f"{text} {''.join(sentences[i + 1 : i + 2])}"
            for i, text in enumerate(sentences)
            if name in text
        ]
        is_near = any(
            len(rest.intersection(words(text))) > _MOST_SHARED * len(rest)
            or any(_shares_a_word(answer, text) for answer in answers)
            for text in near
        )
        if not is_near:
            return re.sub(rf"\b{re.escape(old)}\b", name, question)
    return None


def after_another(question: str, earlier: str, answer: str, chance: random.Random) -> str:
    """The question as it is put to the model after an earlier one.

    A name that both hold becomes a pronoun in the later one, half of the time.
    """
    shared = sorted(name for name in _names(question) if name in earlier)
    if shared and chance.random() < 0.5:
        pronoun = chance.choice(("he", "she", "it", "they"))
        question = re.sub(rf"\b{re.escape(shared[0])}\b", pronoun, question)
    told = f"{earlier} {answer}".strip()
    return prompts.fill("followup", earlier=told, question=question)


def _names(text: str) -> set[str]:
    return {re.sub(r"['’]s$", "", name) for name in _NAME.findall(text)}


def _shares_a_word(one: str, other: str) -> bool:
    return not set(words(one)).isdisjoint(words(other))


def read_again(
    question: str,
    words_asked: str,
    first: Sequence[Candidate],
    candidates: Sequence[Candidate],
    *,
    most: int,
) -> str:
    """The question with sentences to be read again after it: `first`, and the likeliest others.

    These share most with `words_asked`, and are few: at most `most` words in all, if
    `first` has no more. They stand in story order.
    """
    chosen = list(first)
    length = sum(len(c.text.split()) for c in chosen)
    for candidate in ranked(words_asked, candidates):
        if candidate in chosen:
            continue
        length += len(candidate.text.split())
        if length > most:
            break
        chosen.append(candidate)
    chosen.sort(key=lambda c: c.number)
    sentences = "\n".join(" ".join(c.text.split()) for c in chosen)
    return f"{question}\n{READ_AGAIN}\n{sentences}"
