"""What an asker wants of the model: an answer written, or a figure read off its logits.

A job knows tokens and logits. It does not know cells, positions, or others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.llm.drafts import Drafter
from bot.llm.step_costs import StepCosts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Job(ABC):
    """One thing to do once the excerpts are in view.

    The engine puts `next_tokens()` after what it has, hands the logits of the
    last `wanted` of them to `take()`, and keeps as many of these as that says; where
    that is less than none, as many of those before go as well.
    """

    def __init__(self, prompt: Sequence[int]) -> None:
        """`prompt` are the tokens between the excerpts and what the model says."""
        self.prompt = tuple(prompt)
        self.finished = False
        self.is_adapted = False
        """True if its own tokens are put in with the adapter; what is lent never is."""
        self.wanted = 1
        """Of how many of the last tokens the logits are wanted."""

    def next_tokens(self, costs: StepCosts, *, rows_before: int) -> list[int]:
        """Tokens to put in next; the prompt first. `rows_before` are others' in the step."""
        return list(self.prompt)

    @property
    def writes(self) -> bool:
        """True once the prompt has been read and words are written one by one."""
        return False

    @property
    def room(self) -> int:
        """The most tokens that it ever puts in."""
        return len(self.prompt)

    @abstractmethod
    def take(self, logits: Sequence[NDArray[np.float32]]) -> int:
        """Take in logits, one row per wanted token; how many of these tokens hold.

        Below 0: none, and so many of those put in before do not either.
        """


class Writing(Job):
    """Write an answer greedily until the model ends it or `most` tokens are written."""

    def __init__(
        self,
        prompt: Sequence[int],
        *,
        most: int,
        drafter: Drafter | None,
        is_end: Callable[[int], bool],
        put: Callable[[list[int]], None],
    ) -> None:
        """`put` is given the tokens as they are written."""
        super().__init__(prompt)
        self._most = most
        self._drafter = drafter
        self._is_end = is_end
        self._put = put
        self._written: list[int] = []
        self._draft: list[int] = []

    @property
    def room(self) -> int:
        """See Job.room."""
        return len(self.prompt) + self._most

    @property
    def writes(self) -> bool:
        """See Job.writes."""
        return bool(self._written)

    def next_tokens(self, costs: StepCosts, *, rows_before: int) -> list[int]:
        """See Job.next_tokens."""
        if not self._written:
            return list(self.prompt)
        self._draft = []
        if self._drafter is not None:
            draft = self._drafter.draft(self._written, costs, rows_before=rows_before)
            self._draft = draft[: self._most - len(self._written) - 1]
        self.wanted = 1 + len(self._draft)
        return [self._written[-1], *self._draft]

    def take(self, logits: Sequence[NDArray[np.float32]]) -> int:
        """See Job.take: a drafted token holds if it is what would have been written."""
        new: list[int] = []
        for row in logits:
            token = self._next(row)
            if self._is_end(token):
                self.finished = True
                break
            new.append(token)
            if len(self._written) + len(new) >= self._most:
                self.finished = True
                break
            if len(new) > len(self._draft) or self._draft[len(new) - 1] != token:
                break
        kept = min(len(new), len(self._draft)) if self.finished else len(new) - 1
        if self._drafter is not None:
            self._drafter.learn(len(self._draft), kept)
        self._written.extend(new)
        if new:
            self._put(new)
        return 1 + kept

    def _next(self, row: NDArray[np.float32]) -> int:
        """The token that is written next, be it the end."""
        return int(row.argmax())


class Choosing(Job):
    """How likely the model goes on with one of some texts rather than with another."""

    def __init__(
        self,
        prompt: Sequence[int],
        *,
        options: Sequence[Sequence[int]],
        put: Callable[[list[float]], None],
    ) -> None:
        """`options` are, for each choice, the tokens that may begin it; `put` gets shares of 1."""
        super().__init__(prompt)
        self._options = [list(option) for option in options]
        self._put = put

    def take(self, logits: Sequence[NDArray[np.float32]]) -> int:
        """See Job.take."""
        import numpy as np

        (row,) = logits
        odds = np.exp(row.astype(np.float64) - row.max())
        weights = [float(odds[option].sum()) for option in self._options]
        self._put([weight / sum(weights) for weight in weights])
        self.finished = True
        return 1


class Weighing(Job):
    """How likely the model writes a given text: the log-probability of each of its tokens."""

    def __init__(
        self, prompt: Sequence[int], *, text: Sequence[int], put: Callable[[list[float]], None]
    ) -> None:
        """`text` are the tokens to be weighed, at least one; `put` gets natural logarithms."""
        super().__init__([*prompt, *text[:-1]])
        self._text = list(text)
        self._put = put
        self.wanted = len(text)

    def take(self, logits: Sequence[NDArray[np.float32]]) -> int:
        """See Job.take."""
        self._put(
            [log_probability(row, token) for row, token in zip(logits, self._text, strict=True)]
        )
        self.finished = True
        return len(logits)


def log_probability(row: NDArray[np.float32], token: int) -> float:
    """The natural logarithm of a token's probability."""
    return log_probabilities(row, [token])[0]


def log_probabilities(row: NDArray[np.float32], tokens: Sequence[int]) -> list[float]:
    """Those of several tokens; to add up the whole vocabulary takes longer than all else."""
    import numpy as np

    wide = row.astype(np.float64)
    top = wide.max()
    total = np.log(np.exp(wide - top).sum())
    return [float(wide[token] - top - total) for token in tokens]
