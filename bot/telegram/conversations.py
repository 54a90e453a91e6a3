"""What each conversation is about, and what has been said in it."""

from __future__ import annotations

import json

from bot.answering.answer import Answer, Verdict
from bot.telegram import turns
from bot.telegram.errands import Conversation, Ended, Kind
from bot.telegram.state import State

MOST_EARLIER = 6
"""Turns that a follow-up may lean on."""


class Conversations:
    """The chosen story and the turns of each chat or topic."""

    def __init__(self, state: State) -> None:
        self._state = state

    def story(self, conversation: Conversation) -> str:
        """The id of the chosen story; empty where all are asked."""
        found = self._state.value(
            "SELECT story FROM conversations WHERE chat = ? AND thread = ?", *conversation
        )
        return found or ""

    def choose(self, conversation: Conversation, story: str) -> None:
        """Ask this story from now on, empty for all; what was said before is over."""
        self._state.write(
            "INSERT OR REPLACE INTO conversations(chat, thread, story, since)"
            " VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM errands))",
            *conversation,
            story,
        )

    def begin_anew(self, conversation: Conversation) -> None:
        """What was said before is over; the story stays."""
        self.choose(conversation, self.story(conversation))

    def leave(self, chat: int, story: str) -> None:
        """A story is gone, and answers that quote it with it; who asks it asks all again."""
        for row in self._state.rows(
            "SELECT thread FROM conversations WHERE chat = ? AND story = ?", chat, story
        ):
            self.choose((chat, row["thread"]), "")
        self._state.write("DELETE FROM pasted WHERE chat = ? AND story = ?", chat, story)
        for row in self._state.rows(
            "SELECT id, kind, answer FROM errands WHERE chat = ? AND answer IS NOT NULL", chat
        ):
            if story in _stories_of(Kind(row["kind"]), row["answer"]):
                self._state.write("UPDATE errands SET answer = NULL WHERE id = ?", row["id"])

    def earlier(self, conversation: Conversation, *, before: int) -> list[Answer]:
        """The latest turns before an errand, the oldest first; small talk is none."""
        rows = self._state.rows(
            "SELECT answer FROM errands WHERE chat = ? AND thread = ? AND kind = ? AND state = ?"
            " AND answer IS NOT NULL AND id < ? AND id > coalesce((SELECT since FROM"
            " conversations c WHERE c.chat = errands.chat AND c.thread = errands.thread), 0)"
            " ORDER BY id DESC LIMIT ?",
            *conversation,
            Kind.QUESTION,
            Ended.DONE,
            before,
            MOST_EARLIER,
        )
        told = [turns.from_json(row["answer"]) for row in reversed(rows)]
        return [answer for answer in told if answer.verdict is not Verdict.NO_QUESTION]

    def latest(self, conversation: Conversation) -> Answer | None:
        """The latest answer."""
        (*_, latest) = (None, *self.earlier(conversation, before=2**62))
        return latest

    def answer_of(self, errand: int, *, chat: int) -> Answer | None:
        """An answer that was given in this chat, if it is still kept."""
        text = self._state.value(
            "SELECT answer FROM errands WHERE id = ? AND chat = ? AND kind = ?",
            errand,
            chat,
            Kind.QUESTION,
        )
        return None if text is None else turns.from_json(text)


def _stories_of(kind: Kind, kept: str) -> set[str]:
    """The stories that an errand's answer quotes, or that its suggested questions are about."""
    if kind is Kind.STORY:
        return {json.loads(kept)["story"]}
    answer = turns.from_json(kept)
    return {cited.story_id for cited in (*answer.citations, *answer.nearest)}
