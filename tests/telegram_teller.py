"""Who answers in tests of the Telegram face: from the real library, but without a model."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.answering.answer import NOT_IN_STORY, Answer, Citation, CitedSentence, Verdict
from bot.errors import ModelError, StoppedError
from bot.stopping import told_to_stop
from index.joined import JoinedLibrary
from index.search import search

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class HashedEmbedder:
    """Vectors of the words of a text, each word falling on one of a few dimensions."""

    name = "hashed"
    dimensions = 64

    def __init__(self, go_on: threading.Event | None = None) -> None:
        """It waits for `go_on` before every text."""
        self._go_on = go_on

    def embed(
        self, texts: Sequence[str], *, advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        import numpy as np

        vectors = np.full((len(texts), self.dimensions), 1e-3, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            if self._go_on is not None:
                self._go_on.wait(10)
            for word in re.findall(r"\w+", text.casefold()):
                digest = hashlib.blake2b(word.encode(), digest_size=2).digest()
                row[int.from_bytes(digest) % self.dimensions] += 1
            if advance is not None:
                advance(1)
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class Script:
    """What a test sees of its storytellers, and how it holds them up."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []
        self.ended: list[str] = []
        self.go_on = threading.Event()
        """`slowly` in a question waits for it after the first sentence."""
        self.may_embed = threading.Event()
        """Texts wait for it on their way into a library."""
        self.may_embed.set()
        self.forgotten: list[str] = []
        self.read: list[str] = []


class ScriptedTeller:
    """Answers with the two sentences of the library that fit a question best.

    Words in the question steer it: `Mars` is refused, `slowly` waits for the
    script, `ahead` tells a place in the queue, `fails` and `defect` fail,
    `endless` goes on until it is stopped.
    """

    def __init__(self, library: JoinedLibrary, script: Script) -> None:
        self._library = library
        self._script = script

    def answer(
        self,
        question: str,
        *,
        story_id: str | None = None,
        earlier: Sequence[Answer] = (),
        on_place: Callable[[int], None] | None = None,
    ) -> Iterator[CitedSentence | Answer]:
        self._script.asked.append((question, story_id, tuple(turn.question for turn in earlier)))
        try:
            if "fails" in question:
                raise ModelError("The model failed; ask again.")
            if "defect" in question:
                raise RuntimeError("a defect")
            while "endless" in question:
                if told_to_stop()():
                    raise StoppedError("Stopped.")
                time.sleep(0.01)
            if "ahead" in question and on_place is not None:
                on_place(3)
                self._script.go_on.wait(10)
            cited = self._citations(question, story_id)
            if "Mars" in question:
                told: tuple[CitedSentence, ...] = (CitedSentence(NOT_IN_STORY, ()),)
                yield told[0]
                near = tuple(_renumbered(c, 0) for c in cited)
                yield Answer(question, Verdict.NOT_IN_STORY, told, (), near, 0.1, 0.2, "scripted")
                return
            told = tuple(map(_quoted, cited))
            for sentence in told:
                yield sentence
                if "slowly" in question:
                    self._script.go_on.wait(10)
            yield Answer(question, Verdict.ANSWERED, told, cited, (), 0.1, 0.2, "scripted")
        finally:
            self._script.ended.append(question)

    def read(self, story_id: str) -> Iterator[tuple[int, int]]:
        yield 1, 1
        self._script.read.append(story_id)

    def suggest(self, story_id: str) -> Sequence[str]:
        title = self._library.story(story_id).title
        return [f"What is “{title}” about?", "Who is named?", "When was it?"]

    def forget(self, story_id: str) -> None:
        self._script.forgotten.append(story_id)

    def _citations(self, question: str, story_id: str | None) -> tuple[Citation, ...]:
        hits = search(self._library, question, count=2, story_id=story_id)
        asked = set(re.findall(r"\w+", question.casefold()))
        scored: list[tuple[int, Citation]] = []
        for hit in hits:
            story = self._library.story(hit.story_id)
            sentences = self._library.sentences(hit.story_id)
            for s in sentences[hit.passage.first : hit.passage.last + 1]:
                if s.set_aside:
                    continue
                text = story.text[s.start : s.end]
                shared = len(asked & set(re.findall(r"\w+", text.casefold())))
                scored.append((shared, Citation(1, story.id, story.title, s.start, s.end, text)))
        unique = {(c.story_id, c.start): (shared, c) for shared, c in scored}
        scored = sorted(unique.values(), key=lambda found: -found[0])
        return tuple(_renumbered(c, n) for n, (_, c) in enumerate(scored[:2], 1))


def _quoted(citation: Citation) -> CitedSentence:
    """The story's own sentence, in which the captain's name is what was found."""
    text = " ".join(citation.text.split())
    return CitedSentence(text, (citation.number,), "Anna Pellow" if "Anna Pellow" in text else "")


def _renumbered(c: Citation, number: int) -> Citation:
    return Citation(number, c.story_id, c.title, c.start, c.end, c.text)
