"""Who may use the bot, and how much.

A stranger is told once, with the id that the operator needs; groups that are
not allowed hear nothing at all.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from bot.errors import StorychatError
from bot.telegram.clock import Clock
from bot.telegram.pace import is_group
from bot.telegram.state import State
from bot.telegram.wording import count

HOUR = 3_600.0
MOST_GUESSES = 5
"""Wrong pairing codes a user may send in an hour."""
OPEN = "open"


def allowed_ids(allow: str) -> frozenset[int] | None:
    """The ids of a setting `12345,-10067890`; None for `open`. Raises StorychatError."""
    if allow.strip().lower() == OPEN:
        return None
    words = re.split(r"[\s,]+", allow.strip())
    try:
        return frozenset(int(word) for word in words if word)
    except ValueError as error:
        raise StorychatError(
            f"STORYCHAT_TELEGRAM_ALLOW is {allow!r}. It takes ids of users and groups, such as "
            f"12345,-10067890, or `{OPEN}`."
        ) from error


class Access:
    """The allowlist, and whoever was paired with a code."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        *,
        allow: str,
        announce: Callable[[str], None],
    ) -> None:
        """`announce` shows a pairing code to the operator."""
        self._state = state
        self._clock = clock
        self._allowed = allowed_ids(allow)
        self._announce = announce
        self._code = ""
        if self._allowed is not None:
            self._new_code()

    def admits(self, chat: int) -> bool:
        """True if a chat is allowed: a private chat's id is its user's."""
        if self._allowed is None or chat in self._allowed:
            return True
        return bool(self._state.value("SELECT allowed FROM rights WHERE id = ?", chat))

    def denial(self, chat: int) -> str | None:
        """What to tell whoever is not allowed; None if there is nothing to tell any more."""
        if is_group(chat) or self._state.row("SELECT 1 FROM rights WHERE id = ?", chat):
            return None
        self._state.write(
            "INSERT INTO rights(id, allowed, at) VALUES (?, 0, ?)", chat, self._clock.now()
        )
        return (
            f"This bot is private. Your id is {chat}: give it to whoever runs the bot, or send "
            "the code from them as /pair CODE."
        )

    def pair(self, code: str, *, chat: int, user: int) -> bool:
        """Allow a chat if the code is right, which is used up by that."""
        guesses = _uses(self._state, user, "pair", since=self._clock.now() - HOUR)
        if not self._code or len(guesses) >= MOST_GUESSES:
            return False
        digits = re.sub(r"\D", "", code)
        if not secrets.compare_digest(digits, self._code):
            _use(self._state, user, "pair", at=self._clock.now())
            return False
        self._state.write(
            "INSERT OR REPLACE INTO rights(id, allowed, at) VALUES (?, 1, ?)",
            chat,
            self._clock.now(),
        )
        self._new_code()
        return True

    def _new_code(self) -> None:
        self._code = "".join(secrets.choice("0123456789") for _ in range(8))
        self._announce(f"{self._code[:4]}-{self._code[4:]}")


class Limits:
    """How often a user may ask and add within an hour."""

    def __init__(self, state: State, clock: Clock, *, questions: int, stories: int) -> None:
        self._state = state
        self._clock = clock
        self._most = {"question": questions, "story": stories}
        self._words = {"question": ("question", "questions"), "story": ("story", "stories")}

    def refusal(self, user: int, kind: str) -> str | None:
        """Count one more use; or, where it would be too many, what to tell the user."""
        now = self._clock.now()
        uses = _uses(self._state, user, kind, since=now - HOUR)
        most = self._most[kind]
        if len(uses) < most:
            _use(self._state, user, kind, at=now)
            return None
        minutes = max(1, round((uses[-most] + HOUR - now) / 60))
        return (
            f"That would be more than {count(most, *self._words[kind])} within an hour, as many "
            f"as this bot allows. Try again in {minutes} min."
        )


def _uses(state: State, user: int, kind: str, *, since: float) -> list[float]:
    rows = state.rows(
        "SELECT at FROM uses WHERE user = ? AND kind = ? AND at > ? ORDER BY at", user, kind, since
    )
    return [row["at"] for row in rows]


def _use(state: State, user: int, kind: str, *, at: float) -> None:
    state.write("INSERT INTO uses(user, kind, at) VALUES (?, ?, ?)", user, kind, at)
