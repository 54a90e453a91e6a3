from __future__ import annotations

import io
from typing import cast

from scripted_storyteller import ANSWER_LINES, NEAREST_LINES, ScriptedStoryteller, list_stories

from bot.answering.answer import NOT_IN_STORY
from bot.answering.storyteller import Storyteller
from bot.terminal.chat import answer_lines
from bot.terminal.exits import Exit
from bot.terminal.screen import Screen
from bot.terminal.telling import tell


class InterruptedStream(io.StringIO):
    """A stream at which somebody presses Ctrl-C as soon as the first sentence is written."""

    def write(self, text: str) -> int:
        if "sergeant" in text:
            raise KeyboardInterrupt
        return super().write(text)


def pipe(
    *lines: str, storyteller: Storyteller | None = None, stream: io.StringIO | None = None
) -> tuple[Exit, str, str]:
    shown = io.StringIO() if stream is None else stream
    remarks = io.StringIO()
    ended = answer_lines(
        ScriptedStoryteller() if storyteller is None else storyteller,
        lines,
        screen=Screen.of(shown, environ={}),
        notes=Screen.of(remarks, environ={}),
        list_stories=list_stories,
    )
    return ended, shown.getvalue(), remarks.getvalue()


def test_each_piped_line_is_answered() -> None:
    ended, shown, remarks = pipe("Who?\n", "\n", "  How old?  \n")
    assert ended is Exit.ANSWERED
    assert shown == f"> Who?\n{ANSWER_LINES}\n> How old?\n{ANSWER_LINES}\n"
    assert remarks == ""


def test_words_that_answer_are_bold_where_colours_are_allowed() -> None:
    screen = Screen(stream=io.StringIO(), columns=lambda: 72, colours=True)
    tell(ScriptedStoryteller(), "Who?", screen=screen, notes=Screen.of(io.StringIO(), environ={}))
    shown = cast(io.StringIO, screen.stream).getvalue()
    assert shown.startswith("Black is a sergeant. [1] He is \x1b[1m35\x1b[22m. [1][2]\n")


def test_piped_question_the_story_does_not_answer_has_its_own_exit_code() -> None:
    ended, shown, _ = pipe("Who?", "On Mars?")
    assert ended is Exit.NOT_IN_STORY
    assert shown.endswith(f"> On Mars?\n{NOT_IN_STORY}\n{NEAREST_LINES}\n")


def test_piped_question_that_fails_does_not_keep_the_others_from_being_answered() -> None:
    ended, shown, remarks = pipe("model fails", "On Mars?", "Who?")
    assert ended is Exit.ERROR
    assert remarks == "The model failed; ask again.\n"
    assert shown.endswith(f"> Who?\n{ANSWER_LINES}\n")


def test_ctrl_c_ends_piped_questions() -> None:
    ended, shown, _ = pipe("A long one?", "Who?")
    assert ended is Exit.INTERRUPTED
    assert shown == "> A long one?\nBlack is a sergeant. [1]\n"


def test_piped_quit_ends_before_the_next_line() -> None:
    ended, shown, _ = pipe("/quit", "Who?")
    assert (ended, shown) == (Exit.ANSWERED, "> /quit\n")


def test_wrong_bytes_in_a_pipe_do_not_end_it() -> None:
    storyteller = ScriptedStoryteller()
    raw = io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfWho\xff?\n"), encoding="utf-8")
    answer_lines(
        storyteller,
        raw,
        screen=Screen.of(io.StringIO(), environ={}),
        notes=Screen.of(io.StringIO(), environ={}),
        list_stories=list_stories,
    )
    assert [question for question, _, _ in storyteller.asked] == ["Who�?"]


def test_ctrl_c_while_writing_closes_the_answer() -> None:
    storyteller = ScriptedStoryteller()
    ended, shown, _ = pipe("Who?", "Who?", storyteller=storyteller, stream=InterruptedStream())
    assert ended is Exit.INTERRUPTED
    assert shown == "> Who?\n"
    assert storyteller.ended == ["Who?"]
