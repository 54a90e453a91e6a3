"""A small part of `python -m tests.fuzz`, for every run of the tests."""

from __future__ import annotations

import pytest

from tests import fuzz


@pytest.mark.parametrize("reader", fuzz.SEEDS)
def test_mutated_documents_become_stories_or_sentences(reader: str) -> None:
    figures = fuzz.run(reader, 60)
    assert figures["stories"] + figures["refused"] + figures["gave up"] == 60
    assert (figures["died"], figures["too long"], figures["torn"]) == (0, 0, 0)
