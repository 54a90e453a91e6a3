"""A conversation typed at a terminal (`run`) or coming through a pipe (`answer_lines`)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answering.storyteller import Storyteller
from bot.terminal import line_editor
from bot.terminal.conversation import Conversation, ListStories, Outcome
from bot.terminal.exits import Exit
from bot.terminal.rendering import visible
from bot.terminal.screen import Screen

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession


def run(
    storyteller: Storyteller,
    *,
    screen: Screen,
    notes: Screen,
    list_stories: ListStories,
    history_file: Path | None,
    story_id: str | None = None,
    status: Callable[[], str] = str,
) -> Exit:
    """Talk until Ctrl-D or /quit.

    `screen` is where answers go (stdout), `notes` where everything else goes
    (stderr). What was typed is kept in `history_file`, made with rights for its
    owner only; None keeps it for this conversation only. Starts within
    `story_id`, None asks all stories. What `status` says stands below the prompt.
    """
    conversation = Conversation(
        storyteller, screen=screen, notes=notes, list_stories=list_stories, story_id=story_id
    )
    session = line_editor.session(
        line_editor.history(history_file, remark=conversation.remark),
        list_stories=list_stories,
        screen=screen,
        status=status,
    )
    conversation.remark("Ask a question; /help lists the commands, Ctrl-D quits.")
    while True:
        try:
            line = session.prompt(f"\n{visible(conversation.story_id or '')}> ").strip()
        except KeyboardInterrupt:
            if not session.default_buffer.text:
                conversation.remark("Ctrl-D or /quit leaves.")
            continue
        except EOFError:
            return Exit.ANSWERED
        if not line:
            continue
        try:
            outcome = conversation.take(line)
        except KeyboardInterrupt:
            conversation.remark("Stopped.")
            continue
        if outcome is Outcome.QUIT:
            return Exit.ANSWERED
        if outcome is Outcome.CLEARED:
            _clear(session)


def answer_lines(
    storyteller: Storyteller,
    lines: Iterable[str],
    *,
    screen: Screen,
    notes: Screen,
    list_stories: ListStories,
    story_id: str | None = None,
) -> Exit:
    """Take each non-blank line as it comes, show it as `> line` and what follows from it.

    The lines are one conversation, slash commands included. Returns ERROR if any
    line failed, else NOT_IN_STORY if a story did not say, else ANSWERED;
    INTERRUPTED upon Ctrl-C.
    """
    conversation = Conversation(
        storyteller, screen=screen, notes=notes, list_stories=list_stories, story_id=story_id
    )
    outcomes: set[Outcome] = set()
    try:
        for line in _stripped(lines):
            screen.write(f"> {visible(line)}\n")
            outcome = conversation.take(line)
            if outcome is Outcome.QUIT:
                break
            outcomes.add(outcome)
            screen.write("\n")
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    if Outcome.FAILED in outcomes:
        return Exit.ERROR
    return Exit.NOT_IN_STORY if Outcome.NOT_IN_STORY in outcomes else Exit.ANSWERED


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    if isinstance(lines, io.TextIOWrapper):
        lines.reconfigure(errors="replace")  # one wrong byte must not end the conversation
    for line in lines:
        if line := line.strip().strip("\N{BYTE ORDER MARK}"):
            yield line


def _clear(session: PromptSession[str]) -> None:
    session.output.erase_screen()
    session.output.cursor_goto(0, 0)
    session.output.flush()
