from __future__ import annotations

from pathlib import Path

import pytest
from telegram_bot import (
    FERRY,
    GROUP,
    Person,
    bot_settings,
    offer,
    running_bot,
)
from telegram_server import TelegramServer
from turnable_clock import TurnableClock

from bot.errors import StorychatError
from bot.telegram.access import allowed_ids


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    offer(tmp_path, "The Ferry", FERRY)
    return tmp_path


def test_stranger_is_told_once_with_their_id(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    stranger, anna = Person(server, 99), Person(server, 7)
    with running_bot(folder, server, clock, telegram_allow="7") as bot:
        stranger.say("Who was the captain?")
        stranger.sees("Your id is 99")
        stranger.say("Hello?")
        stranger.say("/help")
        anna.say("Who was the captain?")
        anna.sees("“")
        assert len(bot.script.asked) == 1
    with running_bot(folder, server, clock, telegram_allow="7"):
        stranger.say("Hello again?")
        anna.say("/help")
        anna.sees("/forget")
    assert len(stranger.chat.of_bot()) == 1


def test_group_that_is_not_allowed_hears_nothing(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    with running_bot(folder, server, clock, telegram_allow="7, -1002"):
        denied, allowed = Person(server, 7, chat=GROUP), Person(server, 8, chat=-1002)
        for person in (denied, allowed):
            person.say("/help")
            person.say("/pair 12345678")
            person.say("@story_test_bot Who was the captain?")
        allowed.sees("“")
        assert denied.chat.of_bot() == []


def test_button_of_a_chat_that_is_no_longer_allowed_does_nothing(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    anna = Person(server, 7)
    with running_bot(folder, server, clock):
        anna.say("Who was the captain?")
        shown = anna.sees("“")
    with running_bot(folder, server, clock, telegram_allow="8"):
        query = anna.press(shown, "[1] in context")
        server.telegram.wait(lambda: (query, "") in server.telegram.notices)
        assert len(anna.chat.of_bot()) == 1


def test_one_time_code_pairs_one_chat_for_good(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    anna, boris = Person(server, 7), Person(server, 8)
    with running_bot(folder, server, clock, telegram_allow="") as bot:
        server.telegram.wait(lambda: bot.codes)
        code = bot.codes[0]
        anna.say(f"/pair {code}")
        anna.sees("Paired.")
        boris.say(f"/pair {code}")
        boris.sees("That code is wrong or used up.")
        assert bot.codes[1] != code
    with running_bot(folder, server, clock, telegram_allow=""):
        anna.say("Who was the captain?")
        anna.sees("“")


def test_codes_cannot_be_guessed_for_long(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    boris = Person(server, 8)
    with running_bot(folder, server, clock, telegram_allow="7") as bot:
        for number in range(1, 6):
            boris.say(f"/pair {number}")
            boris.sees("wrong or used up", times=number)
        boris.say(f"/pair {bot.codes[0]}")
        boris.sees("wrong or used up", times=6)
        clock.turn(3_700)
        boris.say(f"/pair {bot.codes[0]}")
        boris.sees("Paired.")


def test_questions_of_a_user_are_limited_within_an_hour(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    with running_bot(folder, server, clock, telegram_questions_per_hour=2):
        anna, boris = Person(server, 7), Person(server, 8)
        for question in ("Who left?", "Who sailed?", "Who came?"):
            anna.say(question)
        anna.sees("more than 2 questions within an hour", "Try again in 60 min.")
        anna.sees("“", times=2)
        boris.say("Who left?")
        boris.sees("“")
        clock.turn(3_700)
        anna.say("Who came?")
        anna.sees("“", times=3)


def test_stories_of_a_user_are_limited_within_an_hour(
    folder: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    with running_bot(folder, server, clock, telegram_stories_per_hour=1):
        anna = Person(server, 7)
        anna.send_file("a.txt", FERRY.encode())
        anna.sees("sentences")
        anna.send_file("b.txt", b"The fair opened on Sunday.")
        anna.sees("more than 1 story within an hour")


@pytest.mark.parametrize(
    ("allow", "ids"), [("open", None), ("", set()), ("7, -1001", {7, -1001}), ("7 8", {7, 8})]
)
def test_allowlist_is_read(allow: str, ids: set[int] | None) -> None:
    assert allowed_ids(allow) == ids


def test_allowlist_that_cannot_be_read_says_what_it_takes() -> None:
    with pytest.raises(StorychatError, match="ids of users and groups"):
        allowed_ids("@anna")


def test_token_is_masked_wherever_settings_are_shown(
    tmp_path: Path, server: TelegramServer
) -> None:
    settings = bot_settings(tmp_path, server, telegram_token="4242:secret")
    assert "secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
