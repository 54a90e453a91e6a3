"""What an evaluation counts besides right and wrong, on results made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.answer_table import COLUMNS, answer_table
from tests.evaluation.causes import Cause, cause, cause_table
from tests.evaluation.circumstances import circumstances
from tests.evaluation.question_set import QuestionSet, read_set
from tests.evaluation.sample import sample, shown_sentences
from tests.evaluation.scoring import exact_citations, words_cited
from tests.evaluation.table import Table, joined
from tests.evaluation.yes_or_no import contradicts

STORY = "The works cost 14 million crowns. A crane driver,\nTomas Brandt, lost his job.\n"
COST, DRIVER = "The works cost 14 million crowns.", "A crane driver,\nTomas Brandt, lost his job."
ASKED: dict[str, Any] = {
    "id": "q",
    "story": "harbour",
    "question": "What did the works cost?",
    "answerable": True,
    "answers": ["14 million crowns"],
    "all": [],
    "evidence": [COST],
    "kind": "number",
}
TEMPTING: dict[str, Any] = {
    **ASKED, "id": "u", "answerable": False, "answers": [], "evidence": [], "kind": "absent-detail",
}  # fmt: skip


def result(answer: str, *cited: str, abstained: bool = False, nearest: str = "") -> dict[str, Any]:
    citations = [{"n": n, "text": text} for n, text in enumerate(cited, 1)]
    return {
        "question": "What did the works cost?",
        "answer": answer,
        "abstained": abstained,
        "citations": citations,
        "nearest": [{"n": 0, "text": nearest}] if nearest else [],
        "sentences": [{"text": answer, "footnotes": [c["n"] for c in citations]}],
        "ttft_s": 0.5,
        "total_s": 1.0,
    }


RIGHT = result("They cost 14 million crowns.", COST)
REFUSED = result("The story does not say.", abstained=True, nearest=DRIVER)


@pytest.fixture
def asked(tmp_path: Path) -> QuestionSet:
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "harbour.txt").write_text(STORY, encoding="utf-8")
    return QuestionSet("harbour", tmp_path, (ASKED, TEMPTING))


@pytest.mark.parametrize(
    ("found", "retrieved", "why"),
    [
        (RIGHT, [COST], None),
        (RIGHT, [DRIVER], None),  # what is handled needed no better search
        (result("15 million crowns", DRIVER), [DRIVER], Cause.NOT_RETRIEVED),
        (REFUSED, [DRIVER], Cause.NOT_RETRIEVED),
        (REFUSED, [COST + " " + DRIVER], Cause.WRONGLY_REFUSED),
        (result("Tomas Brandt, they say", COST), [COST], Cause.READ_WRONG),
        (result("14 million crowns", DRIVER), [COST, DRIVER], Cause.CITED_WRONGLY),
    ],
)
def test_cause_is_the_first_step_that_went_wrong(
    found: dict[str, Any], retrieved: list[str], why: Cause | None
) -> None:
    assert cause(ASKED, found, retrieved=retrieved) is why


def test_answering_the_unanswerable_is_a_cause_of_its_own() -> None:
    assert cause(TEMPTING, RIGHT, retrieved=[]) is Cause.ANSWERED_THE_UNANSWERABLE
    assert cause(TEMPTING, REFUSED, retrieved=[]) is None


def test_causes_stand_by_kind_below_those_of_the_whole_set(asked: QuestionSet) -> None:
    table = cause_table(asked, "tiny", {"q": None, "u": Cause.ANSWERED_THE_UNANSWERABLE})
    assert [row[2:5] for row in table.rows] == [
        ("all", "2", "1"), ("absent-detail", "1", "0"), ("number", "1", "1"),
    ]  # fmt: skip
    assert [row[-1] for row in table.rows] == ["1", "1", "0"]


def test_a_set_without_kinds_has_one_row(tmp_path: Path) -> None:
    plain = {name: value for name, value in ASKED.items() if name != "kind"}
    table = cause_table(QuestionSet("s", tmp_path, (plain,)), "tiny", {"q": None})
    assert [row[2] for row in table.rows] == ["all"]


def test_citation_that_differs_in_one_letter_or_space_is_not_exact() -> None:
    results = {"q": result("so", COST, DRIVER, DRIVER.replace("\n", " ")), "u": REFUSED}
    texts = {"harbour": STORY}
    assert exact_citations([ASKED, TEMPTING], results, texts) == (3, 4)  # one is a nearest one


def test_empty_citation_is_not_exact() -> None:
    assert exact_citations([ASKED], {"q": result("so", "")}, {"harbour": STORY}) == (0, 1)


def test_words_cited_is_a_median_of_footnotes() -> None:
    assert words_cited([result("so", COST, "two words"), REFUSED]) == 4
    assert words_cited([REFUSED]) == 0


def test_row_of_answers_has_a_cell_a_column(asked: QuestionSet) -> None:
    table = answer_table("Answers", "tiny", {asked: {"q": RIGHT, "u": REFUSED}})
    (row,) = table.rows
    cells = dict(zip(COLUMNS, row, strict=True))
    assert (cells["handled"], cells["right"], cells["refused"]) == ("1.000", "1/1", "1/1")
    assert cells["exact citations"] == "2/2"


def test_only_refusals_are_added_up_over_sets(asked: QuestionSet) -> None:
    other = QuestionSet("other", asked.folder, (ASKED,))
    table = answer_table(
        "Answers", "tiny", {asked: {"q": RIGHT, "u": RIGHT}, other: {"q": REFUSED}}
    )
    cells = dict(zip(COLUMNS, table.rows[-1], strict=True))
    assert (cells["set"], cells["refused"], cells["wrongly refused"]) == (
        "all together", "0/1", "1/2",
    )  # fmt: skip
    assert cells["handled"] == ""


def test_set_without_unanswerable_questions_has_none_to_refuse(asked: QuestionSet) -> None:
    only = QuestionSet("only", asked.folder, (ASKED,))
    (row,) = answer_table("Answers", "tiny", {only: {"q": RIGHT}}).rows
    assert dict(zip(COLUMNS, row, strict=True))["refused"] == "-"


def test_rows_of_several_models_stand_in_one_table() -> None:
    first = Table("T", ("a", "b"), (("1", "2"),), "small said so")
    second = Table("T", ("a", "b"), (("3", "4"),), "large said so")
    (table,) = joined([first, second, Table("empty", ("a",), ())])
    assert table.rows == (("1", "2"), ("3", "4"))
    assert table.markdown() == (
        "**T**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nsmall said so large said so"
    )


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert "| a\\|b |" in Table("T", ("x",), (("a|b",),)).markdown()


def test_sample_shows_sentence_question_and_cited_words_on_lines_of_their_own() -> None:
    text = sample([result("Tomas lost his job.", DRIVER), REFUSED], count=5)
    assert "- [ ] What did the works cost?\n  - says: Tomas lost his job.\n" in text
    assert "  - cites: “A crane driver, Tomas Brandt, lost his job.”\n" in text
    assert text.count("- [ ]") == 1, "a refusal is no claim"


def test_sample_is_random_without_repeats_and_the_same_again() -> None:
    many = [result(f"Sentence {n}.", COST) for n in range(50)]
    assert len(shown_sentences(many)) == 50
    drawn = sample(many, count=10)
    assert drawn == sample(many, count=10) != sample(many, count=10, seed=1)
    said = [line for line in drawn.splitlines() if "says:" in line]
    assert len(set(said)) == 10


def test_circumstances_name_date_commit_model_machine_and_sets() -> None:
    line = circumstances(["tiny", "large"], threads=2, asked=["own (judge)", "long"])
    assert "tiny, large, 2 threads of " in line
    assert "commit " in line
    assert line.endswith("sets own (judge), long")


def test_a_set_is_chosen_by_half_kind_and_number() -> None:
    own = Path(__file__).parent / "evaluation"
    judge = read_set(own, half="judge", limit=5)
    assert judge.name == "own (judge)" and len(judge.questions) == 5
    assert {q["half"] for q in judge.questions} == {"judge"}
    worlds = read_set(own, kind="counterfactual")
    assert {q["kind"] for q in worlds.questions} == {"counterfactual"}
    assert worlds.file(worlds.questions[0]["story"]).is_file()


@pytest.mark.parametrize(
    ("says", "answer", "is_contrary"),
    [
        ("yes", "No, it closed.", True),
        ("no", "Yes.", True),
        ("", "“No,” she said.", True),
        ("yes", "Yes, it closed.", False),
        ("no", "Nobody came, and yes, it closed.", False),
    ],
)
def test_an_answer_contradicts_if_it_begins_with_the_other_of_yes_and_no(
    says: str, answer: str, is_contrary: bool
) -> None:
    assert contradicts({"says": says}, answer) == is_contrary
