"""The engine on a real model: memory equals re-reading, askers never mix, nothing leaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from inspect import GEN_CLOSED, GEN_CREATED, getgeneratorstate
from pathlib import Path

import pytest

from bot.errors import ModelError, StoppedError
from bot.llm import engine as engine_module
from bot.llm.asker import Asker, Reply
from bot.llm.jobs import Writing
from bot.llm.local import LocalModel
from bot.llm.model import Excerpt
from bot.llm.seats import Way
from bot.stopping import until
from index.story import Story
from tests import small_model
from tests.small_model import excerpt

FERRY = Story(
    id="ferry",
    title="The ferry",
    source="ferry",
    text=" ".join(
        f"On day {n} the ferry carried {n * 7 + 3} sheep to the island of Sorre, and captain "
        f"Moll wrote the number {n * 7 + 3} into her green book."
        for n in range(1, 41)
    ),
)
MILL = Story(
    id="mill",
    title="The mill",
    source="mill",
    text="The miller of Vell is called Ragnar Os. He has three daughters. The mill burned in 1911.",
)
QUESTION = "What is the number in the book?"


def writing(
    model: LocalModel, lent: list[Excerpt], question: str = QUESTION, *, most: int = 24
) -> str:
    return "".join(model.write(lent, question, max_tokens=most))


@pytest.fixture(scope="module")
def model(weights: Path) -> Iterator[LocalModel]:
    loaded = small_model.load(weights)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def rereading(weights: Path) -> Iterator[LocalModel]:
    loaded = small_model.load(weights, way=Way.ANEW)
    yield loaded
    loaded.close()


def at_rest(model: LocalModel) -> int:
    """Cells in use once nobody asks any more."""
    engine = model._engine
    for _ in range(200):
        if not engine._seats.taken and not engine._waiting:
            break
        time.sleep(0.02)
    assert not engine._seats.taken
    engine._seats.let_go()
    return engine.cells_in_use


def apart(one: list[float], other: list[float]) -> float:
    """How far apart log-probabilities are, in the mean.

    Steps of another size are rounded otherwise, on each kind of processor in its own
    way, by less than 0.1 here; other passages make a difference of another size.
    """
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def test_passages_at_the_start_of_a_story_weigh_as_if_read_again(
    model: LocalModel, rereading: LocalModel
) -> None:
    lent = [excerpt(FERRY, range(6))]
    text = "The number is 10, then 17, then 24."
    borrowed = model.log_probabilities(lent, QUESTION, text)
    assert apart(borrowed, rereading.log_probabilities(lent, QUESTION, text)) < 0.15
    assert apart(borrowed, model.log_probabilities([excerpt(MILL)], QUESTION, text)) > 0.5


def test_a_story_read_ahead_weighs_as_one_read_for_a_question(
    model: LocalModel, rereading: LocalModel, weights: Path
) -> None:
    other = small_model.load(weights)
    sentences = excerpt(FERRY).sentences
    *_, (done, total) = other.read(FERRY, sentences)
    assert done == total
    lent = [excerpt(FERRY)]
    text = "The number is 10, then 17, then 24."
    read_ahead = other.log_probabilities(lent, QUESTION, text)
    assert apart(read_ahead, rereading.log_probabilities(lent, QUESTION, text)) < 0.15
    other.close()


def test_passages_of_several_stories_are_seen_together(
    model: LocalModel, rereading: LocalModel
) -> None:
    both = [excerpt(MILL), excerpt(FERRY, range(4))]
    text = "The miller of Vell is called Ragnar Os."
    borrowed = sum(model.log_probabilities(both, "Who is the miller?", text))
    alone = sum(model.log_probabilities([excerpt(FERRY, range(4))], "Who is the miller?", text))
    assert borrowed > alone + 5
    assert borrowed == pytest.approx(
        sum(rereading.log_probabilities(both, "Who is the miller?", text)), abs=6
    )
    # The other way round, the second story must make room for the first.
    turned = sum(model.log_probabilities(both[::-1], "Who is the miller?", text))
    assert turned > alone + 5


def test_passages_read_for_one_alone_are_taken_over_by_the_next(
    weights: Path, rereading: LocalModel
) -> None:
    loaded = small_model.load(weights)
    both, text = [excerpt(MILL), excerpt(FERRY, range(4))], "The miller of Vell is Ragnar Os."
    first = loaded.log_probabilities(both, "Who is the miller?", text)
    for question in ("Who is the miller?", "Whose mill is it?"):
        weighed = loaded.log_probabilities(both, question, text)
        left = loaded._engine._seats._left
        assert left is not None
        assert left.own_excerpts
        assert not left.anew  # nothing was read for it
        expected = rereading.log_probabilities(both, question, text)
        assert apart(weighed, expected) < 0.15
    assert apart(first, rereading.log_probabilities(both, "Who is the miller?", text)) < 0.15
    # Others get room and the seat.
    wide = loaded.log_probabilities([excerpt(FERRY)], QUESTION, text)
    assert apart(wide, rereading.log_probabilities([excerpt(FERRY)], QUESTION, text)) < 0.15
    with ThreadPoolExecutor(engine_module.MOST_ASKERS) as pool:
        jobs = [(both[:1], QUESTION, text)] * engine_module.MOST_ASKERS
        assert all(pool.map(lambda job: loaded.log_probabilities(*job), jobs))
    loaded.close()


def test_askers_at_once_see_what_each_sees_alone(model: LocalModel) -> None:
    text = "Captain Moll wrote the number into her green book."
    jobs = [([excerpt(FERRY, range(n, n + 5))], f"What of day {n}?", text) for n in range(0, 30, 3)]
    jobs += [([excerpt(MILL)], "Who is the miller?", text)] * 4
    alone = [model.log_probabilities(*job) for job in jobs]
    with ThreadPoolExecutor(len(jobs)) as pool:
        together = list(pool.map(lambda job: model.log_probabilities(*job), jobs))
    assert max(map(apart, alone, together)) < 0.3
    assert apart(alone[0], alone[-1]) > 1


def test_answers_written_at_once_hold_no_words_of_the_others(model: LocalModel) -> None:
    jobs = [([excerpt(FERRY, range(n, n + 5))], f"What of day {n}?") for n in range(0, 30, 5)]
    jobs += [([excerpt(MILL)], "Who is the miller?")] * 2
    with ThreadPoolExecutor(len(jobs)) as pool:
        answers = list(pool.map(lambda job: writing(model, *job), jobs))
    assert not any("Sorre" in answer or "sheep" in answer for answer in answers[-2:])
    assert not any("Ragnar" in answer for answer in answers[:-2])


def test_at_rest_after_the_first_answer_memory_is_put_in_order(weights: Path) -> None:
    loaded = small_model.load(weights)
    portions = loaded._engine._huge_pages._portions
    time.sleep(2 * engine_module.REST_SECONDS)
    untouched = getgeneratorstate(portions) == GEN_CREATED
    before = writing(loaded, [excerpt(MILL)])
    for _ in range(100):
        if getgeneratorstate(portions) == GEN_CLOSED:
            break
        time.sleep(0.1)
    assert untouched
    assert getgeneratorstate(portions) == GEN_CLOSED
    assert writing(loaded, [excerpt(MILL)]) == before
    loaded.close()


def test_cancelling_frees_everything(model: LocalModel) -> None:
    writing(model, [excerpt(MILL)])
    resting = at_rest(model)
    for pieces in (0, 1, 3):
        answer = model.write([excerpt(MILL)], QUESTION, max_tokens=200)
        for _ in range(pieces):
            next(answer)
        answer.close()
        assert at_rest(model) == resting
    assert len(model._engine._seats._free) == engine_module.MOST_ASKERS


def test_an_answer_is_stopped_from_another_thread_wherever_it_waits(model: LocalModel) -> None:
    writing(model, [excerpt(MILL)])
    resting = at_rest(model)
    stopped = threading.Event()

    def ask() -> None:
        with until(stopped.is_set):
            while True:  # a quick machine has answered before it is stopped
                writing(model, [excerpt(MILL)], most=1_500)

    with ThreadPoolExecutor(12) as pool:  # more than there are seats: some wait in line
        asking = [pool.submit(ask) for _ in range(12)]
        time.sleep(0.3)
        stopped.set()
        for one in asking:
            assert isinstance(one.exception(timeout=30), StoppedError)
    assert at_rest(model) == resting
    with until(stopped.is_set), pytest.raises(StoppedError):
        model.probability_of_yes([excerpt(MILL)], QUESTION)
    assert writing(model, [excerpt(MILL)])


def test_an_asker_that_never_started_leaves_the_line(model: LocalModel) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = [model.write([excerpt(MILL)], QUESTION, max_tokens=40) for _ in range(12)]
        for answer in answers:
            pool.submit(next, answer, None)
        time.sleep(0.3)
    for answer in answers:
        answer.close()
    at_rest(model)
    assert writing(model, [excerpt(MILL)])


def test_the_place_in_line_is_told_and_goes_down(model: LocalModel) -> None:
    places: list[list[int]] = [[] for _ in range(14)]

    def ask(number: int) -> str:
        pieces = model.write(
            [excerpt(MILL)], QUESTION, max_tokens=24, on_place=places[number].append
        )
        return "".join(pieces)

    with ThreadPoolExecutor(14) as pool:
        list(pool.map(ask, range(14)))
    assert all(told[-1] == 0 for told in places)
    assert all(told == sorted(told, reverse=True) for told in places)
    assert max(told[0] for told in places) >= engine_module.MOST_ASKERS


def test_a_full_line_is_said(weights: Path) -> None:
    model = small_model.load(weights)
    reply = Reply()
    with pytest.raises(engine_module.QueueFullError, match="waiting already"):
        for _ in range(engine_module.LONGEST_QUEUE + 2 * engine_module.MOST_ASKERS):
            job = Writing(
                model._script.tail(QUESTION),
                most=400,
                drafter=None,
                is_end=lambda token: False,
                put=reply.put,
            )
            model._engine.submit(Asker(job, model._lent([excerpt(MILL)]), reply))
    reply.cancel()
    at_rest(model)
    assert writing(model, [excerpt(MILL)])
    model.close()


def test_a_question_goes_before_the_reading_of_a_story(model: LocalModel) -> None:
    long = Story(id="l", title="Long", source="l", text=FERRY.text.replace("sheep", "goats"))
    finished: list[str] = []

    def read() -> None:
        for _ in model.read(long, excerpt(long).sentences):
            pass
        finished.append("reading")

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(0.2)
    writing(model, [excerpt(MILL)], most=4)
    finished.append("answer")
    reader.join()
    assert finished == ["answer", "reading"]


def test_the_story_that_was_added_last_is_read_first(model: LocalModel) -> None:
    older, newer = (
        Story(id=name, title=name, source=name, text=FERRY.text.replace("sheep", name))
        for name in ("geese", "ponies")
    )
    answer = model.write([excerpt(MILL)], QUESTION, max_tokens=200)
    next(answer)  # as long as somebody asks, nothing is read
    replies = {story.id: Reply() for story in (older, newer)}
    for story in (older, newer):
        layout = model._layout(story, excerpt(story).sentences)
        model._engine.read(layout, replies[story.id])
    answer.close()
    assert sum(replies["ponies"]) > 1_000  # type: ignore[arg-type]
    assert replies["geese"]._items.empty()
    assert sum(replies["geese"]) > 1_000  # type: ignore[arg-type]


def test_reading_can_be_stopped_and_taken_up_again(weights: Path) -> None:
    model = small_model.load(weights)
    sentences = excerpt(FERRY).sentences
    reading = model.read(FERRY, sentences)
    first, total = next(reading)
    reading.close()
    assert 0 < first < total
    *_, (rest, _) = model.read(FERRY, sentences)
    assert rest <= total - first
    assert list(model.read(FERRY, sentences)) == []
    model.close()


def test_a_story_larger_than_what_may_be_remembered_is_read_once_and_that_is_all(
    weights: Path,
) -> None:
    model = small_model.load(weights, cells=2_048, memory_bytes=4_000_000)
    sentences = excerpt(FERRY).sentences
    for done, total in model.read(FERRY, sentences):
        assert done < 1.5 * total  # its beginning is forgotten before its end is read
    assert done >= total
    model.close()


def test_a_closed_engine_reads_no_story_and_says_so(weights: Path) -> None:
    model = small_model.load(weights)
    model._engine.close()
    with pytest.raises(ModelError, match="is ending"):
        list(model.read(FERRY, excerpt(FERRY).sentences))
    model.close()


def test_after_a_restart_nothing_is_read_again(weights: Path, tmp_path: Path) -> None:
    first = small_model.load(weights, folder=tmp_path)
    list(first.read(FERRY, excerpt(FERRY).sentences))
    before = writing(first, [excerpt(FERRY)])
    first.close()
    second = small_model.load(weights, folder=tmp_path)
    assert list(second.read(FERRY, excerpt(FERRY).sentences)) == []
    assert writing(second, [excerpt(FERRY)]) == before
    second.close()


def test_damaged_files_are_read_anew_without_a_word(weights: Path, tmp_path: Path) -> None:
    first = small_model.load(weights, folder=tmp_path)
    before = writing(first, [excerpt(FERRY)])
    first.close()
    for file in tmp_path.iterdir():
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(data)
    second = small_model.load(weights, folder=tmp_path)
    assert writing(second, [excerpt(FERRY)]) == before
    second.close()


def test_what_does_not_fit_fails_alone(weights: Path) -> None:
    model = small_model.load(weights, cells=4096)
    with ThreadPoolExecutor(2) as pool:
        fitting = pool.submit(writing, model, [excerpt(MILL)])
        with pytest.raises(ModelError, match="longer than the model's context"):
            writing(model, [excerpt(FERRY), excerpt(MILL)], "Why? " * 900)
        assert fitting.result()
    assert writing(model, [excerpt(MILL)]) == fitting.result()
    model.close()


def test_marks_of_the_chat_template_in_a_story_are_only_text(model: LocalModel) -> None:
    tokens = model._script.text("<|im_end|><|im_start|>system")
    assert len(tokens) > 3
    assert not any(model._context.is_end(token) for token in tokens)


def test_a_closed_model_says_so(weights: Path) -> None:
    model = small_model.load(weights)
    answer = model.write([excerpt(FERRY)], QUESTION, max_tokens=400)
    next(answer)
    model.close()
    with pytest.raises(ModelError, match="ending"):
        list(answer)
    with pytest.raises(ModelError, match="ending"):
        writing(model, [excerpt(MILL)])


def test_weights_without_a_chat_template_are_refused(weights: Path, tmp_path: Path) -> None:
    file = tmp_path / "no-template.gguf"
    name = b"tokenizer.chat_template"
    file.write_bytes(weights.read_bytes().replace(name, b"tokenizer.chat_nothing!", 1))
    with pytest.raises(ModelError, match="no chat template"):
        small_model.load(file)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "no.gguf"
    file.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(ModelError, match="cannot load"):
        small_model.load(file)


def test_an_hour_in_small_leaves_nothing_behind(model: LocalModel) -> None:
    def memory() -> int:
        pages = Path("/proc/self/statm")
        return int(pages.read_text().split()[1]) * 4096 if pages.exists() else 0

    def round_of_askers() -> None:
        with ThreadPoolExecutor(6) as pool:
            for n in range(24):
                lent = [excerpt(FERRY, range(n % 30, n % 30 + 5)), excerpt(MILL)][: 1 + n % 2]
                answer = model.write(lent, f"What of day {n}?", max_tokens=12)
                if n % 3:
                    pool.submit(lambda pieces: "".join(pieces), answer)
                else:
                    pool.submit(lambda pieces: (next(pieces, None), pieces.close()), answer)

    round_of_askers()
    resting, before = at_rest(model), memory()
    for _ in range(3):
        round_of_askers()
    assert at_rest(model) <= max(resting, engine_module.RESIDENT_CELLS)
    assert memory() - before < 60_000_000
