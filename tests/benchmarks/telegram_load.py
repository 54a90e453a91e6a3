"""Many chats at once: `python -m tests.benchmarks.telegram_load [--scripted]`.

Seconds from a question to its first word on the screen and to its whole answer,
for chats that ask one at a time and for all of them at once, and how long
/help takes meanwhile. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks import telegram_child  # isort: skip  (it puts the tests on the path)

from telegram_bot import Person, labels
from telegram_server import telegram_server

from index.readers import read_source

_EVALUATION = Path(__file__).parent.parent / "evaluation"
_STORY = "the-night-ferry"
_PATIENCE = 600.0
_PASSING = ("ahead",)

Times = list[tuple[float, float]]
"""Seconds to the first word and to the whole answer."""


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scripted", action="store_true", help="answer without a model")
    parser.add_argument("--chats", type=int, default=20)
    arguments = parser.parse_args()
    questions = _questions(arguments.chats)
    with tempfile.TemporaryDirectory() as place, telegram_server() as server:
        folder = Path(place)
        library = telegram_child.open_library(folder, scripted=arguments.scripted)
        library.add(read_source(str(_EVALUATION / "stories" / f"{_STORY}.txt")))
        library.close()
        bot = telegram_child.start(folder, server, scripted=arguments.scripted)
        try:
            people = [Person(server, 100 + n) for n in range(2 * arguments.chats)]
            helped = Person(server, 7)
            _time_help(helped, 1)  # the bot is up
            _time_question(people[0], questions[0])  # and the story read
            alone = [
                _time_question(person, question)
                for person, question in zip(people[1:], questions[1:], strict=False)
            ][: arguments.chats]
            crowd, helps = _time_crowd(people[arguments.chats :], questions, helped)
        finally:
            bot.terminate()
            bot.wait(120)
    figures = {
        **_summary("alone", alone),
        **_summary("crowd", crowd),
        "help_median_s": round(median(helps), 3),
        "help_longest_s": round(max(helps), 3),
    }
    print(json.dumps(figures))


def _time_crowd(
    people: list[Person], questions: list[str], helped: Person
) -> tuple[Times, list[float]]:
    """All ask at the same moment; somebody else asks for help every two seconds."""
    times: Times = []
    threads = [
        threading.Thread(target=lambda p=p, q=q: times.append(_time_question(p, q)))
        for p, q in zip(people, questions, strict=True)
    ]
    for thread in threads:
        thread.start()
    helps: list[float] = []
    while any(thread.is_alive() for thread in threads) or not helps:
        helps.append(_time_help(helped, 2 + len(helps)))
        time.sleep(2)
    return times, helps


def _time_question(person: Person, question: str) -> tuple[float, float]:
    before = len(person.chat.of_bot())
    drafts = len(person.chat.drafts)
    began = time.monotonic()
    person.say(question)

    def words() -> bool:
        shown = [d["text"] for d in person.chat.drafts[drafts:]]
        return len(person.chat.of_bot()) > before or any(
            text and not any(words in text for words in _PASSING) for text in shown
        )

    person.telegram.wait(words, seconds=_PATIENCE)
    first = time.monotonic() - began
    person.telegram.wait(
        lambda: any("👍" in labels(m) for m in person.chat.of_bot()[before:]), seconds=_PATIENCE
    )
    return first, time.monotonic() - began


def _time_help(person: Person, times: int) -> float:
    began = time.monotonic()
    person.say("/help")
    person.telegram.wait(lambda: person.count("/forget") >= times, seconds=_PATIENCE)
    return time.monotonic() - began


def _questions(count: int) -> list[str]:
    lines = (_EVALUATION / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [entry for entry in map(json.loads, lines) if entry["story"] == _STORY]
    return [asked[n % len(asked)]["question"] for n in range(count)]


def _summary(name: str, times: Times) -> dict[str, float]:
    first, whole = zip(*times, strict=True)
    figures: dict[str, float] = {}
    for what, seconds in (("first_word", first), ("answer", whole)):
        figures[f"{name}_{what}_median_s"] = round(median(seconds), 2)
        figures[f"{name}_{what}_p95_s"] = round(quantiles(seconds, n=20)[-1], 2)
    return figures


if __name__ == "__main__":
    main()
