"""Deleting for good: by whom, once nobody is reading it any more, and what is said of it."""

from __future__ import annotations

import asyncio

from bot.telegram import wording
from bot.telegram.commands import ALL, numbered, offer_rows
from bot.telegram.desk import Asked, Desk
from bot.telegram.errands import Ended, Kind, Stop
from bot.telegram.shelves import Offer
from index.errors import LibraryError


async def forget(desk: Desk, asked: Asked, subject: str, *, update: int) -> str | None:
    """Delete a story, by its number or handle, or `all`; ask which if `subject` is empty.

    Returns why not, if whoever asked may not. The update counts as handled with
    what is said: until then a kill leaves it to be done again.
    """
    # Before anything is waited for: a story that is added meanwhile changes the numbers.
    own = [offer for offer in desk.offers(asked.chat) if offer.is_own]
    offer = numbered(own, subject) or next((o for o in own if o.handle == subject), None)
    is_known_admin = asked.is_group_itself
    refusal = None if is_known_admin else await desk.admins.refusal(asked.chat, asked.user)
    if refusal is not None:
        return refusal
    if subject.lower() == ALL:
        await _forget_all(desk, asked, update)
        return None
    if offer is not None:
        await _forget_story(desk, asked, offer, update)
        return None
    with desk.state.transaction():
        if subject:
            desk.say(asked, wording.NO_SUCH_STORY)
        else:
            everything = ("Everything of this chat", f"forget:{ALL}")
            rows = [*offer_rows(own, "forget"), [everything]]
            desk.say(asked, wording.WHAT_TO_FORGET, buttons=rows)
        desk.inbox.handled(update)
    return None


async def _forget_story(desk: Desk, asked: Asked, offer: Offer, update: int) -> None:
    """Delete one of the chat's own stories, and what was said of it."""
    await _end(desk, asked.chat, Kind.QUESTION)  # an answer under way may quote it
    desk.conversations.leave(asked.chat, offer.id)
    shelf = desk.shelves.of(asked.chat)
    said = wording.forgotten_story(offer.title)
    try:
        await desk.threads.run(asked.chat, Kind.STORY, Stop(), lambda: shelf.remove(offer.id))
    except LibraryError as error:
        said = str(error)
    with desk.state.transaction():
        desk.say(asked, said)
        desk.inbox.handled(update)
    asyncio.get_running_loop().call_soon(desk.state.truncate_log)


async def _forget_all(desk: Desk, asked: Asked, update: int) -> None:
    """Delete all that is kept of a chat."""
    await _end(desk, asked.chat, *Kind)
    titles = await desk.threads.run(
        asked.chat, Kind.STORY, Stop(), lambda: desk.shelves.forget(asked.chat)
    )
    with desk.state.transaction():
        questions = desk.state.value(
            "SELECT count(*) FROM errands WHERE chat = ? AND kind = ? AND state = ?",
            asked.chat,
            Kind.QUESTION,
            Ended.DONE,
        )
        desk.state.forget(asked.chat)
        if titles or questions:
            desk.say(asked, wording.forgotten_all(titles, questions))
        else:
            desk.say(asked, wording.NOTHING_TO_FORGET)
        desk.inbox.handled(update)
    asyncio.get_running_loop().call_soon(desk.state.truncate_log)


async def _end(desk: Desk, chat: int, *kinds: Kind) -> None:
    """Stop what is under way in a chat, so that nobody writes down again what is deleted."""
    await desk.errands.end_all(chat, kinds)
    await desk.threads.end(chat, kinds)
