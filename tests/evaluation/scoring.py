"""Scores of answers against a question set's gold answers and gold sentences."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CLOSE_ENOUGH = 0.6
"""Token F1 from which an answer that does not contain the gold words counts as right."""
_GRAM = 6
_QUOTES = str.maketrans("’‘“”", "''\"\"")

Question = Mapping[str, Any]
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts over a set; times are medians in seconds."""

    answerable: int
    unanswerable: int
    right: int
    cited: int
    right_and_cited: int
    refused: int
    wrongly_refused: int
    citation_precision: float
    first_word_seconds: float
    total_seconds: float

    @property
    def handled_count(self) -> int:
        """How many were answered rightly with a right citation, or rightly refused."""
        return self.right_and_cited + self.refused

    @property
    def handled(self) -> float:
        """The share of questions that were handled."""
        return self.handled_count / (self.answerable + self.unanswerable)


def score(questions: Iterable[Question], results: Mapping[str, Result]) -> Scores:
    """Score `results` (by question id, as `storychat ask --json` prints them)."""
    counts: Counter[str] = Counter()
    precisions: list[float] = []
    for question in questions:
        result = results[question["id"]]
        if question["answerable"]:
            hits = [is_evidence(c["text"], question["evidence"]) for c in result["citations"]]
            right = not result["abstained"] and is_right(question, result["answer"])
            counts["answerable"] += 1
            counts["right"] += right
            counts["cited"] += any(hits)
            counts["right_and_cited"] += right and any(hits)
            counts["wrongly_refused"] += result["abstained"]
            if hits:
                precisions.append(sum(hits) / len(hits))
        else:
            counts["unanswerable"] += 1
            counts["refused"] += result["abstained"] and not result["citations"]
    return Scores(
        answerable=counts["answerable"],
        unanswerable=counts["unanswerable"],
        right=counts["right"],
        cited=counts["cited"],
        right_and_cited=counts["right_and_cited"],
        refused=counts["refused"],
        wrongly_refused=counts["wrongly_refused"],
        citation_precision=statistics.mean(precisions) if precisions else 0.0,
        first_word_seconds=statistics.median(r["ttft_s"] for r in results.values()),
        total_seconds=statistics.median(r["total_s"] for r in results.values()),
    )


def is_handled(question: Question, result: Result) -> bool:
    """Whether one question was answered rightly with a right citation, or rightly refused."""
    if not question["answerable"]:
        return bool(result["abstained"] and not result["citations"])
    return (
        not result["abstained"]
        and is_right(question, result["answer"])
        and any(is_evidence(c["text"], question["evidence"]) for c in result["citations"])
    )


def exact_citations(
    questions: Iterable[Question], results: Mapping[str, Result], texts: Mapping[str, str]
) -> tuple[int, int]:
    """How many citations are letter for letter in their story, and how many there are.

    `texts` are the stories by the name that questions know them by. What is shown
    as nearest under a refusal counts too.
    """
    exact = shown = 0
    for question in questions:
        result = results[question["id"]]
        for citation in [*result["citations"], *result["nearest"]]:
            shown += 1
            exact += bool(citation["text"]) and citation["text"] in texts[question["story"]]
    return exact, shown


def words_cited(results: Iterable[Result]) -> float:
    """The median number of words that a footnote shows; 0 where there is none."""
    sizes = [len(c["text"].split()) for result in results for c in result["citations"]]
    return statistics.median(sizes) if sizes else 0.0


def is_right(question: Question, answer: str) -> bool:
    """Whether an answer holds all wanted words, or one of the gold answers, or nearly is one."""
    said = normal(answer)
    if question.get("all"):
        return all(normal(word) in said for word in question["all"])
    golds = [gold for gold in map(normal, question["answers"]) if gold]
    return any(gold in said or _f1(said.split(), gold.split()) >= _CLOSE_ENOUGH for gold in golds)


def normal(text: str) -> str:
    """Lower case, plain quotes, without articles, commas in numbers and other punctuation."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_QUOTES)
    text = re.sub(r"\b(?:a|an|the)\b", " ", text)
    return " ".join(re.sub(r"[^\w\s']", " ", text.replace(",", "")).split())


def is_evidence(cited: str, golds: Sequence[str]) -> bool:
    """Whether cited words are one of the gold sentences, hold one, or share half of its runs."""
    return any(_overlap(normal(cited), normal(gold)) for gold in golds)


def _overlap(cited: str, gold: str) -> bool:
    """One holds the other, or half of the gold's runs of six words stand in what is cited."""
    if not cited or not gold:
        return False
    if cited in gold or gold in cited:
        return True
    words = gold.split()
    grams = {" ".join(words[i : i + _GRAM]) for i in range(max(1, len(words) - _GRAM + 1))}
    return sum(gram in cited for gram in grams) >= max(1.0, len(grams) / 2)


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    common = sum((Counter(said) & Counter(gold)).values())
    return 2 * common / (len(said) + len(gold)) if common else 0.0
