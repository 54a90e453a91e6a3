"""The gate before an answer."""

from __future__ import annotations

from bot.answering.citations import Candidate, StoryWords
from bot.answering.claims import Claim, claim_of
from bot.answering.gate import Gate, Outlook
from bot.llm.model import Excerpt
from index.sentences import split_sentences
from index.story import Hit, Passage, Story
from tests.scripted_model import ScriptedModel

TEXT = (
    "The new mill\n\nAnna Brook has bought the mill. She is 41 and comes from Hale. "
    "The miller before her, Otto Lund, is 72. He has moved to the coast."
)
STORY = Story(id="mill", title="The new mill", text=TEXT, source="mill.txt")
WORDS = StoryWords(STORY, split_sentences(TEXT))
EXCERPT = Excerpt(STORY, WORDS.sentences, (1, 2, 3))
HITS = [Hit("mill", Passage(0, 0, len(TEXT), 0, 4), 1.0, 0.6, 1.0)]


def claim(written: str, asked: str, found: str = "") -> Claim:
    candidates = [Candidate(WORDS, n, 0.5) for n in range(len(WORDS.sentences))]
    made = claim_of(written, found, asked, candidates)
    assert made is not None
    return made


def test_the_gate_opens_by_what_the_model_sees() -> None:
    sure, doubtful = (Gate(ScriptedModel(yes=yes)) for yes in (0.99, 0.01))
    assert sure.opens(sure.outlook([EXCERPT], "How old is Anna Brook?", HITS).probability)
    assert not doubtful.opens(
        doubtful.outlook([EXCERPT], "How old is Anna Brook?", HITS).probability
    )


def test_a_higher_threshold_refuses_more() -> None:
    model = ScriptedModel(yes=0.6)
    probability = Gate(model).outlook([EXCERPT], "How old is Anna Brook?", HITS).probability
    assert Gate(model, least=probability - 0.01).opens(probability)
    assert not Gate(model, least=probability + 0.01).opens(probability)


def test_without_doubts_the_model_is_not_asked() -> None:
    gate = Gate(ScriptedModel(yes=0.0), least=0)
    assert gate.opens(gate.outlook([EXCERPT], "How old is Anna Brook?", HITS).probability)


def test_a_doubtful_answer_is_held_to_the_cited_sentences() -> None:
    asked = "Otto Lund is 72."
    made, outlook = claim(asked, asked), Outlook(0.6)
    for yes, shown in (0.99, True), (0.01, False):
        gate = Gate(ScriptedModel(yes=yes))
        assert gate.opens(gate.weigh(made, outlook, asked=asked, words=asked)) is shown


def test_a_model_that_finds_looks_once_more_at_the_cited_sentences_alone() -> None:
    asked = "How old is Otto Lund?"
    made, outlook = claim("Otto Lund is 72.", asked, "72"), Outlook(0.5)
    model = ScriptedModel(found="72", yes=0.99)
    gate = Gate(model)
    assert gate.opens(gate.weigh(made, outlook, asked=asked, words=asked, found="72"))
    ((seen,),) = model.looked
    (cited,) = made.evidence.sentences
    assert cited.number in seen.lent and len(seen.lent) < len(WORDS.sentences)
    gate = Gate(ScriptedModel(found="72", yes=0.001))
    assert not gate.opens(gate.weigh(made, outlook, asked=asked, words=asked))


def test_a_made_up_number_never_passes() -> None:
    asked = "How old is Otto Lund?"
    made = claim("Otto Lund is 27.", asked)
    gate = Gate(ScriptedModel(yes=0.99), least=0)
    assert not gate.opens(gate.weigh(made, Outlook(1.0), asked=asked, words=asked))
