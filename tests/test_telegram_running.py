from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import SecretStr
from telegram_bot import (
    FERRY,
    Person,
    RunningBot,
    bot_settings,
    offer,
    running_bot,
)
from telegram_server import TOKEN, Fault, TelegramServer, telegram_server
from turnable_clock import TurnableClock

from bot.errors import StorychatError
from bot.telegram import logs
from bot.telegram.app import HEALTH, token
from bot.telegram.check import check
from bot.telegram.health import is_healthy
from bot.telegram.running import LOCK
from bot.telegram.shelves import READ_AHEAD_CHARACTERS


def test_updates_come_by_webhook_and_only_from_who_knows_the_secret(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/updates"
    with running_bot(
        tmp_path, server, clock, telegram_webhook=url, telegram_webhook_port=port
    ) as bot:
        anna = Person(server, 7)
        anna.say("Who was the captain?")
        anna.sees("“")
        forged = urllib.request.Request(
            url,
            data=b'{"update_id": 1}',
            headers={"X-Telegram-Bot-Api-Secret-Token": "guess"},
        )
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(forged)
        assert len(bot.script.asked) == 1
    assert not server.called("getUpdates")


def test_offered_stories_are_read_before_anybody_asks_the_latest_first(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(
        tmp_path, "Too long for what is kept", "The sea is wide. " * (READ_AHEAD_CHARACTERS // 16)
    )
    offer(tmp_path, "The Ferry", FERRY)
    offer(tmp_path, "The Mill", "The miller of Vell is called Ragnar Os.")
    with running_bot(tmp_path, server, clock) as bot:
        Person(server, 7).telegram.wait(lambda: server.called("setMyCommands"))
        for _ in range(200):
            if len(bot.script.read) == 2:
                break
            time.sleep(0.02)
    assert bot.script.read == ["offered/the-mill", "offered/the-ferry"]


def test_menus_are_set_for_private_chats_and_groups(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    with running_bot(tmp_path, server, clock):
        menus = server.telegram.wait(
            lambda: len(server.telegram.menus) == 3 and server.telegram.menus
        )
    shown = {scope: {entry["command"] for entry in menu} for scope, menu in menus.items()}
    assert shown["all_private_chats"] == shown["all_chat_administrators"]
    assert shown["all_private_chats"] - shown["all_group_chats"] == {"forget"}


def test_health_is_told_by_a_file_that_grows_old_when_telegram_is_silent(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    file = tmp_path / "library" / HEALTH
    with running_bot(tmp_path, server, clock):
        server.telegram.wait(lambda: server.called("getUpdates"))
        server.telegram.wait(file.exists)
        assert is_healthy(file, now=clock.now())
        server.fail("getUpdates", *[Fault.ERROR_BEFORE] * 500)
        clock.turn(200)
        server.telegram.wait(lambda: len(server.called("getUpdates")) > 2)
        clock.turn(70)
        assert not is_healthy(file, now=clock.now())
    assert not file.exists()


def test_refused_token_is_said_in_a_sentence(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    bot = RunningBot(bot_settings(tmp_path, server, telegram_token="1:wrong"), clock)
    bot.join()
    assert isinstance(bot.failed, StorychatError)
    assert "refuses the token" in str(bot.failed)


def test_bot_waits_for_a_network_that_is_not_there_yet(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    server.fail("getMe", Fault.DROPPED_BEFORE, Fault.ERROR_BEFORE)
    with running_bot(tmp_path, server, clock):
        anna = Person(server, 7)
        anna.say("/help")
        anna.sees("/forget")


def test_token_is_read_from_a_file(tmp_path: Path, server: TelegramServer) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    settings = bot_settings(tmp_path, server, telegram_token=None, telegram_token_file=file)
    assert token(settings) == TOKEN


def test_logs_hold_neither_texts_nor_the_token(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    offer(tmp_path, "The Ferry", FERRY)
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.set_up(secrets=(TOKEN,), stream=stream)
    try:
        with running_bot(tmp_path, server, clock):
            anna = Person(server, 7)
            server.fail("sendMessage", Fault.ERROR_AFTER)
            anna.say("Who was the captain?")
            anna.sees("“", times=2)
            anna.say("What is a defect?")
            anna.sees("Something went wrong")
            logging.getLogger("httpx").warning("POST %s", f"{server.url}/bot{TOKEN}/getMe")
            logging.getLogger("httpx").warning("GET %s", TOKEN.replace(":", "%3A"))
    finally:
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)
    written = stream.getvalue()
    events = [json.loads(line)["event"] for line in written.splitlines()]
    assert {"ready", "question over", "delivery failed", "question failed"} <= set(events)
    assert TOKEN not in written and TOKEN.replace(":", "%3A") not in written
    assert "captain" not in written and "Brennick" not in written


def test_token_is_in_no_log_whatever_is_switched_on(
    tmp_path: Path, server: TelegramServer, clock: TurnableClock
) -> None:
    stream = io.StringIO()
    names = ("", "httpx", "httpcore", "telegram")
    before = logging.getLogger().handlers[:], {n: logging.getLogger(n).level for n in names}
    logs.set_up(secrets=(TOKEN,), stream=stream)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        server.fail("getMe", Fault.DROPPED_BEFORE)
        server.fail("sendMessage", *Fault)
        with running_bot(tmp_path, server, clock):
            anna = Person(server, 7)
            anna.send_file("ferry.txt", FERRY.encode())
            anna.sees("4 sentences")
    finally:
        logging.getLogger().handlers[:], levels = before
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    assert "/getMe" in stream.getvalue() and "httpcore" in stream.getvalue()
    assert TOKEN not in stream.getvalue() and TOKEN.replace(":", "%3A") not in stream.getvalue()


def test_check_finds_what_is_missing(tmp_path: Path, server: TelegramServer) -> None:
    settings = bot_settings(tmp_path, server, models=tmp_path / "models", telegram_allow="@anna")
    findings = asyncio.run(check(settings))
    said = {finding.text: finding.is_well for finding in findings}
    assert said["Telegram knows the token as @story_test_bot."]
    assert sum(not well for well in said.values()) == 3  # weights, embedder, allowlist
    refused = settings.model_copy(update={"telegram_token": SecretStr("1:wrong")})
    wrong = asyncio.run(check(refused))
    assert not wrong[0].is_well and "refuses the token" in wrong[0].text


def storychat(
    *arguments: str, folder: Path, server: TelegramServer, **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "telegram", *arguments],
        env=environment(folder, server) | more,
        capture_output=True,
        text=True,
        timeout=120,
    )


def environment(folder: Path, server: TelegramServer) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if "STORYCHAT" not in name}
    return ours | {
        "STORYCHAT_LIBRARY": str(folder / "library"),
        "STORYCHAT_TELEGRAM_TOKEN": TOKEN,
        "STORYCHAT_TELEGRAM_API_URL": server.url,
        "STORYCHAT_TELEGRAM_ALLOW": "open",
    }


def test_health_of_a_bot_that_does_not_run_is_an_error(
    tmp_path: Path, server: TelegramServer
) -> None:
    done = storychat("--health", folder=tmp_path, server=server)
    assert (done.returncode, done.stdout) == (1, "not well, or not running\n")


def test_missing_token_is_said_in_a_sentence(tmp_path: Path, server: TelegramServer) -> None:
    done = storychat(folder=tmp_path, server=server, STORYCHAT_TELEGRAM_TOKEN="")
    assert done.returncode == 1
    assert "ask @BotFather" in done.stderr and "Traceback" not in done.stderr


def test_second_bot_on_a_library_is_turned_away(tmp_path: Path, server: TelegramServer) -> None:
    (tmp_path / "library").mkdir()
    with FileLock(tmp_path / "library" / LOCK):
        done = storychat(folder=tmp_path, server=server)
    assert done.returncode == 1
    assert "A bot is running on" in done.stderr and "Traceback" not in done.stderr


def test_bot_that_waits_for_the_network_can_be_stopped(
    tmp_path: Path, server: TelegramServer
) -> None:
    server.fail("getMe", *[Fault.DROPPED_BEFORE] * 100)
    bot = RunningBot(bot_settings(tmp_path, server), TurnableClock(speed=1))
    server.telegram.wait(lambda: len(server.called("getMe")) > 1)
    bot.stop()
    assert bot.failed is None


STORY = """The night ferry

The ferry left Brennick at noon. Anna Pellow was its captain. It carried 35 sheep and nobody
else. The sea was calm, and she was home before dark.
"""


@pytest.mark.model
def test_real_model_answers_and_refuses_from_the_command_line(tmp_path: Path) -> None:
    with telegram_server() as server:
        ready = storychat("--check", folder=tmp_path, server=server)
        assert ready.returncode == 0, ready.stdout
        process = started(tmp_path, server)
        try:
            anna = Person(server, 7)
            anna.send_file("ferry.txt", STORY.encode())
            server.telegram.wait(lambda: anna.count("The night ferry", "sentences"), seconds=120)
            anna.say("How many sheep did the ferry carry?")
            server.telegram.wait(lambda: anna.count("35", "[1]", "“"), seconds=120)
            anna.say("What did the tickets cost?")
            server.telegram.wait(lambda: anna.count("The story does not say"), seconds=120)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


@pytest.mark.model
def test_real_model_answers_a_group_once_though_it_was_killed_meanwhile(tmp_path: Path) -> None:
    with telegram_server() as server:
        process = started(tmp_path, server)
        anna = Person(server, 7, chat=-1001)
        anna.send_file(
            "ferry.txt",
            STORY.encode(),
            caption="@story_test_bot",
            caption_entities=[{"type": "mention", "offset": 0, "length": 15}],
        )
        server.telegram.wait(lambda: anna.count("The night ferry", "sentences"), seconds=120)
        anna.say("@story_test_bot Who was the captain of the ferry?")
        anna.say("@story_test_bot How many sheep did the ferry carry?")
        server.telegram.wait(lambda: anna.count("Looking it up"), seconds=60)
        process.kill()
        process.wait()
        process = started(tmp_path, server)
        try:
            server.telegram.wait(lambda: anna.count("35", "“"), seconds=120)
            assert anna.count("Pellow", "“") == 1
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert anna.count("35", "“") == 1


def started(folder: Path, server: TelegramServer) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "telegram"], env=environment(folder, server)
    )
