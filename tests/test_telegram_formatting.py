from __future__ import annotations

import pytest
from telegram import MessageEntity

from bot.telegram.formatting import Formatted, bold, joined, marked, shortened, split, units


def covered(part: Formatted) -> list[tuple[str, str]]:
    """What each entity covers, cut out as Telegram would."""
    data = part.text.encode("utf-16-le")
    return [
        (e.type, data[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le"))
        for e in part.entities()
    ]


@pytest.mark.parametrize(("text", "length"), [("", 0), ("Анна", 4), ("🐑", 2), ("a🐑é", 4)])
def test_text_is_measured_in_utf16_units(text: str, length: int) -> None:
    assert units(text) == length


def test_entities_cover_their_words_behind_emoji_and_cyrillic() -> None:
    whole = Formatted("🐑🐑 Капитан: ") + bold("Анна 🚢") + " и " + bold("Борис")
    assert covered(whole) == [("bold", "Анна 🚢"), ("bold", "Борис")]


def test_formats_can_stand_inside_each_other() -> None:
    quote = marked(MessageEntity.EXPANDABLE_BLOCKQUOTE, joined("\n", [bold("a"), bold("b")]))
    assert covered(Formatted("🐑") + quote) == [
        ("expandable_blockquote", "a\nb"),
        ("bold", "a"),
        ("bold", "b"),
    ]


def test_long_text_is_split_after_sentences() -> None:
    sentence = "The ferry left Brennick at noon. "
    parts = split(Formatted(sentence * 10), limit=100)
    assert [part.text for part in parts] == [(sentence * 3).strip()] * 3 + [sentence.strip()]


@pytest.mark.parametrize("text", ["🐑" * 300, "word " * 200, "a" * 500, "🐑 " * 200])
def test_no_part_is_too_long_and_no_word_is_lost(text: str) -> None:
    parts = split(Formatted(text), limit=100)
    assert all(units(part.text) <= 100 for part in parts)
    assert "".join(part.text for part in parts).replace(" ", "") == text.replace(" ", "")


def test_format_over_a_cut_goes_on_behind_it() -> None:
    parts = split(Formatted("Before. ") + bold("The ferry left at noon. " * 8), limit=100)
    assert len(parts) > 1
    assert all(kind == "bold" for part in parts for kind, _ in covered(part))
    assert (
        " ".join(text for part in parts for _, text in covered(part))
        == ("The ferry left at noon. " * 8).strip()
    )


def test_shortened_text_ends_at_a_word() -> None:
    assert shortened("The ferry left at noon", limit=16) == "The ferry left…"
    assert shortened("The ferry", limit=16) == "The ferry"
