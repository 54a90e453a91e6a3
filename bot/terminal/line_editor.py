"""The line editor of the chat: history, completion, keys.

The only file that imports prompt_toolkit, and only inside functions, so that
the program starts without waiting for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.terminal.conversation import COMMANDS, ListStories
from bot.terminal.rendering import visible
from bot.terminal.screen import Screen
from index.errors import LibraryError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings


def session(
    past: History, *, list_stories: ListStories, screen: Screen, status: Callable[[], str]
) -> PromptSession[str]:
    """What reads lines on `screen`: completion, history, pasting of several lines.

    `status` is asked twice a second; what it says stands below the prompt.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.output import create_output

    return PromptSession(
        history=past,
        completer=_completer(list_stories),
        complete_while_typing=True,
        key_bindings=_key_bindings(),
        prompt_continuation=lambda width, line, wrap: " " * width,
        bottom_toolbar=lambda: visible(status()) or None,
        refresh_interval=0.5,
        # With answers going to a file, the prompt must not go there too.
        output=None if screen.is_terminal else create_output(always_prefer_tty=True),
    )


def _completer(list_stories: ListStories) -> Completer:
    """Completes slash commands, and ids of stories after `/story`."""
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class CommandCompleter(Completer):
        def get_completions(
            self, document: Document, complete_event: CompleteEvent
        ) -> Iterator[Completion]:
            typed = document.text_before_cursor
            if not typed.startswith("/"):
                return
            command, space, start = typed.partition(" ")
            if not space:
                choices, start = COMMANDS, command
            elif command == "/story":
                choices = _stories_or_none(list_stories)
            else:
                return
            for choice, meaning in choices.items():
                if choice.startswith(start):
                    yield Completion(
                        choice, start_position=-len(start), display_meta=visible(meaning)
                    )

    return CommandCompleter()


def _stories_or_none(list_stories: ListStories) -> dict[str, str]:
    try:
        return dict(list_stories())
    except LibraryError:  # said when the command is carried out; not while somebody types
        return {}


def _key_bindings() -> KeyBindings:
    """Alt-Enter starts a new line; Enter sends, also where a paste brought several lines."""
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


def history(path: Path | None, *, remark: Callable[[str], None]) -> History:
    """What was typed before, kept in `path`, which is made for its owner's eyes only.

    Where `path` is None or cannot be written (then `remark` is told), it lasts
    for one conversation.
    """
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    class ForgivingHistory(FileHistory):
        def store_string(self, string: str) -> None:
            # A full disk, or a byte that is no character, must not end the chat.
            with suppress(OSError, UnicodeError):
                super().store_string(string)

    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Questions are private: nobody else may read them, whatever the umask says.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as error:
        remark(f"What you type is not kept for next time: {error}")
        return InMemoryHistory()
    return ForgivingHistory(path)
