"""What a face needs of whoever answers questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from bot.answering.answer import Answer, CitedSentence


class Storyteller(Protocol):
    """Answers questions from a library of stories."""

    def answer(
        self,
        question: str,
        *,
        story_id: str | None = None,
        earlier: Sequence[Answer] = (),
        on_place: Callable[[int], None] | None = None,
    ) -> Iterator[CitedSentence | Answer]:
        """Yield each sentence as soon as it may be shown, then the whole answer, once, last.

        `story_id` keeps to one story, None asks the whole library. `earlier`
        are the turns before in this conversation, oldest first. `on_place` is
        told, in any thread, how many others are ahead whenever that changes.
        Closing the iterator cancels the answer.
        """
        ...


def whole_answer(
    teller: Storyteller,
    question: str,
    *,
    story_id: str | None = None,
    earlier: Sequence[Answer] = (),
) -> Answer:
    """The answer once it is complete, for whoever does not watch it come. Raises as `answer`."""
    *_, answer = teller.answer(question, story_id=story_id, earlier=earlier)
    assert isinstance(answer, Answer)
    return answer
