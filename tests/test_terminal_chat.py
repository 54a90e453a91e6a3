from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from scripted_storyteller import ANSWER_LINES, NEAREST_LINES, ScriptedStoryteller, list_stories

from bot.answering.answer import NOT_IN_STORY
from bot.answering.storyteller import Storyteller
from bot.terminal import line_editor
from bot.terminal.chat import run
from bot.terminal.conversation import COMMANDS
from bot.terminal.exits import Exit
from bot.terminal.screen import Screen


@contextmanager
def no_keyboard() -> Iterator[None]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield


def chat(
    typed: str,
    *,
    storyteller: Storyteller | None = None,
    history_file: Path | None = None,
    story_id: str | None = None,
) -> tuple[str, str]:
    """Type into a real prompt session; return what was shown as (answers, remarks)."""
    screen = Screen(stream=io.StringIO(), columns=lambda: 72, colours=False)
    notes = Screen(stream=io.StringIO(), columns=None, colours=False)
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(typed)
        ended = run(
            ScriptedStoryteller() if storyteller is None else storyteller,
            screen=screen,
            notes=notes,
            list_stories=list_stories,
            history_file=history_file,
            story_id=story_id,
        )
    assert ended is Exit.ANSWERED
    assert isinstance(screen.stream, io.StringIO) and isinstance(notes.stream, io.StringIO)
    return screen.stream.getvalue(), notes.stream.getvalue()


def test_answer_is_shown_with_its_footnotes() -> None:
    shown, remarks = chat("Who is Black?\r\x04")
    assert shown == ANSWER_LINES
    assert "/help" in remarks


def test_turns_so_far_are_handed_on_and_clear_forgets_them() -> None:
    storyteller = ScriptedStoryteller()
    chat("Who?\rOn Mars?\rHow old?\r/clear\rWhere?\r\x04", storyteller=storyteller)
    assert [earlier for _, _, earlier in storyteller.asked] == [
        (),
        ("Who?",),
        ("Who?", "On Mars?"),
        (),
    ]


def test_chat_stays_within_a_story_until_told_otherwise() -> None:
    storyteller = ScriptedStoryteller()
    _, remarks = chat(
        "Who?\r/story snow-white\rWho?\r/story nowhere\rWho?\r/story\rWho?\r\x04",
        storyteller=storyteller,
        story_id="exchange",
    )
    assert [story for _, story, _ in storyteller.asked] == [
        "exchange",
        "snow-white",
        "snow-white",
        None,
    ]
    assert "There is no story nowhere; /stories lists what there is." in remarks


def test_sources_are_shown_again() -> None:
    shown, _ = chat("Who?\r/sources\r/quit\r")
    footnotes = ANSWER_LINES.partition("\n")[2]
    assert shown == ANSWER_LINES + footnotes


def test_sources_of_a_refusal_are_none_but_what_is_nearest() -> None:
    shown, _ = chat("On Mars?\r/sources\r/quit\r")
    assert shown == (
        f"{NOT_IN_STORY}\n{NEAREST_LINES}"
        f"The story did not say, so the last answer has no sources.\n{NEAREST_LINES}"
    )


def test_sources_before_any_answer_says_so() -> None:
    assert chat("/sources\r\x04")[0] == "Nothing has been answered yet.\n"


def test_help_lists_every_command_and_stories_every_story() -> None:
    shown, _ = chat("/help\r/stories\r\x04")
    assert all(command in shown for command in COMMANDS)
    assert "  exchange    Prisoner exchange\n  snow-white  Snow White\n" in shown


def test_unknown_command_gets_one_sentence() -> None:
    storyteller = ScriptedStoryteller()
    _, remarks = chat("/foo bar\r\x04", storyteller=storyteller)
    assert "There is no command /foo; /help lists what there is.\n" in remarks
    assert storyteller.asked == []


def test_errors_are_shown_as_a_sentence_and_the_chat_goes_on() -> None:
    shown, remarks = chat("model fails\rlibrary fails\rWho?\r\x04")
    assert "The model failed; ask again.\n" in remarks
    assert "The library cannot be read.\n" in remarks
    assert shown == ANSWER_LINES


def test_ctrl_c_stops_the_answer_and_not_the_chat() -> None:
    storyteller = ScriptedStoryteller()
    shown, remarks = chat("A long one?\rWho?\r\x04", storyteller=storyteller)
    assert shown == "Black is a sergeant. [1]\n" + ANSWER_LINES
    assert "Stopped.\n" in remarks
    assert storyteller.asked[1] == ("Who?", None, ())  # a stopped answer is no turn


def test_ctrl_c_at_the_empty_prompt_says_how_to_quit() -> None:
    _, remarks = chat("\x03\x04")
    assert "Ctrl-D or /quit leaves.\n" in remarks


def test_ctrl_c_at_a_half_typed_question_only_drops_it() -> None:
    storyteller = ScriptedStoryteller()
    _, remarks = chat("Who is\x03Where?\r\x04", storyteller=storyteller)
    assert "leaves" not in remarks
    assert [question for question, _, _ in storyteller.asked] == ["Where?"]


def test_pasted_lines_are_one_question() -> None:
    storyteller = ScriptedStoryteller()
    chat("\x1b[200~Who is\r\nBlack?\x1b[201~\r\x04", storyteller=storyteller)
    assert [question for question, _, _ in storyteller.asked] == ["Who is\nBlack?"]


def test_history_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    history_file = tmp_path / "state" / "history"
    mask = os.umask(0)
    try:
        chat("Who is Black?\r\x04", history_file=history_file)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(history_file.stat().st_mode) == 0o600
    storyteller = ScriptedStoryteller()
    chat("\x1b[A\r\x04", history_file=history_file, storyteller=storyteller)
    assert [question for question, _, _ in storyteller.asked] == ["Who is Black?"]


def test_history_that_cannot_be_kept_does_not_keep_the_chat_from_starting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shown, remarks = chat("Who?\r\x04", history_file=tmp_path / "file" / "history")
    assert shown == ANSWER_LINES
    assert "not kept for next time" in remarks


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/st", ["/stories", "/story"]),
        ("/story s", ["snow-white"]),
        ("/story ", ["exchange", "snow-white"]),
        ("/sources x", []),
        ("Who", []),
    ],
)
def test_commands_and_stories_are_completed(typed: str, offered: list[str]) -> None:
    screen = Screen(stream=io.StringIO(), columns=lambda: 72, colours=False)
    with no_keyboard():
        past = line_editor.history(None, remark=print)
        session = line_editor.session(
            past, list_stories=list_stories, screen=screen, status=lambda: ""
        )
    assert session.completer is not None
    found = session.completer.get_completions(Document(typed), CompleteEvent())
    assert [completion.text for completion in found] == offered


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    program = (
        "import sys; import bot.terminal.chat, bot.terminal.progress; "
        "sys.exit(str(sorted({'prompt_toolkit', 'rich'} & set(sys.modules)) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.strip() == ""
