"""Jobs for an adapter that has learned to find the words that answer a question."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bot.llm.drafts import Drafter
from bot.llm.jobs import Job, Writing, log_probabilities, log_probability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SURE_OF_WORDS = 0.7
"""The share from which nobody asks what other words there might be."""
MOST_OTHERS = 2
LEAST_SHARE = 0.1
"""What other words must have where they part from the likeliest to be followed to their end.
See tests/benchmarks/LOG.md."""


class Tokens(NamedTuple):
    """Words that were found, and how likely they are rather than others, 0..1."""

    tokens: tuple[int, ...]
    share: float


class Finds(NamedTuple):
    """How likely there is an answer, 0..1, and what it may be, the greedily found words first."""

    stated: float
    found: tuple[Tokens, ...]


class _Fork(NamedTuple):
    """Where other words part from those that were found first: after which tokens, with which."""

    share: float
    """Of all up to there; a logarithm."""
    way: tuple[int, ...]
    token: int


class Finding(Writing):
    """Find the words that answer a question, with an adapter trained to.

    Its first token says whether there are any; that tells how likely, and the
    words follow even where there are none to be expected. Where these are not sure, the
    likeliest others are found too: each parts from the first somewhere, and the job goes
    back to there.
    """

    def __init__(
        self,
        prompt: Sequence[int],
        *,
        most: int,
        drafter: Drafter | None,
        is_end: Callable[[int], bool],
        put: Callable[[Finds], None],
        unsaid: int,
        least: float,
    ) -> None:
        """`unsaid` is the token for no answer; `put` is given everything once it is there.

        Where an answer is less likely than `least` no words are looked for.
        """
        super().__init__(prompt, most=most, drafter=drafter, is_end=is_end, put=_tell_nobody)
        self.is_adapted = True
        self._told = put
        self._unsaid = unsaid
        self._least = least
        self._stated = 0.0
        self._found: list[Tokens] = []
        self._forks: list[_Fork] = []
        self._way: list[int] = []
        """The tokens of the words that are being found, those of this step among them."""
        self._share = 0.0
        """Of these; a logarithm."""
        self._held = 0
        """How many tokens of the way lie in the context."""
        self._has_begun = False

    @property
    def writes(self) -> bool:
        """See Job.writes."""
        return self._has_begun

    def take(self, logits: Sequence[NDArray[np.float32]]) -> int:
        """See Job.take."""
        is_first = not self._has_begun
        if is_first:
            self._has_begun = True
            self._stated, others = _without(self._unsaid, logits[0])
            if self._stated < self._least:
                self._end()
                return 1
            logits = [others]
        kept = super().take(logits)
        if self.finished:
            kept = self._go_back() - self._held
        if is_first:
            return 1
        self._held += kept
        return kept

    def _next(self, row: NDArray[np.float32]) -> int:
        """See Writing._next; on the first way, what else might come there is noted."""
        import numpy as np

        token, count = int(row.argmax()), 1 + MOST_OTHERS
        likely = map(int, np.argpartition(row, -count)[-count:]) if not self._found else ()
        others = [other for other in likely if other != token]
        here, *shares = log_probabilities(row, [token, *others])
        for other, share in zip(others, shares, strict=True):
            if self._share + share >= math.log(LEAST_SHARE):
                self._forks.append(_Fork(self._share + share, tuple(self._way), other))
        self._share += here
        self._way.append(token)
        return token

    def _go_back(self) -> int:
        """The words are complete: begin others, and say how many tokens of the way these share.

        Without others the job ends.
        """
        self._complete(self._written, self._share)
        if len(self._found) == 1:
            is_sure = self._share >= math.log(SURE_OF_WORDS)
            likeliest = [] if is_sure else sorted(self._forks)[-MOST_OTHERS:]
            # The last one first: what comes before it on the way stays in the context.
            self._forks = sorted(likeliest, key=lambda fork: len(fork.way))
        while self._forks:
            fork = self._forks.pop()
            if self._is_end(fork.token):
                self._complete(fork.way, fork.share)
                continue
            self.finished = False
            self._way = [*fork.way, fork.token]
            self._written, self._share = list(self._way), fork.share
            return len(fork.way)
        self._end()
        return self._held

    def _complete(self, tokens: Sequence[int], share: float) -> None:
        self._found.append(Tokens(tuple(tokens), math.exp(share)))

    def _end(self) -> None:
        self.finished = True
        self._told(Finds(self._stated, tuple(self._found)))


class Confirming(Job):
    """How likely Finding would find given words, by the one step that reads the question."""

    def __init__(
        self,
        prompt: Sequence[int],
        *,
        words: Sequence[int],
        unsaid: int,
        put: Callable[[tuple[float, float]], None],
    ) -> None:
        """`unsaid` as in Finding; `put` is given what `Confirmed` holds."""
        super().__init__([*prompt, *words[:-1]])
        self.is_adapted = True
        self._words = list(words)
        self._unsaid = unsaid
        self._put = put
        self.wanted = max(1, len(words))

    def take(self, logits: Sequence[NDArray[np.float32]]) -> int:
        """See Job.take."""
        stated, first = _without(self._unsaid, logits[0])
        found = [
            log_probability(row, token)
            for row, token in zip([first, *logits[1:]], self._words, strict=False)
        ]
        self._put((stated, math.exp(sum(found) / len(found)) if found else 0.0))
        self.finished = True
        return len(logits)


def _tell_nobody(tokens: list[int]) -> None:
    """What is being found is told once it is complete."""


def _without(token: int, row: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
    """How likely another token comes than this, and the logits as if it could not come."""
    import numpy as np

    others = row.copy()
    others[token] = -np.inf
    return 1.0 - math.exp(log_probability(row, token)), others
