"""The evaluation set keeps its own promises: exact evidence, halves that share no story, counts."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import prompts
from tests.evaluation.foreign import original

SET = Path(__file__).parent / "evaluation"
SAMPLE = Path(__file__).parents[1] / "bot" / "terminal" / "samples" / "the-night-ferry.txt"
STORIES = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(SET.glob("stories/*.txt"))
}

FOLLOWUP_FIELDS = [
    "id", "story", "first", "question", "answerable", "answers", "all", "evidence", "half",
]  # fmt: skip
QUESTION_FIELDS = [
    "id", "story", "question", "answerable", "answers", "all", "evidence", "kind", "half",
]  # fmt: skip
YES_OR_NO_FIELDS = [
    "id", "story", "question", "answerable", "says", "answers", "all", "evidence", "half",
]  # fmt: skip
FOREIGN_FIELDS = [
    "id", "story", "language", "question", "answerable", "answers", "all", "evidence", "half",
]  # fmt: skip
KINDS = {
    "absent-detail", "advert", "attribution", "counterfactual", "date", "fact",
    "false-presupposition", "injection", "list", "number", "pronoun", "quote", "reason",
    "same-surname", "wrong-person",
}  # fmt: skip
TEMPTING_KINDS = {"absent-detail", "advert", "false-presupposition", "wrong-person"}

# Orders that hide their canary: it is decoded, reassembled or read backwards before it can be said.
HIDDEN_CANARIES = {"base64", "base64-bare", "rot13", "spaced", "reversed"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / name).read_text(encoding="utf-8").splitlines()]


QUESTIONS = rows("questions.jsonl")
FOLLOWUPS = rows("followups.jsonl")
YES_OR_NO = rows("yesno.jsonl")
FOREIGN = rows("foreign.jsonl")
INJECTIONS = rows("injections.jsonl")
ADVERTS = rows("adverts.jsonl")
ASKED = QUESTIONS + FOLLOWUPS + YES_OR_NO


def normalised(text: str) -> str:
    """Lower case, without articles and punctuation: how gold answers are compared."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace(",", "")
    text = re.sub(r"\b(a|an|the)\b", " ", text)
    return " ".join(re.sub(r"[^\w\s']", " ", text).split())


def by_id(row: dict[str, Any]) -> str:
    return str(row["id"])


def test_every_question_has_exactly_the_fields_that_the_readme_names() -> None:
    assert all(list(row) == QUESTION_FIELDS for row in QUESTIONS)
    assert all(list(row) == FOLLOWUP_FIELDS for row in FOLLOWUPS)
    assert all(list(row) == YES_OR_NO_FIELDS for row in YES_OR_NO)
    assert all(list(row) == FOREIGN_FIELDS for row in FOREIGN)
    assert all(list(row) == ["id", "order", "canary"] for row in INJECTIONS)
    assert all(list(row) == ["story", "line", "half"] for row in ADVERTS)


@pytest.mark.parametrize("file", [QUESTIONS, FOLLOWUPS, YES_OR_NO, FOREIGN, INJECTIONS])
def test_ids_are_unique_and_readable(file: list[dict[str, Any]]) -> None:
    ids = [row["id"] for row in file]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)


def test_there_are_enough_of_each() -> None:
    assert len(STORIES) >= 10
    assert len(QUESTIONS) >= 200
    assert len(FOLLOWUPS) >= 40
    assert len(YES_OR_NO) >= 60
    assert len(INJECTIONS) >= 60
    assert {row["kind"] for row in QUESTIONS} == KINDS


@pytest.mark.parametrize("half", ["calibrate", "judge"])
def test_about_a_third_of_each_half_is_unanswerable(half: str) -> None:
    answerable = [row["answerable"] for row in QUESTIONS if row["half"] == half]
    assert len(answerable) >= 100
    assert 0.28 <= answerable.count(False) / len(answerable) <= 0.40


def test_halves_share_no_story() -> None:
    halves = {(row["story"], row["half"]) for row in ASKED + ADVERTS}
    assert {half for _, half in halves} == {"calibrate", "judge"}
    assert Counter(story for story, _ in halves) == dict.fromkeys(STORIES, 1)


@pytest.mark.parametrize("row", ASKED, ids=by_id)
def test_evidence_is_copied_exactly_from_the_story(row: dict[str, Any]) -> None:
    story = STORIES[row["story"]]
    for sentence in row["evidence"]:
        assert sentence in story
        assert sentence == sentence.strip() and "\n" not in sentence


@pytest.mark.parametrize("row", ASKED, ids=by_id)
def test_answerable_means_gold_and_evidence_and_unanswerable_means_neither(
    row: dict[str, Any],
) -> None:
    if row["answerable"]:
        assert row["answers"] and row["evidence"]
        assert all(len(normalised(gold)) > 1 for gold in row["answers"] + row["all"])
        assert row.get("kind") not in TEMPTING_KINDS
    else:
        assert row["answers"] == row["all"] == row["evidence"] == []
        assert row.get("kind", "wrong-person") in TEMPTING_KINDS | {
            "counterfactual", "injection", "same-surname",
        }  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [r for r in QUESTIONS if r["answerable"] and r["kind"] in {"fact", "number", "date"}],
    ids=by_id,
)
def test_gold_answer_of_a_plain_question_stands_in_its_evidence(row: dict[str, Any]) -> None:
    evidence = normalised(" ".join(row["evidence"]))
    if row["all"]:
        assert all(normalised(part) in evidence for part in row["all"])
    else:
        assert any(normalised(gold) in evidence for gold in row["answers"])


def test_a_question_for_a_yes_or_a_no_has_one_if_the_story_says_it() -> None:
    assert all(row["says"] in (("yes", "no") if row["answerable"] else ("",)) for row in YES_OR_NO)
    for row in YES_OR_NO:
        evidence = normalised(" ".join(row["evidence"]))
        assert all(normalised(gold) in evidence for gold in row["answers"])


def test_questions_are_worded_once_and_end_as_questions() -> None:
    asked = [(row["story"], row["question"]) for row in QUESTIONS]
    assert len(set(asked)) == len(asked)
    assert all(row["question"].endswith("?") for row in ASKED)


def test_a_question_in_another_language_has_the_gold_of_what_it_translates() -> None:
    english = {row["id"]: row for row in QUESTIONS}
    for row in FOREIGN:
        meant = english[original(row["id"])]
        own = {"id", "question", "language"}
        assert {name: row[name] for name in FOREIGN_FIELDS if name not in own} == {
            name: meant[name] for name in FOREIGN_FIELDS if name not in own
        }
        assert row["question"] != meant["question"] and row["question"][-1] in "?？؟"
    for half in ("calibrate", "judge"):
        languages = Counter(row["language"] for row in FOREIGN if row["half"] == half)
        assert set(languages.values()) == {4} and len(languages) == 12
        assert all(language in prompts.small_talk() for language in languages)


def test_no_evidence_is_an_advert() -> None:
    lines = {(row["story"], row["line"]) for row in ADVERTS}
    assert all((row["story"], text) not in lines for row in ASKED for text in row["evidence"])


def test_adverts_are_whole_lines_of_their_story() -> None:
    assert all(STORIES[row["story"]].split("\n").count(row["line"]) == 1 for row in ADVERTS)


@pytest.mark.parametrize("name", STORIES)
def test_story_is_a_headline_and_paragraphs_of_one_line(name: str) -> None:
    text = STORIES[name]
    first, *paragraphs = text.removesuffix("\n").split("\n\n")
    assert text.endswith("\n") and not first.endswith(".")
    assert all(part and "\n" not in part and part == part.strip() for part in paragraphs)
    assert 400 <= len(text.split()) <= 2_600


@pytest.mark.parametrize("file", sorted(SET.glob("**/stories/*.txt")), ids=lambda file: file.stem)
def test_story_has_no_line_from_outside(file: Path) -> None:
    """A link, a licence or a source line would show that something was copied in."""
    traces = r"https?:|www\.|©|copyright|licen[cs]ed under|wikipedia|gutenberg|\[citation"
    assert not re.search(traces, file.read_text(encoding="utf-8"), re.IGNORECASE)


def test_sample_that_ships_is_the_one_that_is_asked_about() -> None:
    assert SAMPLE.read_text(encoding="utf-8") == STORIES["the-night-ferry"]


def test_canary_stands_nowhere_but_in_its_own_order() -> None:
    elsewhere = "\n".join([*STORIES.values(), *(row["question"] for row in ASKED)]).casefold()
    for row in INJECTIONS:
        canary = row["canary"].casefold()
        assert canary not in elsewhere
        homes = [other["id"] for other in INJECTIONS if canary in other["order"].casefold()]
        assert homes == ([] if row["id"] in HIDDEN_CANARIES else [row["id"]])
