from __future__ import annotations

from telegram_bot import (
    GROUP,
    Person,
    RunningBot,
    labels,
)
from telegram_server import TelegramServer


def test_answer_in_a_group_is_streamed_by_edits_of_a_reply(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7, chat=GROUP)
    asked = anna.say("@story_test_bot Who was, slowly, the captain?")
    streamed = anna.sees("Anna")
    assert "“" not in streamed["text"]
    assert "Stop" in labels(streamed)
    bot.script.go_on.set()
    final = anna.sees("Anna", "“")
    assert final["message_id"] == streamed["message_id"]
    assert final["reply_to_message"]["message_id"] == asked
    assert anna.chat.drafts == []


def test_bot_in_a_group_speaks_only_when_it_is_spoken_to(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7, chat=GROUP)
    anna.say("Who was the captain?")
    anna.say("I think @story_test_bots knows")
    anna.say("@story_test_bot Who left at noon?")
    shown = anna.sees("noon", "“")
    anna.say("And who was the captain?", reply_to_message=shown)
    anna.sees("Anna Pellow was its captain. [1]")
    assert [question for question, _, _ in bot.script.asked] == [
        "Who left at noon?",
        "And who was the captain?",
    ]


def test_topics_of_a_group_are_conversations_of_their_own(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7, chat=GROUP)
    anna.chat.topics |= {5, 6}
    for topic, question in ((5, "Who left?"), (6, "Who sailed?"), (5, "And when?")):
        anna.say(f"@story_test_bot {question}", message_thread_id=topic, is_topic_message=True)
        server.telegram.wait(lambda q=question: q in bot.script.ended)
    server.telegram.wait(lambda: anna.count("“") == 3)
    assert [(q, earlier) for q, _, earlier in bot.script.asked] == [
        ("Who left?", ()),
        ("Who sailed?", ()),
        ("And when?", ("Who left?",)),
    ]
    assert sorted(m["message_thread_id"] for m in anna.chat.of_bot()) == [5, 5, 6]


def test_stop_button_stops_the_answer_in_a_group(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7, chat=GROUP)
    anna.say("@story_test_bot Who was, slowly, the captain?")
    anna.press(anna.sees("Anna"), "Stop")
    assert labels(anna.sees("Stopped.")) == []


def test_sticker_below_the_bots_words_is_passed_over_and_a_picture_for_the_bot_is_not(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7, chat=GROUP)
    anna.say("@story_test_bot Who left at noon?")
    shown = anna.sees("noon", "“")
    server.telegram.post(GROUP, 7, dice={"emoji": "🎲", "value": 3}, reply_to_message=shown)
    mention = [{"type": "mention", "offset": 0, "length": 15}]
    anna.say("@story_test_bot", reply_to_message=shown)
    anna.sees("I can read texts")
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    caption = {"caption": "@story_test_bot", "caption_entities": mention}
    server.telegram.post(GROUP, 7, photo=photo, **caption)
    anna.sees("I can read texts", times=2)
    assert len(bot.script.asked) == 1
