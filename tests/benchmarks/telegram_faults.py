"""Nothing lost, nothing twice: `python -m tests.benchmarks.telegram_faults [--scripted]`.

A share of all calls of the Bot API fails, in every way there is, while many
chats ask and the bot is killed (SIGKILL) and started again. Afterwards every
question's answers are counted. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from tests.benchmarks import telegram_child  # isort: skip  (it puts the tests on the path)

from telegram_bot import Person
from telegram_server import TelegramServer, telegram_server

from bot.telegram.app import STATE
from bot.telegram.state import State
from bot.terminal import progress
from index.story import Story

_PATIENCE = 180.0
"""Seconds after which a question counts as lost."""
_BROKEN_OFF = ("Broken off", "Something went wrong", "The story does not say", "model")
_PASSING = ("Looking it up", "ahead")
_GROUP = -1_000_000


def main() -> None:
    """Parse arguments, ask, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scripted", action="store_true", help="answer without a model")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument(
        "--between-kills", type=float, nargs=2, default=(5.0, 12.0), metavar="SECONDS"
    )
    parser.add_argument("--rate", type=float, default=0.1, help="share of calls that fail")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, telegram_server() as server:
        figures = measure(arguments, Path(place), server)
    print(json.dumps(figures))


def measure(arguments: argparse.Namespace, folder: Path, server: TelegramServer) -> dict[str, int]:
    """Run it all and count."""
    names = _names(arguments.questions, seed=arguments.seed)
    library = telegram_child.open_library(folder, scripted=arguments.scripted)
    for number in range(arguments.chats):
        keepers = "\n\n".join(_sentence(name) for name in names[number :: arguments.chats])
        library.add(Story(f"coast-{number}", f"Coast {number}", f"{keepers}\n", "benchmark"))
    library.close()
    server.silence = telegram_child.REQUEST_SECONDS + 1
    server.fail_at_random(arguments.rate, seed=arguments.seed)
    # Half of the chats are private (drafts, then a new message), half are groups (edits).
    people = [
        Person(server, 100 + n, chat=None if n % 2 else _GROUP - n) for n in range(arguments.chats)
    ]
    bot = telegram_child.start(folder, server, scripted=arguments.scripted)
    with progress.waiting("The bot reads its stories"):
        telegram_child.wait_for_reading(folder)  # as one that has been up for a while
    dice = random.Random(arguments.seed)
    with (
        progress.bar("Asking", total=len(names)) as advance,
        ThreadPoolExecutor(len(people)) as pool,
    ):
        seconds = arguments.kills * sum(arguments.between_kills) / 2
        asking = [
            pool.submit(_ask, person, names[n :: arguments.chats], advance, seconds=seconds)
            for n, person in enumerate(people)
        ]
        for _ in range(arguments.kills):
            time.sleep(dice.uniform(*arguments.between_kills))
            bot.kill()
            bot.wait()
            bot = telegram_child.start(folder, server, scripted=arguments.scripted)
        for one in asking:
            one.result()
    bot.terminate()
    bot.wait(120)
    return _count(people, names, folder, server, arguments.chats)


def _ask(
    person: Person, names: Sequence[str], advance: Callable[[int], None], *, seconds: float
) -> None:
    """Ask one question after the other, each once the one before is answered.

    Between them the person thinks, so that all take about `seconds` or longer.
    `advance` is told of each that is over.
    """
    dice = random.Random(person.id)
    for number, name in enumerate(names, 1):
        person.say(f"@story_test_bot Who is the keeper of lighthouse {name}?")

        def answered(number: int = number, name: str = name) -> bool:
            finals = _finals(person)
            return any(_first_name(text, [name]) for text in finals) or (
                sum(any(words in text for words in _BROKEN_OFF) for text in finals) >= number
            )

        with suppress(AssertionError):  # a lost question is counted at the end
            person.telegram.wait(answered, seconds=_PATIENCE)
        advance(1)
        time.sleep(dice.uniform(0, 2 * seconds / len(names)))


def _count(
    people: Sequence[Person],
    names: Sequence[str],
    folder: Path,
    server: TelegramServer,
    chats: int,
) -> dict[str, int]:
    answers: Counter[str] = Counter()
    others = 0
    for n, person in enumerate(people):
        for text in _finals(person):
            name = _first_name(text, names[n::chats])
            answers[name] += 1
            others += not name
    del answers[""]
    missing = sum(name not in answers for name in names)
    state = State(folder / "library" / STATE)
    unknown = int(state.value("SELECT coalesce(sum(unknown), 0) FROM deliveries"))
    unfinished = state.value("SELECT count(*) FROM errands WHERE state = 'waiting'")
    state.close()
    return {
        "questions": len(names),
        "answered_once": sum(count == 1 for count in answers.values()),
        "answered_more_than_once": sum(count > 1 for count in answers.values()),
        "extra_answers": sum(answers.values()) - len(answers),
        "told_otherwise": others,
        "placeholders_left": sum(
            any(words in m["text"] for words in _PASSING)
            for person in people
            for m in person.chat.of_bot()
        ),
        "lost": max(0, missing - others),
        "unfinished": int(unfinished),
        "sends_of_unknown_fate": unknown,
        "calls": len(server.calls),
        **{f"faults_{f.name.lower()}": count for f, count in server.faults_made.items()},
    }


def _finals(person: Person) -> list[str]:
    """The bot's messages that end a question: all but those still being written."""
    with person.telegram.changed:
        return [
            m["text"]
            for m in person.chat.of_bot()
            if not any(words in m["text"] for words in _PASSING)
            and (m.get("entities") or any(words in m["text"] for words in _BROKEN_OFF))
        ]


def _first_name(text: str, names: Sequence[str]) -> str:
    """The name that stands first in a text; empty if none does."""
    found = [(text.index(name), name) for name in names if name in text]
    return min(found)[1] if found else ""


def _sentence(name: str) -> str:
    return f"The keeper of lighthouse {name} is old {name}son, who has a dog."


def _names(count: int, *, seed: int) -> list[str]:
    """Different names that are no words."""
    dice = random.Random(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        letters = (dice.choice(kind) for kind in ("BDFGKLMNPRSTV", "aeiou", "bdgklmnrt") * 2)
        names["".join(letters).capitalize()] = None
    return list(names)


if __name__ == "__main__":
    main()
