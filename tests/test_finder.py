"""Finding answers with an adapter, on a real model whose adapter has learned nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ModelError
from bot.llm.asker import Asker, Reply
from bot.llm.drafts import Drafter
from bot.llm.finding import Confirming, Finding
from bot.llm.jobs import Job
from bot.llm.local import LocalModel
from bot.llm.seats import Way
from index.story import Story
from tests import small_model
from tests.small_model import excerpt

MILL = Story(
    id="mill",
    title="The mill",
    source="mill",
    text="The miller of Vell is called Ragnar Os. He has three daughters. The mill burned in 1911.",
)
INN = Story(
    id="inn",
    title="The inn",
    source="inn",
    text="The inn at Hale has nine rooms. Its keeper, Dora Lund, cooks on Sundays.",
)
QUESTION = "Who is the miller?"


@pytest.fixture(scope="module")
def plain(weights: Path) -> Iterator[LocalModel]:
    loaded = small_model.load(weights)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model.adapter(tmp_path_factory.mktemp("adapter") / "adapter.gguf")


@pytest.fixture(scope="module")
def finding(weights: Path, adapter: Path) -> Iterator[LocalModel]:
    loaded = small_model.load(weights, finder=adapter)
    yield loaded
    loaded.close()


def never(token: int) -> bool:
    return False


def done(model: LocalModel, question: str, job: type[Job], **wanted: Any) -> Any:
    """What comes of a job on the mill's story."""
    reply, lent = Reply(), model._lent([excerpt(MILL)])
    prompt = model._script.tail(question)
    model._engine.submit(
        Asker(job(prompt, put=reply.put, unsaid=model._unsaid, **wanted), lent, reply)
    )
    (what,) = reply
    return what


def written(model: LocalModel, story: Story = MILL) -> str:
    return "".join(model.write([excerpt(story)], QUESTION, max_tokens=16))


def test_a_model_without_a_finder_says_that_it_does_not_find(plain: LocalModel) -> None:
    assert not plain.finds
    with pytest.raises(ModelError, match="not learned"):
        plain.find([excerpt(MILL)], QUESTION)
    with pytest.raises(ModelError, match="not learned"):
        plain.confirm([excerpt(MILL)], QUESTION, "Ragnar Os")


def test_only_finding_feels_the_adapter(plain: LocalModel, finding: LocalModel) -> None:
    text = "The miller is Ragnar Os."
    before = plain.log_probabilities([excerpt(MILL)], QUESTION, text)
    assert finding.log_probabilities([excerpt(MILL)], QUESTION, text) == pytest.approx(
        before, abs=0.05
    )
    found = finding.find([excerpt(MILL)], QUESTION)
    assert 0 <= found.stated <= 1
    # What was lent has been read without the adapter, and whoever comes next does not feel it.
    assert finding.log_probabilities([excerpt(MILL)], QUESTION, text) == pytest.approx(
        before, abs=0.05
    )
    assert found.words != written(plain)


def test_whoever_finds_and_whoever_writes_at_once_do_not_meet(
    plain: LocalModel, finding: LocalModel
) -> None:
    alone, expected = finding.find([excerpt(MILL)], QUESTION), written(plain, INN)
    with ThreadPoolExecutor(8) as pool:
        finders = [pool.submit(finding.find, [excerpt(MILL)], QUESTION) for _ in range(4)]
        writers = [pool.submit(written, finding, INN) for _ in range(4)]
        found = [one.result() for one in finders]
        answers = {one.result() for one in writers}
    assert all(one.stated == pytest.approx(alone.stated, abs=0.05) for one in found)
    assert expected in answers


def test_words_are_not_looked_for_below_the_least(finding: LocalModel) -> None:
    unsought = finding.find([excerpt(MILL)], QUESTION, least=1.0)
    assert unsought.words == ""
    found = finding.find([excerpt(MILL)], QUESTION)
    assert found.words


@pytest.mark.parametrize("question", [QUESTION, "Who built the mill?", "How many daughters?"])
def test_other_words_weigh_what_they_weigh_when_nothing_was_found_before(
    finding: LocalModel, question: str
) -> None:
    finds = done(finding, question, Finding, drafter=None, least=0.0, most=6, is_end=never)
    assert len({one.tokens for one in finds.found}) == len(finds.found) > 1
    drafter = Drafter([token for one in finds.found for token in one.tokens])
    again = done(finding, question, Finding, drafter=drafter, least=0.0, most=6, is_end=never)
    assert [one.tokens for one in again.found] == [one.tokens for one in finds.found]
    for tokens, share in finds.found:
        _, certainty = done(finding, question, Confirming, words=tokens)
        assert share == pytest.approx(certainty ** len(tokens), rel=0.1)


def test_words_are_confirmed_by_the_reading_that_finds(finding: LocalModel) -> None:
    found = finding.find([excerpt(MILL)], QUESTION)
    first = found.words.split(",")[0]
    again = finding.confirm([excerpt(MILL)], QUESTION, first)
    assert again.stated == pytest.approx(found.stated, abs=0.05)
    assert again.certainty > 100 * finding.confirm([excerpt(MILL)], QUESTION, "mill").certainty
    assert finding.confirm([excerpt(MILL)], QUESTION, "").certainty == 0


def test_passages_read_for_one_question_alone_are_read_without_the_adapter(
    weights: Path, adapter: Path, finding: LocalModel
) -> None:
    anew = small_model.load(weights, finder=adapter, way=Way.ANEW)
    stated = anew.find([excerpt(MILL)], QUESTION).stated
    anew.close()
    assert stated == pytest.approx(finding.find([excerpt(MILL)], QUESTION).stated, abs=0.05)


def test_an_adapter_for_other_weights_is_refused(weights: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="does not fit these weights"):
        small_model.load(weights, finder=file)
