"""The values of an answer. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import prompts

NOT_IN_STORY = prompts.refusal(prompts.ENGLISH)
"""The one sentence with which an answer says that the story does not say, in English.

It is worded in the language of the question: compare by Verdict, never by text.
"""


class Verdict(Enum):
    """How an answer ended."""

    ANSWERED = "answered"
    NOT_IN_STORY = "not in story"
    NO_QUESTION = "no question"


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words a sentence rests on: `text == story.text[start:end]`.

    `number` is the footnote's number, from 1; it is 0 where the words are only
    what comes nearest to a question that the story does not answer.
    """

    number: int
    story_id: str
    title: str
    start: int
    end: int
    text: str
    place: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer and the numbers of its footnotes.

    Where it is the story's own, `found` are the words in it that answer; they may be set off.
    """

    text: str
    footnotes: tuple[int, ...]
    found: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer.

    `citations` support it; `nearest` is filled only when the story does not
    say, and supports nothing. Times are in seconds from the question's arrival:
    to the first word that may be shown, and to the whole verified answer. What
    is said back to what is no question (`hi`) rests on nothing and has neither.
    """

    question: str
    verdict: Verdict
    sentences: tuple[CitedSentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    first_word_seconds: float
    total_seconds: float
    model: str
    probability: float = 1.0
    """How likely the story states an answer, by the evidence found before it was written."""
    taken_as: str = ""
    """The question as it was answered, if a word of it seemed to be typed wrongly; else empty."""

    @property
    def text(self) -> str:
        """The answer's sentences joined, without footnote numbers."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def abstained(self) -> bool:
        """True when the story does not say."""
        return self.verdict is Verdict.NOT_IN_STORY
