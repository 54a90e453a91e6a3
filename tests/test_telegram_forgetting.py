from __future__ import annotations

from pathlib import Path

from telegram_bot import (
    FERRY,
    NEWS,
    Person,
    RunningBot,
    offer,
    running_bot,
)
from telegram_server import TelegramServer
from turnable_clock import TurnableClock

from bot.telegram.app import STATE


def test_forgotten_story_is_gone_for_good(
    tmp_path: Path, server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say(NEWS.replace("Averley", "Zyxhaven"))
    anna.sees_button("What is")
    anna.say(FERRY * 12)
    anna.sees("The ferry left Brennick", "sentences")
    anna.say("Who left?")
    anna.sees("“")
    anna.say("/forget")
    anna.press(anna.sees("What shall I delete?"), "Mayor resigns")
    anna.sees("Deleted for good: “Mayor resigns”")
    kept = b"".join(p.read_bytes() for p in (tmp_path / "library" / "chats" / "7").iterdir())
    assert b"Brennick" in kept
    assert b"zyxhaven" not in kept.lower()
    assert empty_bot.script.forgotten == ["own/pasted-text"]


def test_forgetting_all_leaves_nothing_of_a_chat(
    tmp_path: Path, server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say(NEWS.replace("Averley", "Zyxhaven"))
    anna.sees_button("What is")
    anna.say("Who of Zyxhaven resigned?")
    anna.sees("“")
    anna.say("/forget all")
    anna.sees("Deleted for good.", "“Mayor resigns”", "Questions and answers: 1")
    anna.say("/stories")
    anna.sees("I have no story yet.")
    assert not (tmp_path / "library" / "chats" / "7").exists()
    library = tmp_path / "library"
    kept = b"".join(p.read_bytes() for p in library.iterdir() if p.name.startswith(STATE))
    assert b"zyxhaven" not in kept.lower()


def test_only_a_chats_own_stories_can_be_forgotten(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    with running_bot(tmp_path, server, clock):
        anna = Person(server, 7)
        anna.say("/forget 1")
        anna.sees("There is no such story here.")
        anna.say("/forget all")
        anna.sees("There is nothing of this chat to delete.")
        anna.say("/stories")
        anna.sees("The Ferry")
