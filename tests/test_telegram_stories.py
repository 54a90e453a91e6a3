from __future__ import annotations

from pathlib import Path

import pytest
from telegram_bot import (
    FERRY,
    GROUP,
    NEWS,
    Person,
    RunningBot,
    labels,
    offer,
    running_bot,
)
from telegram_server import Fault, TelegramServer
from turnable_clock import TurnableClock

from bot.telegram.shelves import handle
from bot.telegram.sources import read_file


def test_question_without_any_story_says_what_to_do(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    anna.sees("I have no story yet.")
    assert empty_bot.script.asked == []


def test_long_text_becomes_the_story_and_suggests_questions(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say(NEWS)
    told = anna.sees_button("What is")
    assert told["text"].startswith("Mayor resigns\n142 words in 21 sentences.")
    assert len(labels(told)) == 3
    assert len(anna.chat.of_bot()) == 1  # progress, title and buttons are one message
    anna.press(told, "Who is named?")
    anna.sees("Who is named?\n\n", "“")
    assert empty_bot.script.asked == [("Who is named?", "own/pasted-text", ())]


def test_parts_of_a_long_paste_are_one_story(server: TelegramServer, empty_bot: RunningBot) -> None:
    anna = Person(server, 7)
    whole = "The mayor of Averley resigned on Monday. " * 300
    for begin in range(0, len(whole), 4_018):
        anna.say(whole[begin : begin + 4_018].strip())
    told = anna.sees_button("What is")
    assert "2,100 words in 300 sentences" in told["text"]
    assert len(anna.chat.of_bot()) == 1


def test_question_behind_a_paste_that_waits_is_no_part_of_it(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    with running_bot(tmp_path, server, clock) as bot:
        anna = Person(server, 7)
        anna.say("Who was, slowly, the captain?")
        server.telegram.wait(lambda: bot.script.asked)
        anna.say("The mayor of Averley resigned on Monday. " * 99)
        clock.turn(10)
        anna.say("Who resigned?")
        server.telegram.wait(lambda: len(server.called("getUpdates")) > 3)
        bot.script.go_on.set()
        told = anna.sees_button("What is")
        assert "99 sentences" in told["text"]
        server.telegram.wait(lambda: "Who resigned?" in bot.script.ended)


def test_forwarded_post_becomes_the_story_even_if_it_is_short(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    origin = {
        "type": "channel",
        "date": 1,
        "message_id": 3,
        "chat": {"id": -1009, "type": "channel", "title": "Averley Today"},
    }
    anna.say("The mayor resigned.", forward_origin=origin)
    anna.sees("Post of Averley Today", "1 sentence.")


@pytest.mark.parametrize("name", ["the-ferry.txt", "../../the-ferry.md"])
def test_document_becomes_the_story(
    server: TelegramServer, empty_bot: RunningBot, name: str, tmp_path: Path
) -> None:
    anna = Person(server, 7)
    anna.send_file(name, FERRY.encode())
    anna.sees("The ferry", "4 sentences")
    assert not list(tmp_path.parent.glob("the-ferry*"))


def test_question_below_a_document_is_asked_of_it(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.send_file("the-ferry.txt", FERRY.encode(), caption="Who was the captain?")
    anna.sees("The ferry", "4 sentences")
    anna.sees("“")
    assert [question for question, *_ in empty_bot.script.asked] == ["Who was the captain?"]


def test_document_is_fetched_again_after_a_failure(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    server.fail("getFile", Fault.ERROR_BEFORE, Fault.DROPPED_BEFORE)
    server.fail("download", Fault.DROPPED_BEFORE)
    anna = Person(server, 7)
    anna.send_file("the-ferry.txt", FERRY.encode())
    anna.sees("The ferry", "4 sentences")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1", "photo.jpg"),
        ("empty.txt", b"", "empty.txt is empty"),
    ],
)
def test_document_that_cannot_be_read_gets_a_sentence(
    server: TelegramServer, empty_bot: RunningBot, name: str, data: bytes, said: str
) -> None:
    anna = Person(server, 7)
    anna.send_file(name, data)
    assert "/tmp" not in anna.sees(said)["text"]


@pytest.mark.parametrize("text", ["http://127.0.0.1:1/news", "Read https://localhost/ please"])
def test_link_into_the_machines_own_network_is_refused(
    server: TelegramServer, empty_bot: RunningBot, text: str
) -> None:
    anna = Person(server, 7)
    anna.say(text)
    anna.sees("public pages only")


def test_links_and_what_is_asked_about_them_are_taken_apart(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say("Who resigned? (https://localhost/news)")
    anna.sees("public pages only")
    anna.sees("I could not read that, so I have nothing to answer from.")
    anna.say("localhost/news", formats=[{"type": "url", "offset": 0, "length": 14}])
    anna.sees("public pages only", times=2)
    assert empty_bot.script.asked == []


def test_document_larger_than_bots_can_fetch_gets_a_sentence(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    document = server.telegram.keep_file("big.txt", b"") | {"file_size": 20_000_001}
    server.telegram.post(anna.id, anna.user, document=document)
    anna.sees("larger than 20 MB")


def test_file_without_a_name_is_no_obstacle(server: TelegramServer, empty_bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.send_file("\0" * 3, FERRY.encode())
    server.telegram.wait(lambda: anna.chat.of_bot() and not anna.count("Reading"))


def test_message_without_text_gets_a_sentence(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    server.telegram.post(anna.id, anna.user, dice={"emoji": "🎲", "value": 3})
    anna.sees("I can read texts")


def test_album_gets_one_sentence(server: TelegramServer, empty_bot: RunningBot) -> None:
    anna = Person(server, 7)
    for number in range(3):
        photo = [{"file_id": f"p{number}", "file_unique_id": "p", "width": 1, "height": 1}]
        server.telegram.post(anna.id, anna.user, photo=photo, media_group_id="9")
    anna.say("/help")
    anna.sees("/forget")
    assert anna.count("I can read texts") == 1


def test_page_furniture_is_told_as_set_aside(server: TelegramServer, empty_bot: RunningBot) -> None:
    anna = Person(server, 7)
    page = f"Mayor resigns\n\n{NEWS[15:]}\n\nAdvertisement\n\nThe council meets on Friday."
    anna.send_file("news.txt", page.encode())
    anna.sees("I set 1 line aside as no part of the story:\n– Advertisement")


def test_story_that_is_stopped_while_it_is_read_is_not_kept(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    empty_bot.script.may_embed.clear()
    anna.say(NEWS)
    anna.press(anna.sees_button("Stop"), "Stop")
    anna.sees("Stopped.")
    empty_bot.script.may_embed.set()
    anna.say(FERRY * 12)
    anna.sees_button("What is")
    anna.say("/stories")
    assert "Mayor" not in anna.sees("Of this chat")["text"]


def test_short_article_without_any_story_says_how_it_can_be_sent(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say(FERRY * 2)
    anna.sees("took this for a question", "forward it")


def test_article_in_a_group_is_read_when_a_reply_mentions_the_bot(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7, chat=GROUP)
    article = anna.say(NEWS)
    anna.say("@story_test_bot", reply_to_message=anna.chat.messages[article])
    anna.sees("Mayor resigns", "sentences")
    anna.say("@story_test_bot Who resigned?")
    anna.sees("mayor", "“")


def test_question_behind_a_story_is_answered_from_it(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say(NEWS)
    anna.say("Who resigned?")
    anna.sees("mayor", "“")
    assert empty_bot.script.asked[0][1] == "own/pasted-text"


def test_nobody_finds_the_stories_of_another_chat(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna, boris = Person(server, 7), Person(server, 8)
    anna.say(NEWS)
    anna.sees_button("What is")
    boris.say(FERRY * 12)
    boris.sees_button("What is")
    boris.say("/use all")
    boris.sees("Asking all stories.")
    boris.say("Who is the mayor of Averley?")
    assert "mayor" not in boris.sees("“")["text"]
    boris.say("/stories")
    assert "Mayor" not in boris.sees("Of this chat")["text"]
    boris.say(f"/start {handle('own/pasted-text')}x")
    boris.sees("There is no such story here.")


def test_same_text_in_two_chats_is_a_story_of_each(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    for user in (7, 8):
        person = Person(server, user)
        person.say(NEWS)
        assert "already" not in person.sees_button("What is")["text"]


def test_offered_stories_are_listed_chosen_and_opened_by_deep_link(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    offer(tmp_path, "The Fair", "The fair opened on Sunday.\n")
    with running_bot(tmp_path, server, clock) as bot:
        anna = Person(server, 7)
        anna.say("/stories")
        listed = anna.sees("For everybody", "1. The Ferry", "2. The Fair")
        (first, _) = [e for e in listed["entities"] if e["type"] == "text_link"]
        assert first["url"] == f"https://t.me/story_test_bot?start={handle('offered/the-ferry')}"
        anna.say(f"/start {handle('offered/the-ferry')}")
        anna.sees("Asking: The Ferry")
        anna.say("What opened?")
        anna.sees("“")
        anna.say("/use")
        anna.press(anna.sees("Which story"), "The Fair")
        anna.sees("Asking: The Fair")
        anna.say("What left?")
        anna.sees("“", times=2)
        assert [story for _, story, _ in bot.script.asked] == [
            "offered/the-ferry",
            "offered/the-fair",
        ]
        assert bot.script.asked[1][2] == ()  # another story is another conversation


def test_long_list_of_stories_is_cut(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    for number in range(33):
        offer(tmp_path, f"Tale {number}", f"Tale {number} is about the number {number}.\n")
    with running_bot(tmp_path, server, clock):
        anna = Person(server, 7)
        anna.say("/stories")
        listed = anna.sees("For everybody", "30. Tale 29", "… and 3 more")
        assert "Tale 30" not in listed["text"]


def test_limits_of_a_chats_shelf_are_told(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    limits = {"telegram_stories": 1, "telegram_story_characters": 1_000}
    with running_bot(tmp_path, server, clock, **limits):
        anna = Person(server, 7)
        anna.say(NEWS * 2)
        anna.sees("This text has 1,670 characters; this bot takes up to 1,000.")
        anna.say(NEWS)
        anna.sees("Mayor resigns")
        anna.say(FERRY * 12)
        anna.sees("This chat has 1 story, as many as this bot keeps.")


def test_stories_follow_a_group_that_becomes_a_supergroup(
    server: TelegramServer, empty_bot: RunningBot
) -> None:
    anna = Person(server, 7, chat=-55)
    article = anna.say(NEWS)
    anna.say("@story_test_bot", reply_to_message=anna.chat.messages[article])
    anna.sees("Mayor resigns", "sentences")
    anna.chat.moved_to = GROUP
    server.telegram.post(-55, 7, migrate_to_chat_id=GROUP)
    moved = Person(server, 7, chat=GROUP)
    moved.say("@story_test_bot Who resigned?")
    moved.sees("mayor", "“")


def test_page_that_is_sent_as_a_file_takes_no_other_pages_place() -> None:
    page = (
        "<html><head><title>News</title><link rel='canonical' href='https://paper.example/1'>"
        "</head><body><article><p>The ferry left at six in the morning, as on every day of the "
        "week, and came back with the post and the newspapers at noon.</p></article></body></html>"
    )
    story = read_file(page.encode(), name="page.html")
    assert "The ferry left at six" in story.text and story.origin == ""
