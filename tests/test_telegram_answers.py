from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from telegram_bot import (
    FERRY,
    NEWS,
    Person,
    RunningBot,
    labels,
    offer,
    running_bot,
)
from telegram_rules import part
from telegram_server import TelegramServer
from turnable_clock import TurnableClock

from bot.answering.answer import NOT_IN_STORY


def entity_texts(message: dict[str, Any], kind: str) -> list[str]:
    return [
        part(message["text"], e["offset"], e["length"])
        for e in message.get("entities", [])
        if e["type"] == kind
    ]


def test_answer_in_private_is_footnoted_and_quotes_what_it_rests_on(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    shown = anna.sees("Anna Pellow was its captain. [1]")
    assert entity_texts(shown, "bold") == ["Anna Pellow"]
    (quoted,) = entity_texts(shown, "expandable_blockquote")
    assert quoted.startswith("The Ferry\n[1] “Anna Pellow was its captain.”\n[2] “")
    assert len(anna.chat.of_bot()) == 1


def test_answer_in_private_is_streamed_by_drafts(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("Who was, slowly, the captain?")
    server.telegram.wait(lambda: any("Anna" in d["text"] for d in anna.chat.drafts))
    assert anna.chat.of_bot() == []
    bot.script.go_on.set()
    anna.sees("Anna Pellow", "“")
    assert len({d["draft_id"] for d in anna.chat.drafts}) == 1
    assert len(anna.chat.of_bot()) == 1


def test_draft_is_shown_again_before_it_vanishes(
    server: TelegramServer, bot: RunningBot, clock: TurnableClock
) -> None:
    anna = Person(server, 7)
    anna.say("Who was, slowly, the captain?")
    server.telegram.wait(lambda: any("Anna" in d["text"] for d in anna.chat.drafts))
    shown = len(anna.chat.drafts)
    clock.turn(25)
    server.telegram.wait(lambda: len(anna.chat.drafts) > shown)
    assert anna.chat.drafts[-1] == anna.chat.drafts[shown - 1]


def test_follow_up_is_given_the_turns_before_until_a_new_conversation(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    for number, text in enumerate(("Who left?", "When?", "/new", "Where?")):
        anna.say(text)
        server.telegram.wait(lambda n=number: len(anna.chat.of_bot()) == n + 1)
    assert [earlier for _, _, earlier in bot.script.asked] == [(), ("Who left?",), ()]


def test_refusal_has_no_sources_and_its_nearest_passages_behind_a_button(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain on Mars?")
    refusal = anna.sees(NOT_IN_STORY)
    assert refusal["text"] == NOT_IN_STORY
    assert "entities" not in refusal
    anna.press(refusal, "What comes nearest")
    anna.sees("Not an answer", "Anna Pellow was its captain.")
    anna.say("/sources")
    anna.sees("has no sources")


def test_cited_words_are_shown_in_their_context(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    shown = anna.sees("Anna Pellow", "“")
    anna.press(shown, "[1] in context")
    context = anna.sees("It carried 35 sheep.", after=shown["message_id"])
    assert entity_texts(context, "bold") == ["[1] The Ferry", "Anna Pellow was its captain."]


def test_place_in_the_queue_is_shown(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("Who is ahead?")
    server.telegram.wait(lambda: any("3 questions" in d["text"] for d in anna.chat.drafts))
    bot.script.go_on.set()
    anna.sees("“")


def test_stop_ends_the_answer_at_once_and_the_next_is_given(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    anna.say("Who was, slowly, the captain?")
    server.telegram.wait(lambda: any("Anna" in d["text"] for d in anna.chat.drafts))
    anna.say("/stop")
    anna.sees("Stopped.")
    anna.say("Who left at noon?")
    anna.sees("“")
    assert bot.script.asked[1][2] == ()  # a stopped answer is no turn
    bot.script.go_on.set()
    server.telegram.wait(lambda: "Who was, slowly, the captain?" in bot.script.ended)
    assert anna.count("Stopped.") == 1


def test_stopped_answer_lets_go_of_the_model(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("Who is endless?")
    server.telegram.wait(lambda: bot.script.asked)
    anna.say("/stop")
    anna.sees("Stopped.")
    server.telegram.wait(lambda: bot.script.ended == ["Who is endless?"])


def test_stop_without_anything_under_way_says_so(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("/stop")
    anna.sees("Nothing is under way.")


def test_failures_are_told_as_a_sentence(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("What fails?")
    anna.sees("The model failed; ask again.")
    anna.say("What is a defect?")
    anna.sees("Something went wrong on my side")
    anna.say("Who was the captain?")
    anna.sees("Anna Pellow", "“")


def test_answer_longer_than_a_message_is_split_and_its_buttons_come_last(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    crowd = "🐑 " * 480
    offer(tmp_path, "The Ferry", f"The ferry {crowd}left. The ferry {crowd}came.\n")
    with running_bot(tmp_path, server, clock):
        anna = Person(server, 7)
        anna.say("When did the ferry leave?")
        server.telegram.wait(lambda: any(labels(m) for m in anna.chat.of_bot()))
        *before, last = anna.chat.of_bot()
        assert before and not any(labels(m) for m in before)
        assert "👍" in labels(last)
        assert entity_texts(last, "expandable_blockquote")


def test_words_of_a_pasted_story_are_quoted_natively(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    pasted = anna.say(
        "🐑 Новости 🐑\n\n" + "Паром ушёл в полдень. " * 30 + "Капитаном 🚢 была Анна."
    )
    anna.sees_button("What is")
    anna.say("Кто был Капитаном?")
    shown = anna.sees("Анна")
    assert shown["reply_to_message"]["message_id"] == pasted
    assert shown["quote"]["text"] == "Капитаном 🚢 была Анна."
    assert "[1] “Капитаном 🚢" in entity_texts(shown, "expandable_blockquote")[0]


def test_quote_of_a_message_that_is_gone_does_not_keep_the_answer_back(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    pasted = anna.say("News\n\n" + "The mayor resigned. " * 40)
    anna.sees_button("What is")
    anna.chat.messages[pasted]["text"] = "edited away"
    anna.say("Who resigned?")
    assert "quote" not in anna.sees("mayor", "“")


def test_formats_of_a_pasted_message_do_not_keep_the_answer_back(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    bold = [{"type": "bold", "offset": 0, "length": 30}]
    anna.say("The mayor of Averley resigned. " * 40, formats=bold)
    anna.sees_button("What is")
    anna.say("Who resigned?")
    shown = anna.sees("mayor", "“")
    assert "reply_to_message" in shown and "quote" not in shown  # Telegram wants the formats too


def test_buttons_go_on_working_after_a_restart(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    anna = Person(server, 7)
    with running_bot(tmp_path, server, clock):
        anna.say(NEWS)
        suggested = anna.sees_button("What is")
        anna.say("Who resigned?")
        shown = anna.sees("mayor", "“")
    with running_bot(tmp_path, server, clock):
        anna.press(shown, "[1] in context")
        context = anna.sees("[1] Mayor resigns", after=shown["message_id"])
        anna.press(suggested, "Who is named?")
        anna.sees("Who is named?\n\n", after=context["message_id"])


def test_question_that_is_changed_while_it_waits_is_asked_as_changed(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    first = anna.say("Who was, slowly, the captain?")
    second = anna.say("Who lft?")
    server.telegram.wait(lambda: bot.script.asked)
    anna.edit(second, "Who left?")
    anna.edit(first, "Who was, slowly, the captain?")  # as it was: only Telegram sees a change
    anna.say("/help")
    anna.sees("/forget")
    bot.script.go_on.set()
    shown = anna.sees("“", times=2)
    assert [question for question, _, _ in bot.script.asked][1:] == ["Who left?"]
    anna.edit(second, "Who left at noon?")
    anna.sees("You have changed a question", after=shown["message_id"])
    assert anna.count("You have changed") == 1


def test_thumbs_are_kept_with_the_question(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    from bot.telegram.app import STATE
    from bot.telegram.feedback import lines
    from bot.telegram.state import State

    offer(tmp_path, "The Ferry", FERRY)
    with running_bot(tmp_path, server, clock):
        anna, boris = Person(server, 7), Person(server, 8)
        for person in (anna, boris):
            person.say("Who was the captain?")
        query = anna.press(anna.sees("“"), "👎")
        server.telegram.wait(lambda: (query, "Thank you.") in server.telegram.notices)
        server.telegram.react(boris.id, boris.user, boris.sees("“")["message_id"], "👍")
        state = State(tmp_path / "library" / STATE)
        server.telegram.wait(lambda: state.value("SELECT count(*) FROM thumbs") == 2, seconds=5)
        kept = list(lines(state))
        state.close()
    assert '"is_up": false' in kept[0] and "Who was the captain?" in kept[0]
    assert '"is_up": true' in kept[1]


def test_answers_of_another_chat_cannot_be_had_by_a_forged_button(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna, boris = Person(server, 7), Person(server, 8)
    for person in (anna, boris):
        person.say("Who was the captain?")
        person.sees("“")
    shown = boris.sees("“")
    shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = "context:1:1"
    query = boris.press(shown, "[1] in context")
    server.telegram.wait(lambda: (query, "That is no longer here.") in server.telegram.notices)


def test_help_is_answered_while_others_wait_for_the_model(
    server: TelegramServer, bot: RunningBot
) -> None:
    import time

    people = [Person(server, user) for user in range(20, 30)]
    for person in people:
        person.say("Who was, slowly, the captain?")
    server.telegram.wait(lambda: len(bot.script.asked) == 10)
    anna = Person(server, 7)
    began = time.monotonic()
    anna.say("/help")
    anna.sees("/forget")
    assert time.monotonic() - began < 1  # tests/benchmarks measures it on a quiet machine
    bot.script.go_on.set()
    for person in people:
        person.sees("“")


def test_answers_to_questions_asked_in_a_row_say_which_they_answer(
    server: TelegramServer, bot: RunningBot
) -> None:
    anna = Person(server, 7)
    first = anna.say("Who was, slowly, the captain?")
    anna.say("Who left at noon?")
    server.telegram.wait(lambda: any("Anna" in d["text"] for d in anna.chat.drafts))
    bot.script.go_on.set()
    shown = anna.sees("“", times=2)
    assert anna.chat.of_bot()[0]["reply_to_message"]["message_id"] == first
    assert "reply_to_message" not in shown  # nothing else waits by now


def test_unknown_command_gets_one_sentence(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("/sumarise now")
    anna.sees("There is no command /sumarise; /help lists what there is.")
    assert bot.script.asked == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/start", "Send me an article"),
        ("/help", "mention @story_test_bot"),
        ("/privacy", "for 30 days"),
        ("/sources", "Nothing has been answered yet."),
        ("/use 9", "There is no such story here."),
        ("/use", "Which story"),
        ("/new", "A new conversation."),
    ],
)
def test_commands_say_what_they_are_for(
    server: TelegramServer, bot: RunningBot, command: str, said: str
) -> None:
    anna = Person(server, 7)
    anna.say(command)
    anna.sees(said)


def test_sources_are_told_in_full(server: TelegramServer, bot: RunningBot) -> None:
    anna = Person(server, 7)
    anna.say("Who was the captain?")
    shown = anna.sees("“")
    anna.say("/sources")
    listed = anna.sees("[1] “Anna Pellow was its captain.”", after=shown["message_id"])
    assert listed["text"].startswith("The Ferry\n\n[1]")


def test_quoted_speech_is_not_quoted_twice(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", "“She is a corridor,” said Anna Pellow, her captain.\n")
    with running_bot(tmp_path, server, clock):
        anna = Person(server, 7)
        anna.say("Who was the captain?")
        assert "[1] “She is a corridor,” said Anna" in anna.sees("captain. —")["text"]
