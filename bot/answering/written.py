"""What the model writes, a sentence at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from bot.answering.claims import is_closed
from index.sentences import split_sentences


def written_sentences(pieces: Generator[str]) -> Iterator[str]:
    """The sentences of what comes in pieces, each as soon as the next has begun.

    Those within a quotation or brackets are part of the sentence around them. Closing
    the iterator closes `pieces`.
    """
    left = ""
    with closing(pieces):
        for piece in pieces:
            left += piece
            end = 0
            for sentence in split_sentences(left)[:-1]:
                if is_closed(left[end : sentence.end]):
                    yield left[end : sentence.end].strip()
                    end = sentence.end
            left = left[end:]
    for sentence in split_sentences(left):
        yield left[sentence.start : sentence.end]
