"""The questions that the gate is calibrated on, as it saw them, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot import assembly
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer
from bot.answering.claims import Claim
from bot.answering.gate import Gate, Outlook
from bot.answering.storyteller import whole_answer
from bot.llm.model import LanguageModel
from bot.settings import Settings
from bot.terminal import progress
from bot.terminal.asking import read_story
from bot.terminal.stories import add_source
from tests.evaluation import followups
from tests.evaluation.question_set import OWN, QuestionSet, read_set
from tests.evaluation.scoring import Question, is_handled
from tests.evaluation.session import result


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
    fails_alone: bool = False
    """True if several sentences had the words found, and none of them answers by itself."""


class OpenGate(Gate):
    """Takes down what a gate would weigh, and lets all through that the story's words carry."""

    def __init__(self, model: LanguageModel) -> None:
        super().__init__(model)
        self.finds = model.finds
        self.question: Mapping[str, float] = {}
        self.sentence: Mapping[str, float] = {}
        self.fails_alone = False

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
        self.question, self.sentence, self.fails_alone = signals, {}, False
        return 0.5

    def weigh(
        self, claim: Claim, outlook: Outlook, *, asked: str, words: str, found: str = ""
    ) -> float:
        """As it is, and takes down how the first one stands by itself."""
        self.fails_alone = self.fails_alone or (not self.sentence and claim.fails_alone)
        return super().weigh(claim, outlook, asked=asked, words=words, found=found)

    def _least_found(self, signals: Mapping[str, float]) -> float:
        """The words are always looked for."""
        return 0.0

    def weigh_sentence(self, signals: Mapping[str, float]) -> float:
        """The first sentence is the answer; what follows explains it."""
        self.sentence = self.sentence or signals
        return 0.5


def kept(file: Path | None) -> list[Case]:
    """The cases of an earlier run, even of one that was broken off."""
    if file is None or not file.exists():
        return []
    return [Case(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def keep(case: Case, file: Path) -> None:
    """Add a case to those of an earlier run."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(case)) + "\n")


def ask(
    settings: Settings,
    folders: Sequence[Path],
    *,
    half: str,
    limit: int | None,
    known: Collection[str],
) -> Iterator[Case]:
    """The cases of all questions whose ids are not known: of the sets' `half`, if they have any."""
    every = followups.pairs(half=half, limit=limit).questions if OWN in folders else ()
    following = [pair for pair in every if pair["id"] not in known]
    asked = {folder: _read(folder, half, limit, known) for folder in folders}
    if not following and not any(one.questions for one in asked.values()):
        return
    library = assembly.library(settings)
    library.embed_question("")
    model = assembly.language_model(settings)
    gate = OpenGate(model)
    answerer = Answerer(library, model, passages=settings.passages, gate=gate)
    for folder, of_set in asked.items():
        pairs = following if folder == OWN else []
        ids: dict[str, str] = {}
        for name in dict.fromkeys(q["story"] for q in (*of_set.questions, *pairs)):
            ids[name] = add_source(library, str(of_set.file(name))).story.id
            read_story(answerer, library, ids[name])
        with progress.bar(f"Asking {of_set.name}", total=len(of_set.questions)) as advance:
            for question in of_set.questions:
                yield _case(answerer, gate, question, ids[question["story"]])
                advance(1)
        as_calibrated = Answerer(library, model, passages=settings.passages)
        with progress.bar("Asking follow-ups", total=len(pairs)) as advance:
            for pair in pairs:
                story_id = ids[pair["story"]]
                # What it follows is an answer or a refusal as a person gets it.
                first = whole_answer(as_calibrated, pair["first"], story_id=story_id)
                yield _case(answerer, gate, pair, story_id, first)
                advance(1)
    answerer.close()
    library.close()


def _read(folder: Path, half: str, limit: int | None, known: Collection[str]) -> QuestionSet:
    """A set's half, if it has any, without the questions whose cases are known."""
    found = read_set(folder)
    has_halves = any("half" in question for question in found.questions)
    of_half = [q for q in found.questions if not has_halves or q["half"] == half]
    wanted = tuple(q for q in of_half[:limit] if q["id"] not in known)
    return replace(found, questions=wanted)


def _case(
    answerer: Answerer, gate: OpenGate, question: Question, story_id: str, *earlier: Answer
) -> Case:
    answer = whole_answer(answerer, question["question"], story_id=story_id, earlier=earlier)
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
        fails_alone=gate.fails_alone,
    )
