"""How answers look, as values."""

from __future__ import annotations

from dataclasses import replace

from bot.answering.answer import Answer, Citation, CitedSentence, Verdict
from bot.telegram import rendering, turns


def answer(*citations: Citation) -> Answer:
    told = (CitedSentence("She left.", tuple(c.number for c in citations)),)
    return Answer("Who left?", Verdict.ANSWERED, told, citations, (), 0.1, 0.2, "scripted")


def cited(number: int, story: str = "ferry", place: str = "") -> Citation:
    return Citation(number, story, story.title(), 0, 9, f"Words {number}.", place, ("twin",))


def test_buttons_of_many_footnotes_stand_two_beside_each_other() -> None:
    found = answer(*(cited(number) for number in range(1, 9)))
    *shown, thumbs = rendering.answer_buttons(found, 2**40)
    assert [len(row) for row in shown] == [2, 2, 2]
    assert [label for label, _ in thumbs] == ["👍", "👎"]
    assert all(len(data.encode()) <= 64 for row in [*shown, thumbs] for _, data in row)


def test_story_that_all_footnotes_are_of_is_named_once() -> None:
    (shown,) = rendering.answer(answer(cited(1), cited(2)), {"ferry": "https://a.example/"})
    assert shown.text.endswith("Ferry\n[1] “Words 1.”\n[2] “Words 2.”")
    assert [mark.url for mark in shown.marks] == [None, "https://a.example/"]


def test_footnotes_of_several_stories_name_each() -> None:
    (shown,) = rendering.answer(answer(cited(1), cited(2, "fair")), {})
    assert shown.text.endswith("[1] “Words 1.” — Ferry\n[2] “Words 2.” — Fair")


def test_page_of_cited_words_is_told() -> None:
    (shown,) = rendering.answer(answer(cited(1, place="page 3")), {})
    assert shown.text.endswith("[1] “Words 1.” — Ferry (page 3)")


def test_words_that_answer_are_bold_in_the_storys_own_sentence() -> None:
    told = (CitedSentence("Oda, 41, left.", (1,), "41"), CitedSentence("She ran.", (1, 2)))
    shown = rendering.sentences(told)
    assert shown.text == "Oda, 41, left. [1] She ran. [1][2]"
    assert [shown.text[m.start : m.end] for m in shown.marks] == ["41"]
    assert rendering.sentences([CitedSentence("Oda left. ", (1,), "left. ")]).text == (
        "Oda left. [1]"
    )


def test_answer_is_kept_as_it_was() -> None:
    found = answer(cited(1, place="page 3"))
    assert turns.from_json(turns.to_json(found)) == found
    told = replace(found, sentences=(CitedSentence("Oda, 41, left.", (1,), "41"),))
    assert turns.from_json(turns.to_json(told)) == told


def test_answer_that_was_kept_before_words_were_set_off_is_read() -> None:
    found = answer(cited(1))
    assert turns.from_json(turns.to_json(found).replace(', "found": ""', "")) == found


def test_answer_that_was_kept_before_words_were_put_right_is_read() -> None:
    found = answer(cited(1))
    assert turns.from_json(turns.to_json(found).replace(', "taken_as": ""', "")) == found
    taken = replace(found, taken_as="Who left the ferry?")
    assert turns.from_json(turns.to_json(taken)) == taken


def test_how_a_question_was_taken_stands_under_the_answer() -> None:
    found = replace(answer(cited(1)), taken_as="Who left the ferry?")
    (shown,) = rendering.answer(found, {})
    assert shown.text.startswith("She left. [1]\n\nTaken as: Who left the ferry?\n\n")
    refusal = replace(found, citations=(), verdict=Verdict.NOT_IN_STORY)
    assert rendering.answer(refusal, {})[0].text.endswith("Taken as: Who left the ferry?")
