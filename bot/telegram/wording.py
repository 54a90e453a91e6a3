"""What the bot says of itself. Answers and sources are not here (`rendering`)."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_QUESTION = 600
"""Characters; a longer text is a story."""
_MOST_NAMED = 3_000
"""Characters of titles in one message, of the 4,096 that it may have."""
LOOKING = "Looking it up…"
READING = "Reading…"
STOPPED = "Stopped."
BROKEN_OFF = "Broken off: the bot is being restarted. Please ask again in a minute."
STORY_BROKEN_OFF = "Broken off: the bot is being restarted. Please send the story again."
DEFECT = "Something went wrong on my side; it has been noted. Please try again."
NO_FILE = "Telegram did not hand over the file. Please send it again."
NO_STORY = "I have no story yet. Send me a link, a file, or paste a text; then ask about it."
NO_STORY_BUT_A_TEXT = (
    "I have no story yet, and took this for a question. If it is the story itself, forward it, "
    "send it as a file, or paste more of it."
)
NOTHING_TO_ASK = "I could not read that, so I have nothing to answer from."
EDITED = "You have changed a question that I had taken already. To ask it anew, send it again."
GIVEN_UP = "I have given this up: I was cut short each time I tried. Please try something else."
ADMINS_ONLY = "What this group has added can be deleted by its admins only."
ADMINS_UNKNOWN = (
    "Only admins can delete what this group has added, and Telegram does not tell me whether you "
    "are one. Please try again in a minute."
)
NO_ANSWER_YET = "Nothing has been answered yet."
NO_SOURCES = "The story did not say, so the last answer has no sources."
NOTHING_TO_STOP = "Nothing is under way."
GONE = "That is no longer here."
NEW = "A new conversation. What was said before no longer counts."
PAIRED = "Paired. Send me a link, a file, or paste a text; then ask about it."
NOT_PAIRED = "That code is wrong or used up. Ask whoever runs the bot for the current one."
ONLY_TEXT = "I can read texts: send a link, a document, or paste or forward the text itself."
ALL_STORIES = "Asking all stories."
NO_SUCH_STORY = "There is no such story here. /stories lists what there is."
WHICH_STORY = "Which story shall I answer from?"
WHAT_TO_FORGET = "What shall I delete? It cannot be brought back."
NOTHING_TO_FORGET = "There is nothing of this chat to delete."

COMMANDS: dict[str, str] = {
    "help": "what I can do",
    "stories": "the stories you can ask",
    "use": "choose the story to ask",
    "sources": "the last answer's sources in full",
    "new": "begin a new conversation",
    "stop": "stop the answer",
    "forget": "delete a story, or everything",
    "privacy": "what is kept, and where",
}
"""The menu, in order."""
ADMIN_COMMANDS = ("forget",)
"""Those that in a group are for its admins."""

START = (
    "Send me an article - a link, a file, or the text itself, pasted or forwarded - and ask me "
    "about it. Every sentence of an answer carries the number of the very words it rests on. "
    "What the story does not say, I do not answer."
)
STORY_OR_QUESTION = (
    "A short text is a question. A long one (over {characters} characters), a link, a file and "
    "whatever is forwarded is a story."
)
PRIVACY = (
    "Everything stays on the machine this bot runs on; no other service reads your stories or "
    "questions. Telegram carries the messages, as it does with every bot.\n\n"
    "Kept: the stories this chat has added, until you delete them; questions and answers for "
    "{days} days, or for longer where somebody gave a thumb, so that whoever runs the bot can "
    "see what went wrong. Nobody in another chat can find any of it.\n\n"
    "/forget deletes for good; in a group, for its admins."
)


def help_text(username: str) -> str:
    """What the commands do, and how a group talks to the bot."""
    lines = [f"/{name} - {what}" for name, what in COMMANDS.items()]
    taken = STORY_OR_QUESTION.format(characters=LONGEST_QUESTION)
    group = f"In a group, mention @{username} or reply to me; /forget is for its admins."
    return "\n".join([START, "", taken, "", *lines, "", group])


def count(number: int, one: str, more: str) -> str:
    """`1 story`, `2 stories`."""
    return f"{number:,} {one if number == 1 else more}"


def place(ahead: int) -> str:
    """Where a question stands in the queue."""
    return "One question is ahead of yours…" if ahead == 1 else f"{ahead} questions are ahead…"


def stopped_too(others: int) -> str:
    """More was stopped than what was under way."""
    return f"Stopped, and {others} more that waited."


def more(others: int) -> str:
    """A list goes on."""
    return f"… and {others} more"


def no_command(name: str) -> str:
    """A command that there is not."""
    return f"There is no command {name}; /help lists what there is."


def using(title: str) -> str:
    """A story was chosen."""
    return f"Asking: {title}"


def forgotten_story(title: str) -> str:
    """A story was deleted."""
    return f"Deleted for good: “{title}”, its index and what was remembered of reading it."


def forgotten_all(titles: Sequence[str], questions: int) -> str:
    """All of a chat was deleted."""
    named = list[str]()
    for title in titles:
        if sum(map(len, named)) + len(title) > _MOST_NAMED:
            named.append(more(len(titles) - len(named)))
            break
        named.append(f"“{title}”")
    stories = "; ".join(named) or "none"
    return (
        f"Deleted for good.\nStories: {stories}.\nQuestions and answers: {questions}.\n"
        "Messages in this chat are yours to delete in Telegram."
    )


def too_long_story(characters: int, most: int) -> str:
    """A story is over the limit."""
    return (
        f"This text has {characters:,} characters; this bot takes up to {most:,}. Send a part "
        "of it."
    )


def too_many_stories(most: int) -> str:
    """A chat's shelf is full."""
    stories = count(most, "story", "stories")
    return f"This chat has {stories}, as many as this bot keeps. /forget one first."


def too_large_file(most: int) -> str:
    """A file is larger than Telegram hands to bots."""
    return (
        f"This file is larger than {most // 1_000_000} MB, as much as bots can fetch. Send a part."
    )
