from __future__ import annotations

from pathlib import Path

import pytest
from telegram_bot import FERRY, GROUP, NEWS, Person, RunningBot, labels, offer, running_bot
from telegram_server import Fault, TelegramServer
from turnable_clock import TurnableClock

from bot.telegram import wording
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


def test_nothing_is_kept_of_a_forgotten_story_that_was_being_asked(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    with running_bot(tmp_path, server, clock) as bot:
        anna = Person(server, 7)
        anna.say("Zyxhaven resigns\n\n" + "The mayor of Zyxhaven resigned on Monday. " * 20)
        anna.sees_button("What is")
        anna.say("Who resigned?")
        anna.sees("Zyxhaven", "“")
        anna.say("Who resigned, slowly?")
        server.telegram.wait(lambda: len(bot.script.asked) == 2)
        anna.say("/forget 1")
        anna.sees("Stopped.")
        bot.script.go_on.set()
        anna.sees("Deleted for good: “Zyxhaven resigns”")
        anna.say("Who left?")
        anna.sees("Brennick", "“")
    kept = b"".join(p.read_bytes() for p in (tmp_path / "library").rglob("*") if p.is_file())
    assert b"Brennick" in kept
    assert b"zyxhaven" not in kept.lower()


def test_story_being_read_is_stopped_and_forgotten_with_all(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    with running_bot(tmp_path, server, clock) as bot:
        anna = Person(server, 7)
        bot.script.may_embed.clear()
        anna.say("The mayor of Zyxhaven resigned on Monday. " * 20)
        reading = anna.sees_button("Stop")
        anna.say("/forget all")
        shown = anna.sees("Stopped.")
        assert shown["message_id"] == reading["message_id"] and labels(shown) == []
        bot.script.may_embed.set()
        anna.sees("There is nothing of this chat to delete.")
        anna.say("/stories")
        anna.sees("I have no story yet.")
    kept = b"".join(p.read_bytes() for p in (tmp_path / "library").rglob("*") if p.is_file())
    assert b"zyxhaven" not in kept.lower()


@pytest.fixture
def group(server: TelegramServer, empty_bot: RunningBot) -> tuple[Person, Person]:
    """An admin and a member of a group that has a story."""
    admin, member = Person(server, 7, chat=GROUP), Person(server, 8, chat=GROUP)
    admin.chat.admins.add(admin.user)
    article = admin.say(NEWS)
    member.say("@story_test_bot", reply_to_message=admin.chat.messages[article])
    member.sees_button("What is")
    return admin, member


def test_stories_of_a_group_are_deleted_by_its_admins_only(
    server: TelegramServer, group: tuple[Person, Person]
) -> None:
    admin, member = group
    for number, command in enumerate(("/forget", "/forget 1", "/forget all"), 1):
        member.say(command)
        member.sees("deleted by its admins only", times=number)
    admin.say("/forget")
    asked = admin.sees("What shall I delete?")
    query = member.press(asked, "Mayor resigns")
    server.telegram.wait(
        lambda: any(q == query and "admins only" in n for q, n in server.telegram.notices)
    )
    admin.press(asked, "Mayor resigns")
    admin.sees("Deleted for good: “Mayor resigns”")


def test_anonymous_admin_of_a_group_may_delete(
    server: TelegramServer, group: tuple[Person, Person]
) -> None:
    nobody = Person(server, 1087968824, chat=GROUP)
    nobody.say("/forget all", sender_chat=nobody.chat.as_json())
    nobody.sees("Deleted for good.")


def test_nobody_deletes_in_a_group_while_telegram_does_not_tell_who_is_an_admin(
    server: TelegramServer, group: tuple[Person, Person]
) -> None:
    admin, _ = group
    server.fail("getChatMember", Fault.ERROR_BEFORE)
    admin.say("/forget 9")
    admin.sees("There is no such story here.")  # asked again
    server.telegram.missing.add("getChatMember")
    admin.say("/forget all")
    admin.sees("Telegram does not tell me whether you are one")
    admin.say("/stories")
    admin.sees("Mayor resigns", "Of this chat")


def test_however_many_stories_are_forgotten_it_is_told_in_one_message() -> None:
    titles = [f"A long headline about the ferries of the sound, part {n}" for n in range(100)]
    said = wording.forgotten_all(titles, 12)
    named = said.count("“")
    assert len(said) <= 4_096
    assert f"… and {100 - named} more" in said and "answers: 12" in said
    assert wording.forgotten_all(titles[:2], 0).count("“") == 2
