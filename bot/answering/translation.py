"""A question in another language than the story's, put into the story's language.

Retrieval, alignment and support compare words; so they compare words of one
language. The answer is in the story's language too: only so can it be held to
the story's words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

import prompts
from bot.llm.model import Excerpt, LanguageModel

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
    excerpts: Sequence[Excerpt],
    question: str,
    *,
    language: str,
    on_place: Callable[[int], None] | None = None,
) -> str:
    """The question in `language` (ISO 639-1), or as it is where the model makes nothing of it.

    The excerpts are what the model has before it anyway; names are spelt as there.
    """
    if language not in _NAMES or len(question) > _LONGEST_TRANSLATED:
        return question
    order = prompts.fill("translate", language=_NAMES[language], question=question)
    pieces = model.write(excerpts, order, max_tokens=_LONGEST, on_place=on_place)
    with closing(pieces):
        written = "".join(pieces).strip()
    first = written.splitlines()[0].strip(' "“”«»') if written else ""
    return first or question
