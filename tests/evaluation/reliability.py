"""How far probabilities can be believed: ten bins, and what sums them up.

A probability is right if, of all that were given about that probability, this
share came true. The expected calibration error is how far the bins are off on
average, weighted by how many fall into each; the ROC AUC says how well the
probabilities tell what comes true from what does not, whatever their size; the
Brier score is the mean squared error and holds both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BINS = 10
_SURE = 1.96
"""Standard deviations either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The probabilities in `low` .. `high`; `said` and `true` are NaN where there are none.

    `said` is their mean, `true` the share that came true, and that share lies
    in `least` .. `most` with 95 % (Wilson's interval).
    """

    low: float
    high: float
    count: int
    said: float
    true: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """All in 0..1; `auc` is NaN where only one outcome was seen."""

    bins: tuple[Bin, ...]
    count: int
    calibration_error: float
    auc: float
    brier: float


def measure(probabilities: Sequence[float], outcomes: Sequence[bool]) -> Reliability:
    """Compare probabilities in 0..1 with what came true.

    Raises ValueError if they differ in number, if there are none, or if one of
    them is no probability.
    """
    import numpy as np

    said = np.asarray(probabilities, dtype=np.float64)
    true = np.asarray(outcomes, dtype=np.float64)
    if said.ndim != 1 or said.shape != true.shape or not said.size:
        raise ValueError(f"{said.size} probabilities for {true.size} outcomes")
    if not np.all((said >= 0) & (said <= 1)):  # NaN is neither
        raise ValueError("a probability lies outside 0..1")
    if not np.all((true == 0) | (true == 1)):
        raise ValueError("an outcome is neither true nor false")
    # The last bin takes 1.0 in.
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = tuple(_bin(n, said[places == n], true[places == n]) for n in range(BINS))
    return Reliability(
        bins=bins,
        count=said.size,
        calibration_error=sum(b.count * abs(b.said - b.true) for b in bins if b.count) / said.size,
        auc=_auc(said, true),
        brier=float(np.mean((said - true) ** 2)),
    )


def table(reliability: Reliability) -> str:
    """The bins as a text table, and below it what sums them up."""
    lines = ["   said        n   mean said   came true   (95 %)"]
    for b in reliability.bins:
        figures = "        -           -" if not b.count else (
            f"    {b.said:5.3f}       {b.true:5.3f}   ({b.least:.2f} .. {b.most:.2f})"
        )  # fmt: skip
        lines.append(f"{b.low:.1f} .. {b.high:.1f}  {b.count:5d}   {figures}")
    lines.append(
        f"{reliability.count} in all; expected calibration error "
        f"{reliability.calibration_error:.3f}, ROC AUC {reliability.auc:.3f}, "
        f"Brier score {reliability.brier:.3f}"
    )
    return "\n".join(lines)


def report(
    probabilities: Sequence[float], outcomes: Sequence[bool], *, title: str, picture: Path | None
) -> Reliability:
    """Measure, print the table, and draw the bins into the file `picture` if it is given."""
    reliability = measure(probabilities, outcomes)
    print(f"{title}\n{table(reliability)}")
    if picture is not None:
        picture.write_text(svg(reliability, title=title), encoding="utf-8")
    return reliability


_SIDE, _LEFT, _TOP = 360, 56, 48
"""Pixels: the square in which the bins stand, and what is left and above of it."""
_COUNTS, _GAP = 64, 44
"""Pixels: the strip that shows how many there are, and the space above it."""


def svg(reliability: Reliability, *, title: str) -> str:
    """The bins as a picture: what was said to the right, what came true upwards.

    The diagonal is perfection. Whiskers are the 95 % intervals; the strip below
    shows how many fall into each bin.
    """
    width, height = _LEFT + _SIDE + 24, _TOP + _SIDE + _GAP + _COUNTS + 40
    summed = (
        f"n {reliability.count}, calibration error {reliability.calibration_error:.3f}, "
        f"AUC {reliability.auc:.3f}, Brier {reliability.brier:.3f}"
    )
    foot = _TOP + _SIDE + _GAP + _COUNTS
    most = max(b.count for b in reliability.bins)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(_LEFT, 20, title, size=14),
        _text(_LEFT, 38, summed),
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" '
        'stroke="#999"/>',
        _line(_x(0), _y(0), _x(1), _y(1), colour="#999", dashes="4 4"),
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(_text(_x(tick), _TOP + _SIDE + 16, f"{tick:.1f}", anchor="middle"))
        parts.append(_text(_LEFT - 6, _y(tick) + 4, f"{tick:.1f}", anchor="end"))
    parts.append(_text(_x(0.5), _TOP + _SIDE + 32, "probability that was said", anchor="middle"))
    parts.append(
        f'<g transform="translate(16 {_y(0.5):.1f}) rotate(-90)">'
        f"{_text(0, 0, 'share that came true', anchor='middle')}</g>"
    )
    for b in reliability.bins:
        if not b.count:
            continue
        tall = _COUNTS * b.count / most
        parts += [
            _line(_x(b.said), _y(b.least), _x(b.said), _y(b.most), colour="#1f77b4"),
            f'<circle cx="{_x(b.said):.1f}" cy="{_y(b.true):.1f}" r="5" fill="#1f77b4"/>',
            f'<rect x="{_x(b.low) + 1:.1f}" y="{foot - tall:.1f}" '
            f'width="{_SIDE / BINS - 2:.1f}" height="{tall:.1f}" fill="#aec7e8"/>',
            _text(_x((b.low + b.high) / 2), foot + 16, str(b.count), anchor="middle"),
        ]
    parts.append(_text(_LEFT - 6, foot + 16, "n", anchor="end"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bin(number: int, said: NDArray[np.float64], true: NDArray[np.float64]) -> Bin:
    low, high = number / BINS, (number + 1) / BINS
    if not said.size:
        return Bin(low, high, 0, math.nan, math.nan, math.nan, math.nan)
    share = float(true.mean())
    least, most = _interval(share, said.size)
    return Bin(low, high, said.size, float(said.mean()), share, least, most)


def _interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was seen in `count` cases."""
    spread = _SURE**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = _SURE / (1 + spread) * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _auc(said: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """How likely something that came true was given more than something that did not."""
    import numpy as np

    positives = int(true.sum())
    negatives = true.size - positives
    if not positives or not negatives:
        return math.nan
    # Ranks from 1; equal probabilities share the mean of their ranks.
    _, where, counts = np.unique(said, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    above = float(ranks[true == 1].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def _x(said: float) -> float:
    return _LEFT + _SIDE * said


def _y(true: float) -> float:
    return _TOP + _SIDE * (1 - true)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="#222">{escape(words)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, colour: str, dashes: str = "none") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="1.5" stroke-dasharray="{dashes}"/>'
    )
