"""The turns of a conversation in a terminal, and its slash commands.

Knows neither how lines are read nor how an answer is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto

from bot.answering.answer import Answer, Verdict
from bot.answering.storyteller import Storyteller
from bot.errors import StorychatError
from bot.terminal.rendering import visible, wrapped
from bot.terminal.screen import Screen
from bot.terminal.telling import show_evidence, tell
from index.errors import LibraryError
from index.words import whole_characters

MOST_EARLIER = 3
"""Turns that a follow-up may lean on."""

ListStories = Callable[[], Mapping[str, str]]
"""The stories that can be asked, in order: id -> title."""

COMMANDS: Mapping[str, str] = {
    "/help": "this list",
    "/stories": "the stories that can be asked",
    "/story": "stay within one story: /story ID; all of them again: /story",
    "/sources": "the last answer's sources again",
    "/clear": "forget the conversation so far and clear the screen",
    "/quit": "leave (or Ctrl-D)",
}
"""Each slash command and what it does."""


class Outcome(Enum):
    """What became of a line."""

    ANSWERED = auto()
    NOT_IN_STORY = auto()
    FAILED = auto()
    DONE = auto()
    CLEARED = auto()
    QUIT = auto()


class Conversation:
    """Takes a person's lines one by one and shows what follows from each.

    Answers go to `screen`; errors and other remarks to `notes`.
    """

    def __init__(
        self,
        storyteller: Storyteller,
        *,
        screen: Screen,
        notes: Screen,
        list_stories: ListStories,
        story_id: str | None = None,
    ) -> None:
        self._storyteller = storyteller
        self._screen = screen
        self._notes = notes
        self._list_stories = list_stories
        self._turns: list[Answer] = []
        self._commands: Mapping[str, Callable[[str], Outcome]] = {
            "/help": self._help,
            "/stories": self._stories,
            "/story": self._story,
            "/sources": self._sources,
            "/clear": self._clear,
            "/quit": self._quit,
        }
        self.story_id = story_id

    def take(self, line: str) -> Outcome:
        """Answer the question or carry out the command in `line`, which is not blank.

        What may be shown to a person is shown and counts as FAILED; Ctrl-C
        (KeyboardInterrupt) and defects go through, and leave no turn behind.
        """
        line = whole_characters(line)
        try:
            return self._command(line) if line.startswith("/") else self._ask(line)
        except (StorychatError, LibraryError) as error:
            self.remark(str(error))
            return Outcome.FAILED

    def remark(self, text: str) -> None:
        """Say something that is no answer."""
        self._notes.write(f"{wrapped(visible(text), width=self._notes.width)}\n")

    def _ask(self, question: str) -> Outcome:
        answer = tell(
            self._storyteller,
            question,
            screen=self._screen,
            notes=self._notes,
            story_id=self.story_id,
            earlier=tuple(self._turns[-MOST_EARLIER:]),
        )
        if answer.verdict is not Verdict.NO_QUESTION:
            self._turns.append(answer)
        return Outcome.NOT_IN_STORY if answer.abstained else Outcome.ANSWERED

    def _command(self, line: str) -> Outcome:
        name, argument = (*line.split(maxsplit=1), "")[:2]
        command = self._commands.get(name.lower())
        if command is None:
            self.remark(f"There is no command {name}; /help lists what there is.")
            return Outcome.FAILED
        return command(argument.strip())

    def _help(self, _: str) -> Outcome:
        self._table(COMMANDS)
        self._say("Anything else is a question. Ctrl-C stops an answer.")
        return Outcome.DONE

    def _stories(self, _: str) -> Outcome:
        stories = self._list_stories()
        if stories:
            self._table(stories)
        else:
            self._say("There are no stories in the library yet.")
        return Outcome.DONE

    def _story(self, story_id: str) -> Outcome:
        if not story_id:
            self.story_id = None
            self._say("Asking all stories.")
            return Outcome.DONE
        stories = self._list_stories()
        if story_id not in stories:
            self.remark(f"There is no story {story_id}; /stories lists what there is.")
            return Outcome.FAILED
        self.story_id = story_id
        self._say(f"Asking only: {stories[story_id]}")
        return Outcome.DONE

    def _sources(self, _: str) -> Outcome:
        if not self._turns:
            self._say("Nothing has been answered yet.")
            return Outcome.DONE
        last = self._turns[-1]
        if last.abstained:
            self._say("The story did not say, so the last answer has no sources.")
        elif not last.citations:
            self._say("The last answer has no sources.")
        show_evidence(last, screen=self._screen)
        return Outcome.DONE

    def _clear(self, _: str) -> Outcome:
        self._turns.clear()
        return Outcome.CLEARED

    def _quit(self, _: str) -> Outcome:
        return Outcome.QUIT

    def _say(self, text: str, *, indent: int = 0) -> None:
        lines = wrapped(visible(text), width=self._screen.width, indent=indent)
        self._screen.write(f"{lines}\n")

    def _table(self, rows: Mapping[str, str]) -> None:
        width = max(len(visible(name)) for name in rows)
        for name, text in rows.items():
            self._say(f"  {visible(name):<{width}}  {text}", indent=width + 4)
