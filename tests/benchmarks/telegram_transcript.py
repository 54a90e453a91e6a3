"""A conversation as it looks in Telegram: `python -m tests.benchmarks.telegram_transcript`.

Thirty turns about an article, with the real model (or `--scripted`), written as
Markdown: what the person sends, and the messages as they stand at the end of
each turn, with their buttons.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import telegram_child  # isort: skip  (it puts the tests on the path)

from telegram_bot import Person, labels
from telegram_rules import part
from telegram_server import telegram_server

_ARTICLE = Path(__file__).parent.parent / "evaluation" / "stories" / "the-night-ferry.txt"
_PATIENCE = 300.0
_PASTE = "<the article, pasted>"
_TURNS = (
    "/start",
    "Who is the captain?",
    _PASTE,
    "[first suggestion]",
    "Who is the captain of the night ferry?",
    "How old is she?",
    "Since when has she been the captain?",
    "When does the ship make its last crossing?",
    "[1] in context",
    "Why is the night crossing ending?",
    "How did the council vote?",
    "How much does each crossing cost?",
    "Who doubts the council's figures?",
    "What does she do for a living?",
    "👍",
    "How many people have season cards?",
    "What did Tobias Rehn do in 1987?",
    "How old is he now?",
    "What is his wife's name?",
    "What comes nearest",
    "Who was born on the car deck?",
    "What does she do now?",
    "How long will the bus take?",
    "Does the bus carry freight?",
    "Which medicine does Dr Okoro need most?",
    "What has the shipyard offered?",
    "/sources",
    "/new",
    "Which island has 212 season cards?",
    "/forget all",
)


def main() -> None:
    """Parse arguments, talk, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scripted", action="store_true", help="answer without a model")
    scripted: bool = parser.parse_args().scripted
    with tempfile.TemporaryDirectory() as place, telegram_server() as server:
        folder = Path(place)
        bot = telegram_child.start(folder, server, scripted=scripted)
        try:
            anna = Person(server, 7)
            for number, turn in enumerate(_TURNS, 1):
                print(f"**{number}. Anna:** {turn}\n", flush=True)
                for line in _take(anna, turn):
                    print(line, flush=True)
        finally:
            bot.terminate()
            bot.wait(120)


def _take(anna: Person, turn: str) -> Iterator[str]:
    """Send one turn, wait for what follows, and write it down."""
    before = {m["message_id"] for m in anna.chat.of_bot()}
    notices = len(anna.telegram.notices)

    def fresh() -> list[dict[str, Any]]:
        return [m for m in anna.chat.of_bot() if m["message_id"] not in before]

    button = _button(anna, turn)
    if button is not None:
        anna.press(*button)
    else:
        anna.say(_ARTICLE.read_text(encoding="utf-8") if turn == _PASTE else turn)
    if turn == "👍":
        anna.telegram.wait(lambda: len(anna.telegram.notices) > notices, seconds=_PATIENCE)
        yield f"> *({anna.telegram.notices[-1][1]})*\n"
        return
    is_done = (
        (lambda: any(len(labels(m)) == 3 for m in fresh()))
        if turn == _PASTE
        else (lambda: any(not _is_passing(m) for m in fresh()))
    )
    anna.telegram.wait(is_done, seconds=_PATIENCE)
    for message in fresh():
        yield _shown(message)


def _button(anna: Person, turn: str) -> tuple[dict[str, Any], str] | None:
    """The latest button that a turn names."""
    for message in reversed(anna.chat.of_bot()):
        if turn == "[first suggestion]" and labels(message):
            return message, labels(message)[0]
        if turn in labels(message):
            return message, turn
    return None


def _is_passing(message: dict[str, Any]) -> bool:
    return message["text"].startswith(("Looking it up", "Reading"))


def _shown(message: dict[str, Any]) -> str:
    """A message as Markdown: the folded quote and the buttons below it in lines of their own."""
    text = message["text"]
    for entity in message.get("entities", []):
        if entity["type"] == "expandable_blockquote":
            quoted = part(text, entity["offset"], entity["length"])
            folded = "\n".join(f"▏ {line}" for line in quoted.split("\n"))
            text = text.replace(quoted, folded)
    quote = message.get("quote")
    if quote:
        text = f"↩ “{quote['text']}”\n{text}"
    lines = [f"> {line}" if line else ">" for line in text.split("\n")]
    if labels(message):
        lines += [">", "> " + " ".join(f"`{label}`" for label in labels(message))]
    return "  \n".join(lines) + "\n"


if __name__ == "__main__":
    main()
