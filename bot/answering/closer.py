"""A closer look, after the words found in all that was lent did not hold, or there were none.

The sentences nearest to the question are read by themselves: among many others a model may
overlook what it sees there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.citations import Candidate, ranked, told_apart
from bot.answering.claims import (
    Claim,
    is_yes_or_no,
    itself,
    joined,
    lacks_number,
    may_answer,
    quotation,
)
from bot.answering.followup import Asked
from bot.answering.gate import Gate, Outlook
from bot.llm.model import Confirmed, Found

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_READ = 3
"""Sentences; to read one takes as long as to read the question."""
MOST_DECIDING = 4
"""The same, where a yes or a no was found: of these the surest is taken."""
LEAST_DECIDING = 0.2
"""How likely a sentence must decide without those before it. See tests/benchmarks/LOG.md."""


def look_closer(
    gate: Gate,
    candidates: Sequence[Candidate],
    meant: Asked,
    outlook: Outlook,
    *,
    embed: Callable[[str], NDArray[np.float32]],
) -> Iterator[tuple[Claim, str]]:
    """The first of the nearest sentences that answers by itself, with the words found; or nothing.

    Where a yes or a no was found, the surest: one beside it is read with what decides before it.
    `embed` makes a vector of unit length out of a text.
    """
    nearest = ranked(meant.words, candidates)
    read: Iterable[tuple[Candidate, Found]]
    if outlook.is_for_yes:
        read = _deciding(gate, nearest[:MOST_DECIDING], meant.asked)
    else:
        read = _read(gate, nearest[:MOST_READ], meant.asked)
    for near, found in read:
        words, share = found.wordings[0]
        claim = _claim(near, words, candidates, meant, embed)
        if claim is None:
            continue
        claim = replace(claim, alone=Confirmed(found.stated, certainty=share))
        sure = gate.weigh(claim, outlook, asked=meant.asked, words=meant.words, found=words)
        if gate.opens(sure):
            yield claim, words
            return


def _read(
    gate: Gate, nearest: Sequence[Candidate], asked: str
) -> Iterator[tuple[Candidate, Found]]:
    """The sentences in which, and those before, words are found that answer."""
    for near in nearest:
        found = gate.find_alone(near.evidence, asked=asked)
        if found.wordings:
            yield near, found


def _deciding(
    gate: Gate, nearest: Sequence[Candidate], asked: str
) -> list[tuple[Candidate, Found]]:
    """Those of them that decide without the ones before, too; the surest of both first."""
    deciding = [
        (found.stated * by_itself, near, found)
        for near, found in _read(gate, nearest, asked)
        if (by_itself := gate.states(near.evidence, asked=asked)) >= LEAST_DECIDING
    ]
    deciding.sort(key=lambda read: -read[0])
    return [(near, found) for _, near, found in deciding]


def _claim(
    near: Candidate,
    found: str,
    candidates: Sequence[Candidate],
    meant: Asked,
    embed: Callable[[str], NDArray[np.float32]],
) -> Claim | None:
    """What a sentence tells by the words found in it and those before; None if no answer."""
    if is_yes_or_no(found):
        return itself(near)
    if not may_answer(found, meant.question):
        return None
    around = near.evidence.with_those_before()
    read = [c for c in candidates if c.is_cited_in(around)]
    claim = quotation(found, meant.words, told_apart(read, found, meant.question, embed))
    if claim is None or lacks_number(claim.text, meant.question, found):
        return None
    return joined(claim, near, found=found, question=meant.words)
