"""A story lies in units: every token once, sentences findable, keys telling stories apart."""

from __future__ import annotations

from itertools import pairwise

from bot.llm.layout import CHAPTER_TOKENS, UNIT_TOKENS, Layout, lay_out
from index.sentences import split_sentences
from index.story import Story


def words(text: str) -> list[int]:
    """A tokenizer that makes a token of every word."""
    return [hash(word) for word in text.split()]


def layout(text: str, *, title: str = "Bees", context_key: str = "k") -> Layout:
    story = Story(id="a", title=title, text=text, source="a")
    return lay_out(story, split_sentences(text), tokenize=words, context_key=context_key)


LONG = " ".join(f"Sentence number {n} tells of bees." for n in range(100))


def test_every_token_of_the_story_is_in_one_unit() -> None:
    found = layout(LONG)
    tokens = [token for unit in found.units[1:] for token in unit.tokens]
    assert tokens == words(LONG)
    assert found.tokens == len(words(LONG)) + len(found.units[0].tokens)


def test_units_are_short_and_lie_end_to_end() -> None:
    units = layout(LONG).units
    assert all(len(unit.tokens) <= UNIT_TOKENS for unit in units)
    assert all(a.end == b.start for a, b in pairwise(units))


def test_a_sentence_is_found_in_its_unit() -> None:
    found = layout(LONG)
    unit = found.units[found.unit_of[57]]
    assert list(unit.tokens_of(57)) == words("Sentence number 57 tells of bees.")


def test_lent_sentences_bring_the_heading_and_each_unit_once() -> None:
    found = layout(LONG)
    units = found.units_for([57, 0, 1])
    assert units[0] is found.units[0]
    assert [unit.first for unit in units] == sorted({unit.first for unit in units})
    assert len(units) == 3


def test_a_sentence_longer_than_a_unit_is_a_unit() -> None:
    text = "Word " * 150 + "end. Short one."
    assert [len(unit.tokens) for unit in layout(text).units[1:]] == [151, 2]


def test_keys_tell_text_title_weights_and_prompts_apart() -> None:
    keys = {
        layout(LONG).units[1].key,
        layout(LONG + " More.").units[1].key,
        layout(LONG, title="Wasps").units[1].key,
        layout(LONG, context_key="other").units[1].key,
    }
    assert len(keys) == 4
    assert layout(LONG).units[1].key in keys


def test_a_book_is_laid_out_in_chapters_within_trained_positions() -> None:
    found = layout(" ".join(f"Sentence number {n} tells of bees." for n in range(6_000)))
    assert found.tokens > 2 * CHAPTER_TOKENS
    assert max(unit.end for unit in found.units) <= CHAPTER_TOKENS + 2 * UNIT_TOKENS
