"""What the model is to see for a question: the best passages first, and more if need be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answering.excerpts import seen_first
from bot.errors import StorychatError
from index.joined import AnyLibrary
from index.search import search
from index.story import Hit


class Looker:
    """Looks a question up in a library, or in one story of it."""

    def __init__(self, library: AnyLibrary, *, passages: int) -> None:
        """`passages` is how many the model is given at most."""
        self._library = library
        self._passages = passages

    def hits(self, query: str, story_id: str | None) -> Sequence[Hit]:
        """The best passages. Raises StorychatError if there are none at all."""
        hits = search(self._library, query, count=self._passages, story_id=story_id)
        if not hits:
            raise StorychatError("The library holds no story yet. Add one: storychat add FILE")
        return hits

    def looks(
        self,
        query: str,
        hits: Sequence[Hit],
        *,
        story_id: str | None,
        finds: bool,
        follows: bool,
        further: bool,
    ) -> Iterator[Sequence[Hit]]:
        """The `hits` of a query, as the model is to see them, each if those before do not answer.

        `finds` says that it has learned to find, `further` that there may be a second look: of
        a library at all hits; of one story, whose hits are seen at once, at the next best, if
        the question `follows` an earlier one: its own words are few, and find less.
        """
        count = seen_first(self._passages, finds=finds, is_one_story=bool(story_id))
        yield hits[:count]
        if not further:
            return
        if len(hits) > count:
            yield hits
        elif story_id and follows and len(hits) == self._passages:
            seen = {hit.passage for hit in hits}
            more = search(self._library, query, count=2 * self._passages, story_id=story_id)
            if unseen := [hit for hit in more if hit.passage not in seen]:
                yield unseen
