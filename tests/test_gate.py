"""The gate before an answer."""

from __future__ import annotations

from bot.answering.citations import Candidate, Evidence, StoryWords, align
from bot.answering.gate import Gate
from index.sentences import split_sentences
from index.story import Hit, Passage, Story
from tests.scripted_model import ScriptedModel

TEXT = (
    "The new mill\n\nAnna Brook has bought the mill. She is 41 and comes from Hale. "
    "The miller before her, Otto Lund, is 72. He has moved to the coast."
)
STORY = Story(id="mill", title="The new mill", text=TEXT, source="mill.txt")
WORDS = StoryWords(STORY, split_sentences(TEXT))
HITS = [Hit("mill", Passage(0, 0, len(TEXT), 0, 4), 1.0, 0.6, 1.0)]


def evidence(claim: str, asked: str) -> Evidence:
    found = align(claim, asked, [Candidate(WORDS, n, 0.5) for n in range(len(WORDS.sentences))])
    assert found is not None
    return found


CLAIM, ASKED = "Otto Lund is 72.", "How old is Otto Lund?"


def probability(gate: Gate, claim: str, asked: str = ASKED) -> float:
    found = evidence(claim, asked)
    return gate.probability(claim, found, HITS, asked=asked, words=asked)


def test_the_gate_opens_by_what_the_model_sees() -> None:
    sure, doubtful = (Gate(ScriptedModel(yes=yes)) for yes in (0.99, 0.01))
    assert sure.opens(probability(sure, CLAIM))
    assert not doubtful.opens(probability(doubtful, CLAIM))


def test_a_higher_threshold_refuses_more() -> None:
    model = ScriptedModel(yes=0.6)
    found = probability(Gate(model), CLAIM)
    assert Gate(model, least=found - 0.01).opens(found)
    assert not Gate(model, least=found + 0.01).opens(found)


def test_without_doubts_the_model_is_not_asked() -> None:
    gate = Gate(ScriptedModel(yes=0.0), least=0)
    assert gate.opens(probability(gate, CLAIM))


def test_a_made_up_number_never_passes() -> None:
    gate = Gate(ScriptedModel(yes=0.99), least=0)
    assert not gate.opens(probability(gate, "Otto Lund is 27."))


def test_the_model_is_shown_the_cited_sentences_and_those_before_them() -> None:
    class Watching(ScriptedModel):
        def probability_of_yes(self, excerpts, question, *, on_place=None):  # type: ignore[no-untyped-def]
            self.seen = excerpts
            return 0.9

    model = Watching()
    probability(Gate(model), "He has moved to the coast.", "Where is Otto Lund?")
    ((excerpt),) = model.seen
    assert excerpt.lent == (2, 3, 4)
