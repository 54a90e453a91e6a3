"""Which of the sentences that have the words found gives the answer.

A name that was found stands in many sentences, and mostly only one of them tells what was
asked. Their words hardly say which; a model that reads one by itself does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from bot.answering.citations import Candidate
from bot.answering.claims import Claim, lacks_number, quotation
from bot.answering.followup import Asked
from bot.answering.wordings import Readings

MOST_TRIED = 3
"""Sentences that have the words found; reading one takes as long as reading the question."""
CLEAR_LEAD = 0.25
"""By how much nearer to the question than the next the likeliest must be not to be read; how many
words they share with it misleads. See tests/benchmarks/LOG.md."""


def quote(
    found: str,
    meant: Asked,
    candidates: Sequence[Candidate],
    readings: Readings,
) -> tuple[Claim | None, Sequence[Candidate]]:
    """The story's own words that hold what was found, and the candidates that remain with them.

    Of several sentences, in the order in which they would be cited, the first that is carried
    and answers by itself; if none does, the first that is carried, or else the first. Those
    before it are no candidates any more. None if there are none, or if a number was asked for
    and none is told. Sentences are read by themselves unless no other comes near to the likeliest;
    in a follow-up then too.
    """
    tried = list(_each(found, meant, candidates))
    carried = [one for one in tried if one.claim.is_carried]
    if not carried:
        return (tried[0].claim if tried else None), candidates
    likeliest, *others = carried
    # The words of a follow-up alone are near to little: it leaves out what it is about.
    if not others or (not meant.follows and likeliest.leads(others[0])):
        known = readings.known(likeliest.claim, found)
        return replace(likeliest.claim, alone=known), likeliest.left
    read = ((replace(one.claim, alone=readings.of(one.claim, found)), one.left) for one in carried)
    first = next(read)
    return next((one for one in chain([first], read) if not one[0].fails_alone), first)


class _Tried(NamedTuple):
    """What may be quoted, how near it is to the question, and the candidates with it."""

    claim: Claim
    nearness: float
    left: Sequence[Candidate]

    def leads(self, other: _Tried) -> bool:
        """True if the other comes nowhere near."""
        return self.nearness - other.nearness >= CLEAR_LEAD


def _each(found: str, meant: Asked, candidates: Sequence[Candidate]) -> Iterator[_Tried]:
    """What may be quoted, the likeliest first, each with the candidates without those before."""
    left = candidates
    for _ in range(MOST_TRIED):
        claim = quotation(found, meant.words, left)
        if claim is None:
            return
        rivals = [c for c in left if c.standing(found)]
        last = [c for c in rivals if c.is_cited_in(claim.evidence)]
        if not lacks_number(claim.text, meant.question, found):
            yield _Tried(claim, max((c.nearness for c in last), default=0.0), left)
        if not last or len(last) == len(rivals):
            return
        left = [c for c in left if c not in last]
