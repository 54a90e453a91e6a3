"""What a step costs by its number of rows: a curve that starts as measured once, and is learned."""

from __future__ import annotations

from bisect import bisect_left

# Seconds a step on 2 AVX-512 cores with 1.5B weights; only the curve's form matters, since
# its height follows the first steps measured on the machine at hand.
_ROWS = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 512)
_SECONDS = (0.037, 0.064, 0.088, 0.106, 0.150, 0.245, 0.310, 0.330, 0.52, 0.95, 1.75, 5.9)
_LEARNING = 0.1


class StepCosts:
    """Expected seconds of a step, corrected by every step that was measured."""

    def __init__(self) -> None:
        self._seconds = list(_SECONDS)
        self._measured = [False] * len(_ROWS)

    def seconds(self, rows: int) -> float:
        """Expected seconds of a step with this many rows, between measured points linearly."""
        if rows <= 0:
            return 0.0
        i = bisect_left(_ROWS, rows)
        if i == len(_ROWS):
            return self._seconds[-1] * rows / _ROWS[-1]
        if _ROWS[i] == rows:
            return self._seconds[i]
        low, high = _ROWS[i - 1], _ROWS[i]
        share = (rows - low) / (high - low)
        return self._seconds[i - 1] * (1 - share) + self._seconds[i] * share

    def learn(self, rows: int, seconds: float) -> None:
        """Take in what a step cost. Points never measured move along with the measured ones."""
        expected = self.seconds(rows)
        i = min(range(len(_ROWS)), key=lambda k: abs(_ROWS[k] - rows))
        ratio = seconds / expected
        if not any(self._measured):
            self._seconds = [value * ratio for value in self._seconds]
        else:
            self._seconds[i] *= 1 + _LEARNING * (min(max(ratio, 0.5), 2.0) - 1)
        self._measured[i] = True

    def group_size(self, writers: int) -> int:
        """Of that many askers who write, how many to put into one step: the cheapest a token."""
        return min(
            range(1, writers + 1),
            default=0,
            # Equal steps of `size` rows; ties go to the larger step.
            key=lambda size: (-(-writers // size) * self.seconds(size), -size),
        )
