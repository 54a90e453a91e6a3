"""What the adapter learns from: questions with what the program would lend, and what is to be said.

A set is `NAME.questions.jsonl` beside `NAME.stories.jsonl`; see README.md for their
form. What is lent is searched for as the program does it. An answerable question also
serves as one without answer: with every sentence hidden that would answer it, or asked
about somebody else.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import prompts
from bot.answering.citations import LOOKED_BACK, Candidate, StoryWords, ranked
from bot.terminal import progress
from bot.terminal.stories import add_source
from index.library import Library
from index.search import search
from index.story import Sentence, Story
from index.words import words
from tests.training.variations import about_another, after_another, read_again

LONGEST_SPAN = 24
"""Words of an answer that is to be copied."""
LEAST_SHARE = 0.6
"""Of an answer's words that must be in view for it to count as stated there."""
GIVEN_AWAY = 0.8
"""Of an answer's words in a sentence, from which it is hidden to make a question without one."""
LEAST_LEFT = 0.4
"""Of the lent sentences, after hiding those that answer."""
HIDING, RENAMING, FOLLOWING = 0.5, 0.4, 0.15
"""How often an answerable question serves once more with its answer hidden, or about somebody
else; and how often a question is put as one that follows another."""
CLOSE = 0.35
"""How often a question is put once more to the sentences alone that answer it or tempt, and those
right before: as what is to be cited is read again."""
ASTRAY = 0.25
"""How often the sentences that are to be read again are led by another than one that answers or
tempts, as after a wrong first reading."""
MOST_READ_AGAIN = (40, 55, 70)
"""Words of the sentences that are read again: more tell more, and take longer."""
SEEN, ALONE, AGAIN = "seen", "alone", "again"
"""What a question is put to: what is found for it; the sentences alone that answer it or tempt;
or what is found for it, with a few sentences to be read again after it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question over the sentences `lent` of a story.

    `said` is the answer to be copied, empty if the sentences do not state one,
    and None if they do but in words of their own. `view` is one of SEEN, ALONE, AGAIN.
    """

    story: Story
    sentences: tuple[Sentence, ...]
    lent: tuple[int, ...]
    question: str
    said: str | None
    view: str = SEEN


def read_stories(
    file: Path,
    questions: Sequence[dict[str, Any]],
    *,
    most_characters: int,
    skip_characters: int = 0,
    newest: int = 0,
) -> dict[str, str]:
    """Texts by name: those with the most questions for their length, up to so many characters.

    `skip_characters` of them are passed over before: what has been learned from. Only the
    last `newest` of the file are looked at; 0: all.
    """
    asked: dict[str, int] = defaultdict(int)
    for question in questions:
        asked[question["story"]] += 1
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = rows[-newest:]
    rows.sort(key=lambda row: (-asked[row["story"]] / len(row["text"]), row["story"]))
    skipped = _first(rows, skip_characters)
    return _first([row for row in rows if row["story"] not in skipped], most_characters)


def _first(rows: Sequence[dict[str, Any]], characters: int) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for row in rows:
        if len(row["text"]) <= characters:
            chosen[row["story"]] = row["text"]
            characters -= len(row["text"])
    return chosen


def added(
    folder: Path,
    name: str,
    library: Library,
    *,
    scratch: Path,
    most_characters: int,
    skip_characters: int = 0,
    newest: int = 0,
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """A set's stories put into `library`, by way of `scratch`: their ids by name; its questions."""
    lines = (folder / f"{name}.questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    texts = read_stories(
        folder / f"{name}.stories.jsonl",
        questions,
        most_characters=most_characters,
        skip_characters=skip_characters,
        newest=newest,
    )
    ids: dict[str, str] = {}
    with progress.bar(f"Adding {name}", total=len(texts)) as advance:
        for story, text in texts.items():
            file = scratch / f"{story}.txt"
            file.write_text(text, encoding="utf-8")
            ids[story] = add_source(library, str(file)).story.id
            advance(1)
    return ids, [q for q in questions if q["story"] in ids]


def examples(
    folder: Path,
    name: str,
    library: Library,
    *,
    scratch: Path,
    passages: int,
    most_characters: int,
    skip_characters: int = 0,
    newest: int = 0,
    reread: float = 0.0,
    seed: int,
) -> Iterator[Example]:
    """The examples of one set; its stories are added to `library`, by way of `scratch`.

    The share `reread` of them is put with sentences to be read again after the question.
    """
    chance = random.Random(seed)
    ids, chosen = added(
        folder,
        name,
        library,
        scratch=scratch,
        most_characters=most_characters,
        skip_characters=skip_characters,
        newest=newest,
    )
    last: dict[str, dict[str, Any]] = {}
    words_of = {id: StoryWords(library.story(id), library.sentences(id)) for id in ids.values()}
    with progress.bar(f"Searching {name}", total=len(chosen)) as advance:
        for question in chosen:
            before = last.get(question["story"])
            for one in _of(question, library, ids[question["story"]], passages, chance):
                asked, told = one.question, _told_before(question)
                if told:
                    asked = prompts.fill("followup", earlier=told, question=asked)
                elif before is not None and chance.random() <= FOLLOWING:
                    answer = next(iter(before["answers"]), "")
                    asked = after_another(asked, before["question"], answer, chance)
                put = replace(one, question=asked)
                if put.view == SEEN and chance.random() < reread:
                    words_asked = f"{told} {one.question}".strip()
                    put = _again(put, words_of[one.story.id], words_asked, question, chance)
                yield put
            last[question["story"]] = question
            advance(1)


def _of(
    question: dict[str, Any],
    library: Library,
    story_id: str,
    passages: int,
    chance: random.Random,
) -> Iterator[Example]:
    story, sentences = library.story(story_id), tuple(library.sentences(story_id))
    asked = " ".join(question["question"].split())
    # The program is asked about long stories and short ones, with more and fewer passages.
    count = chance.choice((passages, passages // 2, passages // 2, passages // 4))
    carried = evidence_of(question.get("earlier", {}).get("evidence", []), story, sentences)

    def looked_up(asked: str) -> set[int]:
        query = f"{_told_before(question)} {asked}".strip()
        hits = search(library, query, count=count, story_id=story_id)
        found = {n for hit in hits for n in range(hit.passage.first, hit.passage.last + 1)}
        return {n for n in found | carried if not sentences[n].set_aside}

    lent = looked_up(asked)
    tempting = evidence_of(question.get("tempting", []), story, sentences)
    if not question["answerable"]:
        yield Example(story, sentences, tuple(sorted(lent | tempting)), asked, "")
        if tempting and chance.random() < CLOSE:
            yield Example(story, sentences, _with_those_before(tempting), asked, "", ALONE)
        return
    evidence = evidence_of(question["evidence"], story, sentences)
    shown = lent | evidence
    text = "\n".join(text_of(story, sentences, n) for n in sorted(shown))
    said = _said(question["answers"], text)
    if said is None and not evidence and not _is_told(question["answers"], text):
        return
    yield Example(story, sentences, tuple(sorted(shown)), asked, said)
    if "tempting" in question and chance.random() < CLOSE:
        yield Example(story, sentences, _with_those_before(evidence), asked, said, ALONE)
    if said is None:
        return
    if chance.random() < HIDING:
        telling = evidence | {
            n
            for n in lent
            if any(
                holds(text_of(story, sentences, n), a, share=GIVEN_AWAY)
                for a in question["answers"]
            )
        }
        left = tuple(sorted(lent - telling))
        if left and len(left) >= LEAST_LEFT * len(lent):
            yield Example(story, sentences, left, asked, "")
    # A set that knows what tempts has such questions of its own.
    if "tempting" not in question and chance.random() < RENAMING:
        texts = [text_of(story, sentences, n) for n in range(len(sentences))]
        renamed = about_another(asked, text, texts, question["answers"], chance)
        if renamed is not None:
            yield Example(story, sentences, tuple(sorted(looked_up(renamed))), renamed, "")


def _again(
    example: Example,
    story: StoryWords,
    words_asked: str,
    question: dict[str, Any],
    chance: random.Random,
) -> Example:
    """The same with sentences to be read again, as after a first reading."""
    candidates = [Candidate(story, number, 0.0) for number in example.lent]
    golds = question["evidence"] if question["answerable"] else question.get("tempting", [])
    found = evidence_of(golds, example.story, example.sentences)
    first = [c for c in candidates if c.number in found]
    first = [c for c in first if example.said and example.said in " ".join(c.text.split())] or first
    if not example.said and first:
        first = [chance.choice(first)]
    if not first or chance.random() < ASTRAY:
        first = ranked(words_asked, candidates)[:1]
    asked = read_again(
        example.question, words_asked, first, candidates, most=chance.choice(MOST_READ_AGAIN)
    )
    return replace(example, question=asked, view=AGAIN)


def evidence_of(
    golds: Sequence[str], story: Story, sentences: Sequence[Sentence]
) -> frozenset[int]:
    """The numbers of the sentences that the gold sentences lie in."""
    found: set[int] = set()
    for gold in golds:
        at = story.text.find(gold)
        if at >= 0:
            end = at + len(gold)
            found.update(s.number for s in sentences if s.start < end and s.end > at)
    return frozenset(found)


def _with_those_before(numbers: AbstractSet[int]) -> tuple[int, ...]:
    """Sentences with those right before them, in which it stands who `he` is."""
    return tuple(sorted({m for n in numbers for m in range(max(0, n - LOOKED_BACK), n + 1)}))


def _told_before(question: dict[str, Any]) -> str:
    """The turn that a question of the set follows, as the model is told it; else empty."""
    turn = question.get("earlier")
    return f"{turn['question']} {turn['answer']}".strip() if turn else ""


def text_of(story: Story, sentences: Sequence[Sentence], number: int) -> str:
    """The words of a sentence."""
    return story.text[sentences[number].start : sentences[number].end]


def _said(answers: Sequence[str], text: str) -> str | None:
    """The first answer that stands in the text as it is, not too long, else None."""
    for answer in answers:
        words_of = answer.strip().rstrip(".").split()
        pattern = r"\s+".join(map(re.escape, words_of))
        found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) if pattern else None
        if found and len(words_of) <= LONGEST_SPAN:
            return " ".join(found[0].split())
    return None


def _is_told(answers: Sequence[str], text: str) -> bool:
    """True if most words of an answer stand in the text."""
    return any(holds(text, answer, share=LEAST_SHARE) for answer in answers)


def holds(text: str, answer: str, *, share: float) -> bool:
    """True if at least this share of an answer's words stands in the text."""
    said = set(words(answer))
    return bool(said) and len(said.intersection(words(text))) >= share * len(said)
