"""What is asked of a whole story, and told in its own words.

What it is about is how it begins: news tell that in their first sentences, an encyclopaedia says
there what its subject is, and a tale of whom it tells. Source: Ani Nenkova, "Automatic text
summarization of newswire" (AAAI 2005), where no summary of a single text was better than its
beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.answering.answer import Answer, Citation
from bot.answering.citations import StoryWords
from bot.answering.evidence import Evidence
from bot.answering.topic import tells_of
from index.story import Sentence

MOST = 3
"""Sentences."""
TOP = 8
"""Sentences, among which a story is headed and whoever wrote it is named."""
LONGEST_BYLINE = 12
"""Words, of which some tell what the writers are, or where."""
_ENDING = re.compile(r"[.!?…。！？؟][\"'”’»)\]]*$")
"""Headlines, bylines and dates have none."""
_BY = re.compile(
    r"\W*(?:(?:(?:story|text|words|written|reported) )?by|von|par|por|di|door|przez|"
    r"(?:text|texte|texto|testo|tekst|autor|auteur|autore|автор|текст):)\s+",
    re.I,
)


def beginning(words: StoryWords) -> list[Evidence]:
    """The first sentences of a story, each by itself; none of them is an order or furniture."""
    return _from(words, 0)


def continuation(words: StoryWords, cited: Citation) -> list[Evidence]:
    """The sentences that follow what was cited; none at a story's end, or if it has changed."""
    is_as_cited = words.story.text[cited.start : cited.end] == cited.text
    return _from(words, cited.end) if is_as_cited else []


def about(words: StoryWords, topic: str) -> list[Evidence]:
    """The first sentences that tell of somebody or something; none if none has the words for it.

    Whoever is typed in small letters has the capitals that they have in the story.
    """
    topic = words.spelling.with_capitals(topic) if topic.islower() else topic
    telling = set(tells_of(words, topic))
    return _whole(words, [s for s in _told(words) if s.number in telling])


def last_cited(turns: Sequence[Answer]) -> Citation | None:
    """Where in its story the last of the turns ended; None if it cited nothing."""
    if not turns or not turns[-1].citations:
        return None
    numbers = turns[-1].sentences[-1].footnotes
    return max((c for c in turns[-1].citations if c.number in numbers), key=lambda c: c.end)


def byline(words: StoryWords) -> list[Evidence]:
    """The line at the top that says who wrote a story, if there is one."""
    return _at_the_top(words, _is_byline)


def headline(words: StoryWords) -> list[Evidence]:
    """The line at the top that is a story's title; nothing if the title is only its file's name."""
    title = words.story.title.split()
    return _at_the_top(words, lambda line: line.split() == title)


def _at_the_top(words: StoryWords, is_wanted: Callable[[str], bool]) -> list[Evidence]:
    """The first line that is wanted, if it stands near enough to a story's beginning."""
    found = (s for s in _told(words)[:TOP] if is_wanted(_text(words, s)))
    return [_alone(words, sentence) for sentence in found][:1]


def _from(words: StoryWords, start: int) -> list[Evidence]:
    """What begins at `start` or later."""
    return _whole(words, [s for s in _told(words) if s.start >= start])


def _whole(words: StoryWords, told: Sequence[Sentence]) -> list[Evidence]:
    """The first MOST of them; lines without an end only if all are."""
    whole = [s for s in told if _ENDING.search(_text(words, s))] or told
    return [_alone(words, sentence) for sentence in whole[:MOST]]


def _is_byline(text: str) -> bool:
    by = _BY.match(text)
    names = text[by.end() :] if by else ""
    is_short = len(names.split()) <= LONGEST_BYLINE and not _ENDING.search(text)
    return names[:1].isupper() and is_short


def _told(words: StoryWords) -> list[Sentence]:
    return [s for s in words.sentences if not s.set_aside and s.number not in words.orders]


def _alone(words: StoryWords, sentence: Sentence) -> Evidence:
    return Evidence(words.story, (sentence,), 1.0, words.sentences, words.orders)


def _text(words: StoryWords, sentence: Sentence) -> str:
    return words.story.text[sentence.start : sentence.end].rstrip()
