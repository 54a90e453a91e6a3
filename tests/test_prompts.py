"""Prompts are files; filling one says everything that is missing, and fills in data only."""

from __future__ import annotations

import pytest

import prompts


def test_notes_at_the_top_are_not_read_by_the_model() -> None:
    assert not prompts.text("system").startswith("#")


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(prompts.MissingVariablesError, match="question, story"):
        prompts.fill("user")


def test_what_is_filled_in_is_data() -> None:
    assert "$story" in prompts.fill("user", story="s", question="$story ${x} $$")
