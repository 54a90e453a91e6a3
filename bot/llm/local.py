"""The model on this machine: excerpts and questions in, words and probabilities out."""

from __future__ import annotations

import codecs
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import prompts
from bot.errors import ModelError
from bot.llm.asker import Asker, Lent, PlaceListener, Reply
from bot.llm.drafts import Drafter
from bot.llm.engine import Engine
from bot.llm.finding import Confirming, Finding, Finds
from bot.llm.jobs import Choosing, Job, Weighing, Writing
from bot.llm.layout import Layout, lay_out
from bot.llm.llama import STATE_FORM, LlamaContext
from bot.llm.model import Confirmed, Excerpt, Found, Wording
from bot.llm.script import Script
from bot.llm.seats import Way
from bot.llm.states import States
from index.story import Sentence, Story

_LAYOUTS_HELD = 64
LONGEST_WEIGHED = 128
"""Tokens."""
LONGEST_FOUND = 32
"""Tokens, in training too."""
_LayoutKey = tuple[str, str, tuple[int, ...]]


class LocalModel:
    """A LanguageModel on llama.cpp. Thread-safe: any number may ask at once."""

    def __init__(
        self,
        context: LlamaContext,
        states: States,
        *,
        name: str,
        weights_key: str,
        way: Way = Way.MEMORY,
        drafts: type[Drafter] | None = Drafter,
    ) -> None:
        """`weights_key` names the weights to the byte; context and states close with the model."""
        self.name = name
        self.finds = context.has_adapter
        self._context = context
        self._states = states
        self._script = Script(context)
        digest = hashlib.sha256(weights_key.encode())
        digest.update(",".join(map(str, self._script.head)).encode())
        self._key = digest.hexdigest()
        self.way = way if context.can_borrow() else Way.ANEW
        self._drafts = drafts if context.can_borrow() else None
        self._engine = Engine(
            context,
            states,
            head=self._script.head,
            head_key=f"{self._key[:32]}-head",
            way=self.way,
        )
        self._lock = threading.Lock()
        """Held while the context is used outside the engine: it must not be freed meanwhile."""
        self._closed = False
        self._layouts: OrderedDict[_LayoutKey, Layout] = OrderedDict()
        self._unsaid = self._script.text(prompts.text("unsaid"))[0]
        self._yes_no = [self._beginnings("Yes", "yes", "YES"), self._beginnings("No", "no", "NO")]

    def write(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        max_tokens: int,
        on_place: PlaceListener | None = None,
    ) -> Generator[str]:
        """See LanguageModel.write."""
        with self._open():
            prompt = self._script.tail(question)
            lent = self._lent(excerpts)
        reply = Reply()
        job = Writing(
            prompt,
            most=max_tokens,
            drafter=self._drafter(lent, prompt),
            is_end=self._context.is_end,
            put=reply.put,
        )
        self._engine.submit(Asker(job, lent, reply, on_place))
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        try:
            for tokens in reply:
                with self._open():
                    data = b"".join(map(self._context.piece, cast("list[int]", tokens)))
                if text := decoder.decode(data):
                    yield text
            if text := decoder.decode(b"", final=True):
                yield text
        finally:
            reply.cancel()

    def find(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        least: float = 0.0,
        on_place: PlaceListener | None = None,
    ) -> Found:
        """See LanguageModel.find."""
        self._check_that_it_finds()
        with self._open():
            lent, prompt = self._lent(excerpts), self._script.tail(question)
        reply = Reply()
        job = Finding(
            prompt,
            most=LONGEST_FOUND,
            drafter=self._drafter(lent, prompt),
            is_end=self._context.is_end,
            put=reply.put,
            unsaid=self._unsaid,
            least=least,
        )
        (finds,) = cast("list[Finds]", self._results(job, lent, reply, on_place))
        return Found(finds.stated, tuple(Wording(self._said(t), n) for t, n in finds.found))

    def confirm(self, excerpts: Sequence[Excerpt], question: str, words: str) -> Confirmed:
        """See LanguageModel.confirm."""
        self._check_that_it_finds()
        with self._open():
            lent, prompt = self._lent(excerpts), self._script.tail(question)
            tokens = self._script.text(words)[:LONGEST_FOUND]
        reply = Reply()
        job = Confirming(prompt, words=tokens, unsaid=self._unsaid, put=reply.put)
        ((stated, certainty),) = cast("list[tuple[float, float]]", self._results(job, lent, reply))
        return Confirmed(stated, certainty)

    def probability_of_yes(
        self,
        excerpts: Sequence[Excerpt],
        question: str,
        *,
        on_place: PlaceListener | None = None,
    ) -> float:
        """See LanguageModel.probability_of_yes."""
        reply = Reply()
        with self._open():
            lent, prompt = self._lent(excerpts), self._script.tail(question)
        job = Choosing(prompt, options=self._yes_no, put=reply.put)
        ((yes, _),) = cast("list[list[float]]", self._results(job, lent, reply, on_place))
        return yes

    def log_probabilities(
        self, excerpts: Sequence[Excerpt], question: str, text: str
    ) -> list[float]:
        """See LanguageModel.log_probabilities."""
        with self._open():
            lent, prompt = self._lent(excerpts), self._script.tail(question)
            tokens = self._script.text(text)[:LONGEST_WEIGHED]
        if not tokens:
            return []
        reply = Reply()
        job = Weighing(prompt, text=tokens, put=reply.put)
        (found,) = cast("list[list[float]]", self._results(job, lent, reply))
        return found

    def read(self, story: Story, sentences: Sequence[Sentence]) -> Generator[tuple[int, int]]:
        """See LanguageModel.read."""
        if self.way is Way.ANEW:
            return
        with self._open():
            layout = self._layout(story, sentences)
        reply, done = Reply(), 0
        self._engine.read(layout, reply)
        try:
            for tokens in reply:
                done += cast(int, tokens)
                yield done, layout.tokens
        finally:
            reply.cancel()

    def forget(self, story: Story, sentences: Sequence[Sentence]) -> None:
        """See LanguageModel.forget. What lies in the context goes as others need the room."""
        with self._open():
            layout = self._layout(story, sentences)
            del self._layouts[_held_as(story, sentences)]
        for unit in layout.units:
            self._states.discard(unit.key)

    def close(self) -> None:
        """Free weights and context; answers in progress end with an error."""
        self._engine.close()
        with self._lock:
            if not self._closed:
                self._closed = True
                self._context.close()

    def _said(self, tokens: Sequence[int]) -> str:
        with self._open():
            return b"".join(map(self._context.piece, tokens)).decode(errors="replace").strip()

    def _check_that_it_finds(self) -> None:
        if not self.finds:
            raise ModelError(f"{self.name} has not learned to find answers.")

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Use the context for tokens; raises ModelError once it has been freed."""
        with self._lock:
            if self._closed:
                raise ModelError("storychat is ending.")
            yield

    def _results(
        self,
        job: Job,
        lent: Sequence[Lent],
        reply: Reply,
        on_place: PlaceListener | None = None,
    ) -> list[object]:
        self._engine.submit(Asker(job, lent, reply, on_place))
        try:
            return list(reply)
        finally:
            reply.cancel()

    def _drafter(self, lent: Sequence[Lent], prompt: Sequence[int]) -> Drafter | None:
        return self._drafts([*_tokens(lent), *prompt]) if self._drafts is not None else None

    def _lent(self, excerpts: Sequence[Excerpt]) -> list[Lent]:
        return [Lent(self._layout(e.story, e.sentences), e.lent) for e in excerpts]

    def _layout(self, story: Story, sentences: Sequence[Sentence]) -> Layout:
        key = _held_as(story, sentences)
        layout = self._layouts.pop(key, None)
        if layout is None:
            layout = lay_out(story, sentences, tokenize=self._script.text, context_key=self._key)
        self._layouts[key] = layout
        if len(self._layouts) > _LAYOUTS_HELD:
            self._layouts.popitem(last=False)
        return layout

    def _beginnings(self, *words: str) -> list[int]:
        return sorted({self._script.text(word)[0] for word in words})


def _held_as(story: Story, sentences: Sequence[Sentence]) -> _LayoutKey:
    """What tells layouts apart: two libraries may set aside different lines of one text."""
    return story.title, story.text, tuple(s.number for s in sentences if s.set_aside)


def _tokens(lent: Sequence[Lent]) -> Iterator[int]:
    """The tokens that an answer may quote."""
    for one in lent:
        for number in one.sentences:
            yield from one.layout.units[one.layout.unit_of[number]].tokens_of(number)


def load_model(
    weights: Path,
    *,
    name: str,
    cells: int,
    threads: int,
    states: States,
    finder: Path | None = None,
    way: Way = Way.MEMORY,
    drafts: type[Drafter] | None = Drafter,
) -> LocalModel:
    """Read weights (seconds) and make a model of them. Raises ModelError if they are unfit.

    `finder` is an adapter that was trained for these weights to find answers.
    """
    context = LlamaContext(
        weights,
        cells=cells,
        sequences=Engine.sequences_needed(),
        threads=threads,
        adapter=finder,
    )
    status = weights.stat()
    # Hashing a gigabyte would take longer than loading it; a changed file has another time.
    key = f"{weights.name} {status.st_size} {status.st_mtime_ns} {STATE_FORM}"
    return LocalModel(context, states, name=name, weights_key=key, way=way, drafts=drafts)
