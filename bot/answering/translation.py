"""A question in another language than the story's.

Retrieval, alignment and support compare words, so a translation by the model is
compared with the story. The model itself is asked the question as it was put: a
small one translates worse than it understands. It is told to answer in the
story's language, because only there can an answer be held to the story's words.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import prompts
from bot.llm.model import LanguageModel

_NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "tr": "Turkish",
    "ru": "Russian",
    "uk": "Ukrainian",
    "ar": "Arabic",
    "zh": "Chinese",
    "ja": "Japanese",
}
_LONGEST = 80
"""Tokens; a longer question is left as it is."""
_LONGEST_TRANSLATED = 300
"""Characters."""


def translated(
    model: LanguageModel,
    question: str,
    *,
    language: str,
    on_place: Callable[[int], None] | None = None,
) -> str:
    """The question in `language` (ISO 639-1), or as it is where the model makes nothing of it."""
    if language not in _NAMES or len(question) > _LONGEST_TRANSLATED:
        return question
    order = prompts.fill("translate", language=_NAMES[language], question=question)
    # Without the story before it: with it, the model asks what the story happens to say.
    pieces = model.write([], order, max_tokens=_LONGEST, on_place=on_place)
    with closing(pieces):
        written = "".join(pieces).strip()
    first = written.splitlines()[0].strip(' "“”«»') if written else ""
    return first or question


def to_be_answered_in(language: str, question: str) -> str:
    """The question as the model is asked it, to be answered in `language` (ISO 639-1)."""
    if language not in _NAMES:
        return question
    return prompts.fill("foreign", question=question, language=_NAMES[language])
