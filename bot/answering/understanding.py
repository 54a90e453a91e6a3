"""What a question means: in the story's spelling and language, after the turns before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answering.answer import Answer
from bot.answering.citations import StoryWords
from bot.answering.followup import Asked, in_context
from bot.answering.looking import Looker
from bot.answering.spelling import as_spelt, as_written
from bot.answering.translation import to_be_answered_in, translated
from bot.llm.model import LanguageModel
from index.language import language_of
from index.story import Hit


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is meant, what is looked up, and what was found for that.

    All in the story's language. `taken_as` is the question with what was typed wrongly put
    right; empty if nothing was.
    """

    meant: Asked
    query: str
    hits: Sequence[Hit]
    taken_as: str = ""


def understood(
    question: str,
    earlier: Sequence[Answer],
    *,
    looker: Looker,
    model: LanguageModel,
    story_id: str | None,
    words: Callable[[str], StoryWords],
    on_place: Callable[[int], None] | None = None,
) -> Understood:
    """What a question means. Raises StorychatError if there is no story to look into.

    `words` are a story's, by its id; `model` translates, if the story is in another language.
    """
    meant = in_context(question, earlier, story_id=story_id)
    hits = looker.hits(meant.retrieval, story_id)
    stories = [words(id) for id in dict.fromkeys(hit.story_id for hit in hits)]
    of_story = language_of(stories[0].story.text)
    spoken = language_of(question)
    spellings = [story.spelling for story in stories]
    spelt = as_spelt(question, spellings, language=spoken or of_story or "en")
    right = as_written(spelt, spellings)
    taken_as = "" if spelt == question else right
    if not spoken or of_story in ("", spoken):
        sought = meant.retrieval
        if right != question:
            meant = in_context(right, earlier, story_id=story_id)
        query = meant.retrieval
        if query.rstrip("?").lower() == sought.rstrip("?").lower():  # what a search looks at
            return Understood(meant, query, hits, taken_as)
    else:
        translation = translated(model, right, language=of_story, on_place=on_place)
        asked = to_be_answered_in(of_story, right)
        meant = in_context(translation, earlier, story_id=story_id, asked=asked)
        query = f"{meant.retrieval} {right}"
    return Understood(meant, query, looker.hits(query, story_id), taken_as)
