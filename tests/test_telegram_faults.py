from __future__ import annotations

from pathlib import Path

import pytest
from telegram_bot import (
    FERRY,
    GROUP,
    NEWS,
    Person,
    RunningBot,
    bot_settings,
    labels,
    offer,
    running_bot,
)
from telegram_server import Fault, TelegramServer
from turnable_clock import TurnableClock

from bot.telegram.app import STATE
from bot.telegram.errands import MOST_BEGINNINGS
from bot.telegram.state import State

KNOWN = (Fault.FLOOD,)
UNKNOWN = (Fault.ERROR_AFTER, Fault.DROPPED_AFTER, Fault.SILENT_AFTER)
NOT_DONE = (Fault.ERROR_BEFORE, Fault.DROPPED_BEFORE)


@pytest.fixture(autouse=True)
def _silence(server: TelegramServer) -> None:
    server.silence = 1.2


def unknown_fates(folder: Path) -> int:
    state = State(folder / "library" / STATE)
    count = state.value("SELECT coalesce(sum(unknown), 0) FROM deliveries")
    state.close()
    return int(count)


@pytest.mark.parametrize("fault", [*KNOWN, *NOT_DONE])
def test_answer_arrives_once_after_its_sending_was_refused(
    server: TelegramServer, bot: RunningBot, fault: Fault
) -> None:
    server.fail("sendMessage", fault, fault)
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    anna.sees("“")
    anna.say("/help")
    anna.sees("/forget")
    assert anna.count("“") == 1


@pytest.mark.parametrize("fault", UNKNOWN)
def test_new_message_of_unknown_fate_is_sent_again_and_counted(
    tmp_path: Path, server: TelegramServer, bot: RunningBot, fault: Fault
) -> None:
    server.fail("sendMessage", fault)
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    anna.sees("“", times=2)
    anna.say("/help")
    anna.sees("/forget")
    assert anna.count("“") == 2
    assert unknown_fates(tmp_path) == 1


@pytest.mark.parametrize("fault", list(Fault))
def test_edit_is_repeated_until_it_is_known_to_have_arrived(
    tmp_path: Path, server: TelegramServer, bot: RunningBot, fault: Fault
) -> None:
    anna = Person(server, 7, chat=GROUP)
    anna.say("@story_test_bot Who was, slowly, the captain?")
    anna.sees("Anna")
    server.fail("editMessageText", fault, fault)
    bot.script.go_on.set()
    anna.sees("“")
    anna.say("/help")
    anna.sees("/forget")
    assert len(anna.chat.of_bot()) == 2
    assert unknown_fates(tmp_path) == 0


def test_flood_while_streaming_drops_frames_and_not_the_answer(
    server: TelegramServer, bot: RunningBot
) -> None:
    server.retry_after = 20
    server.fail("sendMessageDraft", Fault.FLOOD)
    anna = Person(server, 7)
    anna.say("Who was, slowly, the captain?")
    server.telegram.wait(lambda: server.called("sendMessageDraft"))
    bot.script.go_on.set()
    anna.sees("“")
    assert len(server.called("sendMessageDraft")) == 1  # none within the cool-down
    assert not server.called("editMessageText")


def test_message_deleted_by_a_person_is_sent_anew(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7, chat=GROUP)
    anna.say("@story_test_bot Who was, slowly, the captain?")
    streamed = anna.sees("Anna")
    del anna.chat.messages[streamed["message_id"]]
    bot.script.go_on.set()
    assert anna.sees("“")["message_id"] != streamed["message_id"]


def test_server_without_drafts_menus_and_actions_is_served_the_plain_way(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    server.telegram.missing |= {"sendMessageDraft", "setMyCommands", "sendChatAction"}
    offer(tmp_path, "The Ferry", FERRY)
    with running_bot(tmp_path, server, clock) as bot:
        anna = Person(server, 7)
        anna.say("Who was, slowly, the captain?")
        streamed = anna.sees("Anna")
        bot.script.go_on.set()
        assert anna.sees("“")["message_id"] == streamed["message_id"]
        anna.say("And who left?")
        anna.sees("“", times=2)
    assert len(server.called("sendMessageDraft")) == 1


def test_chat_that_blocked_the_bot_is_left_alone(server: TelegramServer, bot: RunningBot) -> None:
    anna, boris = Person(server, 7), Person(server, 8)
    anna.chat.is_blocked = True
    anna.say("Who was the captain?")
    boris.say("Who was the captain?")
    boris.sees("“")
    server.telegram.wait(lambda: any(p["chat_id"] == "7" for p in server.called("sendMessage")))
    boris.say("/help")
    boris.sees("/forget")
    assert sum(p["chat_id"] == "7" for p in server.called("sendMessage")) == 1


def test_update_that_comes_twice_is_handled_once(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    anna.sees("“")
    with server.telegram.changed:
        number = int(server.called("getUpdates")[-1]["offset"]) - 1
        message = next(m for m in anna.chat.messages.values() if m["from"]["id"] == 7)
        server.telegram.updates.append({"update_id": number, "message": message})
        server.telegram.updates.append({"update_id": number, "message": message})
    anna.say("/help")
    anna.sees("/forget")
    assert len(bot.script.asked) == 1


def test_killed_bot_answers_what_it_was_asked_when_it_is_back(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    settings = bot_settings(tmp_path, server)
    people = [Person(server, 7), Person(server, 8, chat=GROUP)]
    first = RunningBot(settings, clock)
    for person in people:
        person.say("@story_test_bot Who was, slowly, the captain?")
        person.say("@story_test_bot Who left at noon?")
    server.telegram.wait(lambda: len(first.script.asked) == 2)
    people[1].sees("Anna")
    first.kill()
    first.script.go_on.set()
    people[0].say("Who came while the bot was away?")
    second = RunningBot(settings, clock)
    second.script.go_on.set()
    people[0].sees("“", times=3)
    people[1].sees("“", times=2)
    second.stop()
    assert [len(p.chat.of_bot()) for p in people] == [3, 2]
    assert unknown_fates(tmp_path) == 0


def test_story_half_added_when_the_bot_was_killed_is_taken_up_again(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    settings = bot_settings(tmp_path, server)
    anna = Person(server, 7)
    first = RunningBot(settings, clock)
    server.fail("getFile", *[Fault.SILENT_AFTER] * 3)
    anna.send_file("news.txt", NEWS.encode())
    server.telegram.wait(lambda: server.called("getFile"))
    first.kill()
    second = RunningBot(settings, clock)
    told = anna.sees_button("What is")
    second.stop()
    assert told["text"].startswith("Mayor resigns")
    assert anna.count("Mayor resigns") == 1


def test_message_cut_short_by_a_kill_counts_as_of_unknown_fate(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    settings = bot_settings(tmp_path, server)
    anna = Person(server, 7)
    server.fail("sendMessage", Fault.SILENT_AFTER)
    first = RunningBot(settings, clock)
    anna.say("Who was the captain?")
    anna.sees("“")  # taken in, but the bot does not know
    first.kill()
    second = RunningBot(settings, clock)
    anna.sees("“", times=2)
    second.stop()
    assert unknown_fates(tmp_path) == 1


def test_update_that_kills_the_bot_every_time_is_given_up(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    settings = bot_settings(tmp_path, server)
    state = State(tmp_path / "library" / STATE)
    update = '{"update_id": 5}'
    state.write("INSERT INTO updates(id, data, tries, at) VALUES (5, ?, 3, 0)", update)
    bot = RunningBot(settings, clock)
    server.telegram.wait(lambda: server.called("getUpdates"))
    bot.stop()
    assert state.value("SELECT data FROM updates WHERE id = 5") is None
    state.close()


def test_errand_that_is_cut_short_again_and_again_is_given_up(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    anna = Person(server, 7)
    state = State(tmp_path / "library" / STATE)
    row = (7, 0, 7, 101, "question", '{"question": "Who left?"}', "waiting", 0, MOST_BEGINNINGS)
    state.write(
        "INSERT INTO errands(chat, thread, user, message, kind, payload, state, at, begun)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *row,
    )
    with running_bot(tmp_path, server, clock) as bot:
        anna.sees("I have given this up")
        assert bot.script.asked == []
    assert state.value("SELECT state FROM errands") == "failed"
    state.close()


def test_kills_count_for_whoever_is_at_work_and_not_for_those_in_line(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    settings = bot_settings(tmp_path, server)
    anna, boris = Person(server, 7), Person(server, 8)
    anna.say("Who is ahead?")
    boris.say("Who was, slowly, the captain?")
    for _ in range(2):
        bot = RunningBot(settings, clock)
        server.telegram.wait(lambda bot=bot: len(bot.script.asked) == 2)
        server.telegram.wait(lambda: any("3 questions" in d["text"] for d in anna.chat.drafts))
        bot.kill()
        bot.script.go_on.set()
        anna.chat.drafts.clear()
    state = State(tmp_path / "library" / STATE)
    begun = {r["chat"]: r["begun"] for r in state.rows("SELECT chat, begun FROM errands")}
    state.close()
    assert begun == {7: 0, 8: 2}


def test_state_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    state = State(tmp_path / STATE)
    state.write("ALTER TABLE errands DROP COLUMN begun")
    state.write("PRAGMA user_version = 1")
    state.close()
    state = State(tmp_path / STATE)
    assert state.value("SELECT count(begun) FROM errands") == 0
    state.close()


def test_stopped_bot_finishes_answers_or_says_that_they_are_broken_off(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    bot = RunningBot(bot_settings(tmp_path, server), clock)
    anna, boris, clara = Person(server, 7), Person(server, 8, chat=GROUP), Person(server, 9)
    anna.say("Who was, slowly, the captain?")
    anna.say("Who left?")
    boris.say("@story_test_bot Who was, slowly, the captain?")
    boris.sees("Anna")
    server.telegram.wait(lambda: len(bot.script.asked) == 2)
    bot.begin_to_stop()
    anna.sees("Broken off", times=2)
    assert labels(boris.sees("Broken off")) == []
    bot.stop()
    clara.say("Is anybody there?")
    with running_bot(tmp_path, server, clock):
        clara.sees("“")
    assert (anna.count("Broken off"), boris.count("Broken off")) == (2, 1)
    assert anna.count("“") == 0


def test_defect_in_a_handler_is_told_and_the_bot_goes_on(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    shown = anna.sees("“")
    button = shown["reply_markup"]["inline_keyboard"][0][0]
    button["callback_data"] = "thumb:99999999999999999999:1"  # no number that SQLite can hold
    anna.press(shown, button["text"])
    anna.say("/help")
    anna.sees("/forget")
