"""Asking from a terminal: one question, a file of questions, or a chat."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import assembly
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer
from bot.answering.question import check_question
from bot.answering.storyteller import whole_answer
from bot.errors import StorychatError
from bot.settings import Settings
from bot.terminal import chat, progress
from bot.terminal.background import BackgroundReading
from bot.terminal.exits import Exit
from bot.terminal.rendering import json_line, visible
from bot.terminal.screen import Screen
from bot.terminal.stories import add_source, opened
from bot.terminal.telling import tell
from index.library import Library
from index.readers import is_address


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a file of questions."""

    id: str
    text: str
    story_id: str | None


def ask(
    settings: Settings, question: str, *, story: str | None, screen: Screen, notes: Screen
) -> Exit:
    """Answer one question for a person."""
    check_question(question)
    with _answerer(settings, story) as (answerer, _, story_id):
        answer = tell(answerer, question, screen=screen, notes=notes, story_id=story_id)
    return _exit(answer)


def ask_for_json(settings: Settings, question: str, *, story: str | None, screen: Screen) -> Exit:
    """Answer one question as one JSON object on a line."""
    check_question(question)
    with _answerer(settings, story) as (answerer, _, story_id):
        answer = whole_answer(answerer, question, story_id=story_id)
    screen.write(f"{json_line(answer, id=None)}\n")
    return _exit(answer)


def ask_file(settings: Settings, file: Path, *, story: str | None, screen: Screen) -> Exit:
    """Answer a file of questions, a JSON object on a line each, as they come."""
    questions = read_questions(file)
    with _answerer(settings, story) as (answerer, library, story_id):
        for wanted in {question.story_id for question in questions}:
            if wanted is not None:
                library.story(wanted)  # an unknown one is said before anything is answered
        for question in questions:
            within = question.story_id or story_id
            if within is not None:
                read_story(answerer, library, within)
            answer = whole_answer(answerer, question.text, story_id=within)
            screen.write(f"{json_line(answer, id=question.id)}\n")
    return Exit.ANSWERED


def converse(settings: Settings, *, story: str | None, screen: Screen, notes: Screen) -> Exit:
    """Chat at a terminal, or answer each line of a pipe."""
    with _answerer(settings, story) as (answerer, library, story_id):

        def list_stories() -> dict[str, str]:
            return {entry.id: entry.title for entry in library.entries()}

        if story_id is None and not list_stories():
            raise StorychatError("The library holds no story yet. Add one: storychat add FILE")
        if not sys.stdin.isatty():
            if story_id is not None:
                read_story(answerer, library, story_id)
            return chat.answer_lines(
                answerer,
                sys.stdin,
                screen=screen,
                notes=notes,
                list_stories=list_stories,
                story_id=story_id,
            )
        with BackgroundReading(answerer, library, story_id) as reading:
            return chat.run(
                answerer,
                screen=screen,
                notes=notes,
                list_stories=list_stories,
                history_file=settings.history,
                story_id=story_id,
                status=reading.status,
            )


def read_questions(file: Path) -> list[Question]:
    """The questions of a JSON-lines file. Raises StorychatError naming the first wrong line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StorychatError(f"{file} cannot be read: {error}.") from error
    questions: list[Question] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            question = Question(str(found["id"]), found["question"], found.get("story"))
            check_question(question.text)
            if not isinstance(question.story_id, str | None):
                raise TypeError("`story` is no text")
        except (ValueError, KeyError, TypeError, AttributeError, StorychatError) as error:
            raise StorychatError(
                f"Line {number} of {file} is no question: it must be a JSON object with `id`, "
                f"`question` and, if wanted, `story` ({error})."
            ) from error
        questions.append(question)
    if not questions:
        raise StorychatError(f"{file} holds no question.")
    return questions


def read_story(answerer: Answerer, library: Library, story_id: str) -> None:
    """Let the model read a story now, with a progress bar; at once if it remembers it."""
    story = library.story(story_id)
    with progress.bar(f"Reading {visible(story.title)}", total=100) as advance:
        shown = 0
        for done, total in answerer.read(story_id):
            percent = 100 * done // total
            advance(percent - shown)
            shown = percent


@contextmanager
def _answerer(
    settings: Settings, story: str | None
) -> Iterator[tuple[Answerer, Library, str | None]]:
    """An answerer with its models loaded, the library, and the id of the story to stay within."""
    library = opened(settings)
    story_id = None if story is None else _story_id(library, story)
    with progress.waiting("Loading the models"):
        answerer = assembly.answerer(settings, library)
    try:
        yield answerer, library, story_id
    finally:
        answerer.close()
        library.close()


def _story_id(library: Library, story: str) -> str:
    """The id of a story named by its id or by a file, which is added."""
    if any(entry.id == story for entry in library.entries()):
        return story
    # Path.exists raises where a whole text is given for a name.
    if Path(story).suffix or os.path.exists(story) or is_address(story):  # noqa: PTH110
        return add_source(library, story).story.id
    return library.story(story).id


def _exit(answer: Answer) -> Exit:
    return Exit.NOT_IN_STORY if answer.abstained else Exit.ANSWERED
