"""What the buttons below messages do, but for deleting (`forgetting`).

Each returns a short notice for whoever pressed, or None.
"""

from __future__ import annotations

import json

from bot.telegram import commands, messages, rendering, wording
from bot.telegram.desk import Asked, Desk
from bot.telegram.errands import Kind
from bot.telegram.feedback import record
from index.errors import LibraryError

_SENTENCES_AROUND = 2
_MOST_AROUND = 1_500
"""Characters before and after cited words."""
THANKS = "Thank you."


def press(desk: Desk, asked: Asked, data: str) -> str | None:
    """Do what a button says."""
    action, _, rest = data.partition(":")
    subject, _, detail = rest.partition(":")
    if action == "use":
        return _use(desk, asked, subject)
    if not subject.isdecimal():
        return wording.GONE
    errand = int(subject)
    if action == "stop":
        is_here = errand in desk.errands.open_in(asked.conversation)
        return None if is_here and desk.errands.stop(errand) else wording.NOTHING_TO_STOP
    if action == "thumb":
        found = record(desk.state, errand, asked.chat, asked.user, detail == "1", at=desk.now())
        return THANKS if found else wording.GONE
    if action == "ask":
        return _ask(desk, asked, errand, detail)
    if action in ("context", "nearest"):
        return _show(desk, asked, errand, detail)
    return wording.GONE


def _use(desk: Desk, asked: Asked, handle: str) -> str | None:
    if handle == commands.ALL:
        commands.use_all(desk, asked)
        return None
    offer = desk.offer(asked.chat, handle)
    if offer is None:
        return wording.GONE
    commands.choose(desk, asked, offer)
    return None


def _ask(desk: Desk, asked: Asked, errand: int, number: str) -> str | None:
    text = desk.state.value(
        "SELECT answer FROM errands WHERE id = ? AND chat = ? AND kind = ?",
        errand,
        asked.chat,
        Kind.STORY,
    )
    suggested = json.loads(text) if text else {"questions": []}
    if not number.isdecimal() or int(number) >= len(suggested["questions"]):
        return wording.GONE
    question = suggested["questions"][int(number)]
    messages.ask(desk, asked, question, story=suggested["story"], is_echoed=True)
    return None


def _show(desk: Desk, asked: Asked, errand: int, number: str) -> str | None:
    answer = desk.conversations.answer_of(errand, chat=asked.chat)
    if answer is None:
        return wording.GONE
    if not number:
        parts = rendering.nearest(answer)
    else:
        cited = next((c for c in answer.citations if str(c.number) == number), None)
        if cited is None:
            return wording.GONE
        shelf = desk.shelves.of(asked.chat)
        try:
            text = shelf.story(cited.story_id).text
        except LibraryError:
            return wording.GONE
        if text[cited.start : cited.end] != cited.text:
            return wording.GONE
        around = shelf.sentences(cited.story_id)
        inside = [s.number for s in around if s.start < cited.end and s.end > cited.start]
        begin = around[max(0, inside[0] - _SENTENCES_AROUND)].start
        end = around[min(len(around) - 1, inside[-1] + _SENTENCES_AROUND)].end
        before = text[max(begin, cited.start - _MOST_AROUND) : cited.start]
        after = text[cited.end : min(end, cited.end + _MOST_AROUND)]
        parts = rendering.context(cited, before, after)
    for part in parts:
        desk.say(asked, part)
    return None
