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
from dataclasses import asdict, replace
from pathlib import Path

from bot.answering.gate import EARLY
from bot.answering.support import WEIGHTS, Calibration, Weighing, calibration, log_odds
from bot.settings import read_settings
from tests.evaluation import reliability
from tests.evaluation.cases import Case, ask, keep, kept
from tests.evaluation.question_set import CALIBRATING, OWN

MOST_LOST = 0.02
"""The share of right answers that a careful reader gives up for not being told wrong ones."""
SURE, WRITES = 0.8, 0.95
"""Above the one a sentence is not held up to the model again, below the other the story's own
is shown: see Calibration."""
WEIGHED = {
    "finding": ("stated", "here", "again"),
    "asking": ("stated", "here", "share", "named"),
}
"""The signals of a sentence that are weighed; the others told no more."""
_L2 = 0.01
_ROUNDS = 50


def main() -> None:
    """Parse arguments, ask, fit or judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET_FOLDER")
    parser.add_argument("--model", help="name of the catalog or .gguf file")
    parser.add_argument("--limit", type=int, help="only so many questions of each set")
    parser.add_argument("--library", type=Path, help="library to use and keep")
    parser.add_argument("--judge", action="store_true", help="fit nothing, judge what there is")
    parser.add_argument(
        "--cases", type=Path, help="file to keep the signals in; what it has is not asked again"
    )
    parser.add_argument("--picture", type=Path, help="where to draw the reliability, as SVG")
    arguments = parser.parse_args()
    cases = kept(arguments.cases)
    known = {case.id for case in cases}
    half = "judge" if arguments.judge else "calibrate"
    folders = arguments.sets or ([OWN] if arguments.judge else [OWN, CALIBRATING])
    with tempfile.TemporaryDirectory() as place:
        settings = read_settings(library=arguments.library or Path(place), model=arguments.model)
        for case in ask(settings, folders, half=half, limit=arguments.limit, known=known):
            cases.append(case)
            if arguments.cases:
                keep(case, arguments.cases)
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
        weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        weights[way] = asdict(found)
        WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")


def fit(cases: Sequence[Case]) -> Calibration:
    """Two regressions, and the highest threshold that loses few right answers."""
    weighed = WEIGHED[cases[0].way]
    stated = _regression([c.question for c in cases], [c.answerable for c in cases])
    written = [case for case in cases if case.sentence]
    signals = [_with_stated(stated, c) for c in written]
    holds = _regression(
        [{name: s[name] for name in weighed} for s in signals], [c.handled for c in written]
    )
    best = Calibration(stated, holds, least=0.01, sure=SURE, writes=WRITES)
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
    is_sure = stated >= found.sure and not case.fails_alone
    return is_sure or found.holds.probability(sentence) >= found.least


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
