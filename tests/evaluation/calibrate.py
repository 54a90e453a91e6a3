"""`python -m tests.evaluation.calibrate [SET_FOLDER ...]`: fit the weights of support.py.

Asks the model the questions of the calibrating half and of the set beside it that serves
nothing else (of sets without halves: all), and the own follow-ups, with the gate open,
takes down the signals, and fits two logistic regressions: does the story state an answer;
is the written sentence that answer, rightly cited.
Writes weights.json and a picture of how far the probabilities can be believed.
With --judge nothing is fitted: the weights are held against the judging half.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot import assembly
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer
from bot.answering.gate import EARLY, Gate, Outlook
from bot.answering.support import WEIGHTS, Calibration, Weighing, calibration, log_odds
from bot.llm.model import LanguageModel
from bot.settings import read_settings
from bot.terminal import progress
from bot.terminal.asking import read_story
from bot.terminal.stories import add_source
from tests.evaluation import followups, reliability
from tests.evaluation.question_set import CALIBRATING, OWN, read_set
from tests.evaluation.scoring import Question, is_handled
from tests.evaluation.session import result

MOST_LOST = 0.04
"""The share of right answers that a careful reader gives up for not being told wrong ones."""
SURE = 0.9
"""Above this a sentence is not held up to the model again: see Calibration.sure."""
WEIGHED = {
    "finding": ("stated", "here", "again", "named"),
    "asking": ("stated", "here", "share", "named"),
}
"""The signals of a sentence that are weighed; the others told no more."""
_L2 = 0.01
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Case:
    """A question as the gate saw it, and what came of it with the gate open."""

    id: str
    way: str
    """`finding` or `asking`: what the model has learned; see support.calibration."""
    answerable: bool
    handled: bool
    """Answerable, and answered rightly with a right citation."""
    question: Mapping[str, float]
    """Signals before anything was written."""
    sentence: Mapping[str, float]
    """Signals of the first sentence; empty if none was carried by the story."""
    said: str
    """The answer with the gate open."""


class OpenGate(Gate):
    """Takes down what a gate would weigh, and lets all through that the story's words carry."""

    def __init__(self, model: LanguageModel) -> None:
        super().__init__(model)
        self.finds = model.finds
        self.question: Mapping[str, float] = {}
        self.sentence: Mapping[str, float] = {}

    @property
    def looks_further(self) -> bool:
        """Never: what is weighed is the first look."""
        return False

    def is_worth_saying(self, outlook: Outlook) -> bool:
        """Always."""
        return True

    def opens(self, probability: float) -> bool:
        """Whatever the story's words carry."""
        return probability > 0

    def weigh_question(self, signals: Mapping[str, float]) -> float:
        """Middling, so that the sentence is weighed too."""
        self.question, self.sentence = signals, {}
        return 0.5

    def _least_found(self, signals: Mapping[str, float]) -> float:
        """The words are always looked for."""
        return 0.0

    def weigh_sentence(self, signals: Mapping[str, float]) -> float:
        """The first sentence is the answer; what follows explains it."""
        self.sentence = self.sentence or signals
        return 0.5


def main() -> None:
    """Parse arguments, ask, fit or judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET_FOLDER")
    parser.add_argument("--model", help="name of the catalog or .gguf file")
    parser.add_argument("--limit", type=int, help="only so many questions of each set")
    parser.add_argument("--library", type=Path, help="library to use and keep")
    parser.add_argument("--judge", action="store_true", help="fit nothing, judge what there is")
    parser.add_argument(
        "--cases", type=Path, help="file to keep the signals in, or to take them from"
    )
    parser.add_argument("--picture", type=Path, help="where to draw the reliability, as SVG")
    arguments = parser.parse_args()
    if arguments.cases and arguments.cases.exists():
        cases = [Case(**json.loads(line)) for line in arguments.cases.read_text().splitlines()]
    else:
        cases = _ask(arguments)
    if arguments.cases and not arguments.cases.exists():
        lines = [json.dumps(asdict(case)) for case in cases]
        arguments.cases.write_text("\n".join(lines) + "\n", encoding="utf-8")
    way = cases[0].way
    found = calibration(way) if arguments.judge else fit(cases)
    print(f"{len(cases)} questions, {sum(c.answerable for c in cases)} answerable")
    stated = [found.stated.probability(c.question) for c in cases]
    reliability.report(
        stated,
        [c.answerable for c in cases],
        title="The story states an answer",
        picture=None,
    )
    written = [case for case in cases if case.sentence]
    reliability.report(
        [found.holds.probability(_with_stated(found.stated, c)) for c in written],
        [c.handled for c in written],
        title="The written sentence is the answer, rightly cited",
        picture=arguments.picture,
    )
    for line in outcomes(found, cases):
        print(line)
    if not arguments.judge:
        known = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        known[way] = asdict(found)
        WEIGHTS.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def fit(cases: Sequence[Case]) -> Calibration:
    """Two regressions, and the highest threshold that loses few right answers."""
    weighed = WEIGHED[cases[0].way]
    stated = _regression([c.question for c in cases], [c.answerable for c in cases])
    written = [case for case in cases if case.sentence]
    signals = [_with_stated(stated, c) for c in written]
    holds = _regression(
        [{name: s[name] for name in weighed} for s in signals], [c.handled for c in written]
    )
    best = Calibration(stated, holds, least=0.01, sure=SURE)
    for percent in range(1, 100):
        tried = replace(best, least=percent / 100)
        right = [c for c in cases if c.handled]
        if sum(not is_shown(tried, c) for c in right) > MOST_LOST * len(right):
            break
        best = tried
    return best


def is_shown(found: Calibration, case: Case) -> bool:
    """Whether a gate with this calibration lets the answer through."""
    if not case.sentence:
        return False
    stated = found.stated.probability(case.question)
    if stated < EARLY * found.least:
        return False
    sentence = _with_stated(found.stated, case)
    return stated >= found.sure or found.holds.probability(sentence) >= found.least


def outcomes(found: Calibration, cases: Sequence[Case]) -> list[str]:
    """What thresholds around the calibrated one would have done with the cases."""
    lines = ["   least   handled   unanswerable refused   answerable refused"]
    answerable = [c for c in cases if c.answerable]
    others = [c for c in cases if not c.answerable]
    for least in sorted({0.01, *(n / 20 for n in range(4, 17)), found.least}):
        tried = replace(found, least=least)
        shown = {c.id: is_shown(tried, c) for c in cases}
        right = sum(c.handled and shown[c.id] for c in answerable)
        refused = sum(not shown[c.id] for c in others)
        wrongly = sum(not shown[c.id] for c in answerable)
        lines.append(
            f"{'->' if least == found.least else '  '} {least:.2f}   "
            f"{(right + refused) / len(cases):7.3f}   {refused / max(1, len(others)):20.3f}   "
            f"{wrongly / max(1, len(answerable)):18.3f}"
        )
    return lines


def _ask(arguments: argparse.Namespace) -> list[Case]:
    half = "judge" if arguments.judge else "calibrate"
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as place:
        settings = read_settings(library=arguments.library or Path(place), model=arguments.model)
        library = assembly.library(settings)
        library.embed_question("")
        model = assembly.language_model(settings)
        gate = OpenGate(model)
        answerer = Answerer(library, model, passages=settings.passages, gate=gate)
        for folder in arguments.sets or ([OWN] if arguments.judge else [OWN, CALIBRATING]):
            asked = read_set(folder, limit=None)
            has_halves = any("half" in question for question in asked.questions)
            asked = read_set(folder, half=half if has_halves else None, limit=arguments.limit)
            ids: dict[str, str] = {}
            for name in dict.fromkeys(q["story"] for q in asked.questions):
                ids[name] = add_source(library, str(asked.file(name))).story.id
                read_story(answerer, library, ids[name])
            with progress.bar(f"Asking {asked.name}", total=len(asked.questions)) as advance:
                for question in asked.questions:
                    cases.append(_case(answerer, gate, question, ids[question["story"]]))
                    advance(1)
            if folder == OWN:
                as_calibrated = Answerer(library, model, passages=settings.passages)
                following = followups.pairs(half=half, limit=arguments.limit)
                with progress.bar("Asking follow-ups", total=len(following)) as advance:
                    for pair in following:
                        story_id = ids[pair["story"]]
                        # What it follows is an answer or a refusal as a person gets it.
                        first = followups.whole(as_calibrated, pair["first"], story_id)
                        cases.append(_case(answerer, gate, pair, story_id, first))
                        advance(1)
        answerer.close()
        library.close()
    return cases


def _case(
    answerer: Answerer, gate: OpenGate, question: Question, story_id: str, *earlier: Answer
) -> Case:
    answer = followups.whole(answerer, question["question"], story_id, *earlier)
    return Case(
        id=question["id"],
        way="finding" if gate.finds else "asking",
        answerable=question["answerable"],
        handled=bool(
            question["answerable"] and is_handled(question, result(answer, id=question["id"]))
        ),
        said=answer.text,
        question=dict(gate.question),
        sentence=dict(gate.sentence),
    )


def _with_stated(stated: Weighing, case: Case) -> dict[str, float]:
    """The sentence's signals, with what the question's come to among them."""
    return {**case.sentence, "stated": log_odds(stated.probability(case.question))}


def _regression(signals: Sequence[Mapping[str, float]], true: Sequence[bool]) -> Weighing:
    """Logistic regression with a small ridge, by Newton's method.

    Both outcomes weigh the same: how many questions of a set have no answer says
    nothing of those that a person will ask.
    """
    import numpy as np

    names = sorted(signals[0])
    raw = np.array([[one[name] for name in names] for one in signals])
    outcome = np.array(true, dtype=np.float64)
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    x = np.column_stack([(raw - mean) / spread, np.ones(len(raw))])
    weight = np.where(outcome == 1, 0.5 / outcome.mean(), 0.5 / (1 - outcome.mean())) / len(raw)
    ridge = np.diag([_L2] * len(names) + [0.0])
    w = np.zeros(len(names) + 1)
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (weight * (p - outcome)) + ridge @ w
        w -= np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + ridge, gradient)
    weights = w[:-1] / spread
    return Weighing(
        bias=round(float(w[-1] - weights @ mean), 4),
        weights={name: round(float(v), 4) for name, v in zip(names, weights, strict=True)},
    )


if __name__ == "__main__":
    main()
