"""What the slash commands do. Each is one transaction, planned here and sent by the outbox."""

from __future__ import annotations

from telegram import MessageEntity

from bot.telegram import rendering, wording
from bot.telegram.answers import link
from bot.telegram.desk import Asked, Desk
from bot.telegram.formatting import Formatted, bold, joined, marked, split
from bot.telegram.pace import is_group
from bot.telegram.rendering import Rows
from bot.telegram.shelves import Offer
from bot.telegram.state import KEPT_DAYS

_MOST_BUTTONS = 10
_MOST_LISTED = 30
ALL = "all"


def start(desk: Desk, asked: Asked) -> None:
    """Greet; or open the story that a deep link names."""
    if not asked.argument:
        desk.say(asked, wording.START)
        return
    offer = desk.offer(asked.chat, asked.argument)
    if offer is None:
        desk.say(asked, wording.NO_SUCH_STORY)
    else:
        choose(desk, asked, offer)


def help_(desk: Desk, asked: Asked) -> None:
    """Say what can be done."""
    desk.say(asked, wording.help_text(desk.bot_name))


def privacy(desk: Desk, asked: Asked) -> None:
    """Say what is kept."""
    desk.say(asked, wording.PRIVACY.format(days=KEPT_DAYS))


def stories(desk: Desk, asked: Asked) -> None:
    """List the stories, numbered."""
    offers = desk.offers(asked.chat)
    if not offers:
        desk.say(asked, wording.NO_STORY)
        return
    chosen = desk.conversations.story(asked.conversation)
    text = Formatted("")
    for heading, is_own in (("Of this chat", True), ("For everybody", False)):
        lines = [
            _line(desk, number, offer, is_chosen=offer.id == chosen)
            for number, offer in enumerate(offers, 1)
            if offer.is_own is is_own
        ]
        if len(lines) > _MOST_LISTED:
            lines = [*lines[:_MOST_LISTED], Formatted(wording.more(len(lines) - _MOST_LISTED))]
        if lines:
            text = (text + "\n\n" if text else text) + bold(heading) + "\n" + joined("\n", lines)
    text = text + "\n\n/use NUMBER asks one of them, /use all asks all."
    for part in split(text):
        desk.say(asked, part)


def use(desk: Desk, asked: Asked) -> None:
    """Choose a story by its number, or all; without an argument, by button."""
    offers = desk.offers(asked.chat)
    if not offers:
        desk.say(asked, wording.NO_STORY)
    elif not asked.argument:
        rows = offer_rows(offers, "use")
        desk.say(asked, wording.WHICH_STORY, buttons=[*rows, [("All of them", f"use:{ALL}")]])
    elif asked.argument.lower() == ALL:
        use_all(desk, asked)
    elif (offer := numbered(offers, asked.argument)) is None:
        desk.say(asked, wording.NO_SUCH_STORY)
    else:
        choose(desk, asked, offer)


def choose(desk: Desk, asked: Asked, offer: Offer) -> None:
    """Ask one story from now on."""
    desk.conversations.choose(asked.conversation, offer.id)
    desk.say(asked, wording.using(offer.title))


def use_all(desk: Desk, asked: Asked) -> None:
    """Ask all stories from now on."""
    desk.conversations.choose(asked.conversation, "")
    desk.say(asked, wording.ALL_STORIES)


def sources(desk: Desk, asked: Asked) -> None:
    """The last answer's sources in full."""
    latest = desk.conversations.latest(asked.conversation)
    if latest is None:
        desk.say(asked, wording.NO_ANSWER_YET)
    elif latest.abstained or not latest.citations:
        desk.say(asked, wording.NO_SOURCES)
    else:
        shelf = desk.shelves.of(asked.chat)
        links = {c.story_id: url for c in latest.citations if (url := link(shelf, c.story_id))}
        for part in rendering.sources(latest, links):
            desk.say(asked, part)


def new(desk: Desk, asked: Asked) -> None:
    """Begin a new conversation about the same story."""
    desk.conversations.begin_anew(asked.conversation)
    desk.say(asked, wording.NEW)


def stop(desk: Desk, asked: Asked) -> None:
    """Stop what is under way in this conversation, and what waits behind it."""
    stopped = [e for e in desk.errands.open_in(asked.conversation) if desk.errands.stop(e)]
    if not stopped:
        desk.say(asked, wording.NOTHING_TO_STOP)
    elif len(stopped) > 1:
        desk.say(asked, wording.stopped_too(len(stopped) - 1))


def pair(desk: Desk, asked: Asked) -> None:
    """Let a chat in that has the operator's code; called for chats that are not allowed."""
    is_paired = desk.access.pair(asked.argument, chat=asked.chat, user=asked.user)
    if is_paired:
        desk.say(asked, wording.PAIRED)
    elif not is_group(asked.chat):  # a group that is not allowed hears nothing
        desk.say(asked, wording.NOT_PAIRED)


def unknown(desk: Desk, asked: Asked) -> None:
    """Say that there is no such command."""
    desk.say(asked, wording.no_command(asked.command))


def _line(desk: Desk, number: int, offer: Offer, *, is_chosen: bool) -> Formatted:
    """A story in the list. What is offered to all has a link that can be passed on."""
    title = rendering.title_label(offer.title)
    url = f"https://t.me/{desk.bot_name}?start={offer.handle}"
    named = Formatted(title) if offer.is_own else marked(MessageEntity.TEXT_LINK, title, url=url)
    return Formatted(f"{number}. ") + named + (" (being asked)" if is_chosen else "")


def numbered(offers: list[Offer], argument: str) -> Offer | None:
    """The story with a number of the list."""
    if argument.isdecimal() and 1 <= int(argument) <= len(offers):
        return offers[int(argument) - 1]
    return None


def offer_rows(offers: list[Offer], action: str) -> Rows:
    """Buttons that do something with a story."""
    return [
        [(rendering.title_label(offer.title), f"{action}:{offer.handle}")]
        for offer in offers[:_MOST_BUTTONS]
    ]
