"""Which of the sentences that have the words found is quoted."""

from __future__ import annotations

from dataclasses import replace

from bot.answering.citations import Candidate
from bot.answering.claims import Claim, quotation
from bot.answering.followup import in_context
from bot.answering.quoting import MOST_TRIED, quote
from bot.answering.wordings import Readings
from bot.llm.model import Confirmed
from tests.candidates import candidates_of

TEXT = (
    "The bakers of the lane were Oda and Minna. Oda made rye loaves. It rained a good deal that "
    "spring. The river stood high. Oda counted the sacks, and the night watch went to Minna. "
    "Nobody slept. Minna is forty."
)
QUESTION = "Which of the bakers stayed up with the ovens?"


class Reader:
    """Says that a sentence answers by itself if it holds certain words."""

    def __init__(self, *telling: str) -> None:
        self.telling = telling
        self.read: list[str] = []

    def __call__(self, claim: Claim, found: str) -> Confirmed:
        self.read.append(claim.text)
        answers = any(words in claim.text for words in self.telling)
        return Confirmed(0.9 if answers else 0.1, 0.8)


def quoted(found: str, reader: Reader, question: str = QUESTION, text: str = TEXT) -> str:
    claim, _ = quote(found, in_context(question, ()), candidates(text), Readings(reader))
    return claim.text if claim else ""


def candidates(text: str) -> list[Candidate]:
    return candidates_of(text, title="The lane")


def test_of_several_sentences_with_the_words_found_the_one_that_answers_is_quoted() -> None:
    reader = Reader("night watch")
    assert quoted("Minna", reader) == ("Oda counted the sacks, and the night watch went to Minna.")
    assert reader.read[0] == "The bakers of the lane were Oda and Minna."


def test_the_first_is_quoted_if_it_answers_or_if_none_does() -> None:
    reader = Reader("The bakers of the lane")
    assert quoted("Minna", reader) == reader.read[0] and len(reader.read) == 1
    reader = Reader()
    assert quoted("Minna", reader) == reader.read[0]
    assert 1 < len(reader.read) <= MOST_TRIED


def test_a_sentence_without_rivals_is_not_read_by_itself() -> None:
    reader = Reader()
    assert quoted("rye loaves", reader, "What did Oda bake?") == "Oda made rye loaves."
    assert reader.read == []


def test_a_sentence_that_no_other_comes_near_to_is_not_read_by_itself() -> None:
    reader = Reader("night watch")
    near = [replace(c, closeness=0.6 if "bakers" in c.text else 0.2) for c in candidates(TEXT)]
    claim, _ = quote("Minna", in_context(QUESTION, ()), near, Readings(reader))
    assert claim is not None and claim.text == "The bakers of the lane were Oda and Minna."
    assert reader.read == []
    follow_up = replace(in_context(QUESTION, ()), follows=True)
    claim, _ = quote("Minna", follow_up, near, Readings(reader))
    assert claim is not None and "night watch" in claim.text


def test_what_was_read_by_itself_stays_with_the_claim() -> None:
    claim, left = quote(
        "Minna", in_context(QUESTION, ()), candidates(TEXT), Readings(Reader("night watch"))
    )
    assert claim is not None and claim.alone == Confirmed(0.9, 0.8)
    assert not any(c.text.startswith("The bakers") for c in left)


def test_a_sentence_that_does_not_carry_the_answer_gives_way_to_one_that_does() -> None:
    text = (
        "The doctor Lina Ferrand and her cook Otto ran the ward. Two winters later the ward was "
        "shut. Otto mended its roof."
    )
    reader = Reader()
    asked = "Which cook of Bellmore ran the ward and mended its roof?"
    likeliest = quotation("Otto", asked, candidates(text))
    assert likeliest is not None and not likeliest.is_carried
    assert quoted("Otto", reader, asked, text) == "Otto mended its roof."
    assert reader.read == []


def test_where_a_number_is_asked_for_a_sentence_with_one_is_quoted() -> None:
    reader = Reader()
    assert quoted("Minna", reader, "How old is Minna, who baked?") == "Minna is forty."
    assert quoted("Oda", reader, "How old is Oda?") == ""


def test_without_candidates_nothing_is_quoted() -> None:
    assert quote("Minna", in_context(QUESTION, ()), [], Readings(Reader())) == (None, [])


def test_what_was_read_before_is_told_of_a_sentence_without_rivals() -> None:
    reader = Reader("rye")
    question, readings = "What did Oda bake?", Readings(reader)
    claim, _ = quote("rye loaves", in_context(question, ()), candidates(TEXT), readings)
    assert claim is not None and claim.alone is None
    known = readings.of(claim, "rye loaves")
    claim, _ = quote("rye loaves", in_context(question, ()), candidates(TEXT), readings)
    assert claim is not None and claim.alone == known
    assert len(reader.read) == 1
