"""Footnote numbers: the same words of a story carry the same number throughout an answer."""

from __future__ import annotations

from bot.answering.answer import Citation
from bot.answering.evidence import Evidence
from index.story import Sentence, Story


def cite(story: Story, sentence: Sentence, *, number: int) -> Citation:
    """A citation of exactly the words of one sentence."""
    return Citation(
        number=number,
        story_id=story.id,
        title=story.title,
        start=sentence.start,
        end=sentence.end,
        text=story.text[sentence.start : sentence.end],
        place=sentence.place,
        also=sentence.also,
    )


class Footnotes:
    """The footnotes of one answer, numbered from 1 in the order in which they are needed."""

    def __init__(self) -> None:
        self._citations: dict[tuple[str, int], Citation] = {}

    def numbers(self, evidence: Evidence) -> tuple[int, ...]:
        """The numbers for the sentences of `evidence`, new ones being given as needed."""
        numbers: list[int] = []
        for sentence in evidence.sentences:
            key = (evidence.story.id, sentence.number)
            if key not in self._citations:
                self._citations[key] = cite(
                    evidence.story, sentence, number=len(self._citations) + 1
                )
            numbers.append(self._citations[key].number)
        return tuple(numbers)

    def citations(self) -> tuple[Citation, ...]:
        """All citations by number."""
        return tuple(self._citations.values())
