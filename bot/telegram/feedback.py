"""Thumbs, kept with the question and the answer for whoever runs the bot."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.telegram.errands import Kind
from bot.telegram.state import State

UP = frozenset("👍❤🔥🥰👏🎉🤩🙏💯🏆")
DOWN = frozenset("👎🤬🤮💩🤡🤨🥴😡")


def record(state: State, errand: int, chat: int, user: int, is_up: bool, *, at: float) -> bool:
    """Keep a thumb for an answer; the latest of a user counts. False if there is no such answer."""
    known = state.value(
        "SELECT 1 FROM errands WHERE id = ? AND chat = ? AND kind = ? AND answer IS NOT NULL",
        errand,
        chat,
        Kind.QUESTION,
    )
    if known:
        state.write(
            "INSERT OR REPLACE INTO thumbs(errand, user, up, at) VALUES (?, ?, ?, ?)",
            errand,
            user,
            int(is_up),
            at,
        )
    return bool(known)


def react(state: State, chat: int, message: int, user: int, emoji: list[str], *, at: float) -> None:
    """Take a reaction to one of an answer's messages as a thumb; none left takes it back."""
    errand = state.value(
        "SELECT errand FROM deliveries WHERE chat = ? AND message = ? AND errand IS NOT NULL",
        chat,
        message,
    )
    if errand is None:
        return
    signs = {sign[0] for sign in emoji if sign}
    if signs & (UP | DOWN):
        record(state, errand, chat, user, not signs & DOWN, at=at)
    else:
        state.write("DELETE FROM thumbs WHERE errand = ? AND user = ?", errand, user)


def lines(state: State) -> Iterator[str]:
    """A JSON object for each thumb: the answer as given, and `is_up`. Users are not named."""
    for row in state.rows(
        "SELECT errand, up, thumbs.at, answer FROM thumbs JOIN errands ON errands.id = errand"
        " WHERE answer IS NOT NULL ORDER BY thumbs.at"
    ):
        yield json.dumps(
            {
                "errand": row["errand"],
                "at": row["at"],
                "is_up": bool(row["up"]),
                "answer": json.loads(row["answer"]),
            },
            ensure_ascii=False,
        )
