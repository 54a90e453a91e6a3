"""What a story tells of somebody or something: to "Tell me about the ferry" no words are sought.

Any sentence that has it answers as well as another, so a model that looks for the few words that
answer is in doubt. Knows English questions only; the others are asked like any question.
"""

from __future__ import annotations

import re

from bot.answering.citations import Candidate, StoryWords, referring
from bot.answering.function_words import ASKING, COMPARING, EMPTY, POINTING, PRONOUNS
from index.words import words

MOST_WORDS = 4
"""Of a topic: more of them ask for something about it."""
_ASKED = re.compile(
    r"\W*(?:(?:please|can you|could you|would you) )*"
    r"(?:tell (?:me|us) (?:(?:more|something|everything|all|anything) )?(?:you know )?about"
    r"|what (?:do|can) (?:we|you|i) (?:know|tell me|say|learn) about"
    r"|what(?: else)? does (?:the|this) (?:story|article|text|report|page) (?:say|tell|tell us|"
    r"tell me|mention) about"
    r"|what(?: else)? is (?:said|told|known|written|mentioned) about"
    r"|describe)\b\s*(?P<topic>.+)",
    re.I,
)
_OPEN = ASKING | PRONOUNS | POINTING | COMPARING
"""With one of these a topic is a question of its own, or another turn's."""


def topic_of(question: str) -> str:
    """Of whom or what is to be told; empty if it is asked otherwise, or of `it`."""
    asked = _ASKED.match(question)
    topic = asked["topic"].strip(" ?.!") if asked else ""
    return topic if 0 < len(_full(topic)) <= MOST_WORDS and _OPEN.isdisjoint(_all(topic)) else ""


def tells_of(story: StoryWords, topic: str) -> list[int]:
    """The numbers of the sentences that have a topic; of a full name a part that is nobody else's.

    So have those that say `he` right after one with a name.
    """
    candidates = [Candidate(story, number, 0.0) for number in range(len(story.sentences))]
    wanted = set(words(" ".join(_full(topic))))
    return [c.number for c in referring(candidates, topic) if wanted <= c.words]


def _full(topic: str) -> list[str]:
    """The words of a topic that tell something."""
    return [word for word in _all(topic) if word not in EMPTY]


def _all(topic: str) -> list[str]:
    return re.findall(r"[\w'’-]+", topic.lower())
