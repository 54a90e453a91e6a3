"""The parts of an evaluation, by the names that `--only` takes.

A part is a function from a session to tables. One that asks the model is run
for every model, and its rows stand below each other; one that does not is run
once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.evaluation import (
    cleaning,
    counterfactual,
    followups,
    foreign,
    gate_cost,
    injections,
    questions,
    retrieval,
    yes_or_no,
)
from tests.evaluation.session import Session
from tests.evaluation.table import Table

Part = Callable[[Session], list[Table]]

FOR_EVERY_MODEL: Mapping[str, Part] = {
    "questions": questions.tables,
    "followups": followups.tables,
    "injections": injections.tables,
    "counterfactual": counterfactual.tables,
    "yesno": yes_or_no.tables,
    "foreign": foreign.tables,
    "gates": gate_cost.tables,
}
WITHOUT_MODEL: Mapping[str, Part] = {
    "retrieval": retrieval.tables,
    "cleaning": cleaning.tables,
}
NAMES = (*FOR_EVERY_MODEL, *WITHOUT_MODEL)
