"""The part `foreign`: questions in another language than their story's.

They are questions of the own set, as somebody who speaks another language would ask them; the
answer is wanted in the story's language, because only there can it be held to the story's words.
"""

from __future__ import annotations

from dataclasses import replace

from tests.evaluation.question_set import OWN, read_set
from tests.evaluation.scoring import score
from tests.evaluation.session import Session
from tests.evaluation.table import Table, share

COLUMNS = (
    "set", "model", "handled", "right", "rightly cited", "refused", "wrongly refused",
    "the same in English", "first word s",
)  # fmt: skip


def tables(session: Session) -> list[Table]:
    """The own set's questions of this kind, whichever sets are asked otherwise.

    Beside them how many of the same questions are handled as they are put in English.
    """
    asked = read_set(OWN, half=session.half, limit=session.limit, file="foreign.jsonl")
    if not asked.questions:
        return []
    meant = {original(question["id"]) for question in asked.questions}
    english = read_set(OWN, half=session.half)
    chosen = tuple(question for question in english.questions if question["id"] in meant)
    scores = score(asked.questions, session.answers(asked))
    in_english = score(chosen, session.answers(replace(english, questions=chosen)))
    row = (
        asked.name,
        session.model,
        share(scores.handled_count, len(asked.questions)),
        share(scores.right, scores.answerable),
        share(scores.cited, scores.answerable),
        share(scores.refused, scores.unanswerable),
        share(scores.wrongly_refused, scores.answerable),
        share(in_english.handled_count, len(chosen)),
        f"{scores.first_word_seconds:.2f}",
    )
    return [Table("Questions in another language", COLUMNS, (row,))]


def original(id: str) -> str:
    """The id of the question that one in another language is a translation of."""
    return id.partition("-")[2]
