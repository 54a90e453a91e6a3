"""What can be asked at all."""

from __future__ import annotations

from bot.errors import StorychatError

LONGEST_QUESTION = 2_000
"""Characters."""


def check_question(question: str) -> None:
    """Raise StorychatError, with what to do, for what cannot be asked."""
    if not question.strip():
        raise StorychatError("The question is empty. Ask something about the story.")
    if len(question) > LONGEST_QUESTION:
        raise StorychatError(
            f"The question is longer than {LONGEST_QUESTION:,} characters. Ask it in fewer "
            "words; a story is added with `storychat add`."
        )
