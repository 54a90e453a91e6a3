"""Answers as they are kept for follow-ups, sources and evaluation."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.answering.answer import Answer, Citation, CitedSentence, Verdict


def to_json(answer: Answer) -> str:
    """An answer as JSON."""
    values: dict[str, Any] = asdict(answer)
    values["verdict"] = answer.verdict.value
    return json.dumps(values, ensure_ascii=False)


def from_json(text: str) -> Answer:
    """The answer that `to_json` wrote."""
    values: dict[str, Any] = json.loads(text)
    told = tuple(_sentence(s) for s in values["sentences"])
    return Answer(
        question=values["question"],
        verdict=Verdict(values["verdict"]),
        sentences=told,
        citations=tuple(map(_citation, values["citations"])),
        nearest=tuple(map(_citation, values["nearest"])),
        first_word_seconds=values["first_word_seconds"],
        total_seconds=values["total_seconds"],
        model=values["model"],
        # Answers that were kept by earlier versions do not say.
        taken_as=values.get("taken_as", ""),
    )


def _sentence(values: dict[str, Any]) -> CitedSentence:
    # Answers that were kept by earlier versions have no words found.
    return CitedSentence(values["text"], tuple(values["footnotes"]), values.get("found", ""))


def _citation(values: dict[str, Any]) -> Citation:
    return Citation(**values | {"also": tuple(values.get("also", ()))})
