"""Which of the words that may answer a question are taken."""

from __future__ import annotations

from bot.answering.claims import Claim, quotation
from bot.answering.wordings import Readings, choose
from bot.llm.model import Confirmed, Wording
from tests.candidates import candidates_of

TEXT = (
    "The ferry was built by Tilda Brask. Her brother Jens painted the ferry in May. The harbour "
    "master, Rosa Quint, sold it for nine crowns. It was raining."
)
QUESTION = "Who gave the ferry its colours?"


class Reader:
    """Says that a sentence answers by itself if it holds certain words."""

    def __init__(self, telling: str = "-") -> None:
        self.telling = telling
        self.read: list[str] = []

    def __call__(self, claim: Claim, found: str) -> Confirmed:
        self.read.append(found)
        return Confirmed(0.95 if self.telling in claim.text else 0.05, 0.8)


def chosen(reader: Reader, *wordings: tuple[str, float], question: str = QUESTION) -> str:
    candidates = candidates_of(TEXT, title="The ferry")
    return choose(
        [Wording(*wording) for wording in wordings],
        question=question,
        quotation=lambda words: quotation(words, question, candidates),
        readings=Readings(reader),
    )


def test_the_sentence_that_answers_by_itself_is_taken_though_its_words_are_less_likely() -> None:
    reader = Reader("painted")
    assert chosen(reader, ("Tilda Brask", 0.45), ("Jens", 0.3)) == "Jens"
    assert set(reader.read) == {"Tilda Brask", "Jens"}


def test_the_likelier_words_are_taken_where_both_sentences_answer_or_none() -> None:
    assert chosen(Reader("ferry"), ("Tilda Brask", 0.45), ("Jens", 0.3)) == "Tilda Brask"
    assert chosen(Reader(), ("Tilda Brask", 0.45), ("Jens", 0.3)) == "Tilda Brask"


def test_what_a_sentence_says_by_itself_does_not_outweigh_much_likelier_words() -> None:
    assert chosen(Reader("painted"), ("Tilda Brask", 0.69), ("Jens", 0.06)) == "Tilda Brask"


def test_words_of_one_sentence_are_one_answer_and_need_not_be_read() -> None:
    reader = Reader("painted")
    wordings = ("Tilda Brask", 0.3), ("Jens", 0.4), ("Her brother Jens", 0.35)
    assert chosen(reader, *wordings) == "Jens"
    assert reader.read == []


def test_words_that_can_be_no_answer_give_way_unread() -> None:
    reader = Reader("painted")
    assert chosen(reader, ("Otto Vang", 0.5), ("Jens", 0.2)) == "Jens"
    assert chosen(reader, ("it", 0.5), ("Jens", 0.2)) == "Jens"
    assert chosen(reader, ("the colours", 0.5), ("Jens", 0.2)) == "Jens"
    how_many = "How many crowns did the ferry bring?"
    asked_for = chosen(reader, ("Rosa Quint", 0.4), ("nine crowns", 0.4), question=how_many)
    assert asked_for == "Rosa Quint"
    age = "How many days did Jens paint?"
    assert chosen(reader, ("in May", 0.5), ("nine", 0.2), question=age) == "nine"
    assert reader.read == []


def test_without_a_choice_the_first_words_are_taken_as_they_are() -> None:
    reader = Reader()
    assert chosen(reader) == ""
    assert chosen(reader, ("Otto Vang", 0.2)) == "Otto Vang"
    assert chosen(reader, ("Otto Vang", 0.4), ("Karl Vang", 0.3)) == "Otto Vang"
    assert reader.read == []


def test_a_sentence_is_read_but_once_for_the_same_words() -> None:
    reader, candidates = Reader("painted"), candidates_of(TEXT, title="The ferry")
    claim = quotation("Jens", QUESTION, candidates)
    assert claim is not None
    readings = Readings(reader)
    assert readings.known(claim, "Jens") is None
    assert readings.of(claim, "Jens") == readings.of(claim, "Jens") == readings.known(claim, "Jens")
    assert reader.read == ["Jens"]
    readings.of(claim, "Her brother Jens")
    assert reader.read == ["Jens", "Her brother Jens"]
