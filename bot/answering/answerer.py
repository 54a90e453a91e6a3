"""The plot: question -> hits -> excerpts -> written sentences -> citations -> answer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import prompts
from bot.answering.answer import Answer, CitedSentence, Verdict
from bot.answering.attribution import attributed
from bot.answering.citations import Candidate, StoryWords, is_asked_about, nearest
from bot.answering.claims import Claim
from bot.answering.evidence import Evidence
from bot.answering.excerpts import excerpts_of
from bot.answering.followup import Asked, is_about
from bot.answering.footnotes import Footnotes, cite
from bot.answering.gate import Gate
from bot.answering.looking import Looker
from bot.answering.question import check_question
from bot.answering.retelling import (
    MOST,
    about,
    beginning,
    byline,
    continuation,
    headline,
    last_cited,
)
from bot.answering.smalltalk import SmallTalk, Wish, plain, small_talk, spoken_language
from bot.answering.speaker import Speaker
from bot.answering.suggestions import suggest
from bot.answering.topic import topic_of
from bot.answering.understanding import understood
from bot.llm.model import LanguageModel
from index.joined import AnyLibrary
from index.search import search
from index.story import Hit
from index.words import whole_characters

NEAREST_SHOWN = 2
STORIES_HELD = 64
"""Whose words are kept at hand."""


class Answerer:
    """Answers from a library with a model. Safe to use from several threads at once."""

    def __init__(
        self,
        library: AnyLibrary,
        model: LanguageModel,
        *,
        passages: int,
        gate: Gate | None = None,
    ) -> None:
        """`passages` is how many the model is given at most; default gate: as calibrated."""
        self._library = library
        self._model = model
        self._gate = gate or Gate(model)
        self._passages = passages
        self._looker = Looker(library, passages=passages)
        self._speaker = Speaker(model, self._gate, library.embed_question)
        self._words: OrderedDict[str, StoryWords] = OrderedDict()
        self._lock = threading.Lock()

    def answer(
        self,
        question: str,
        *,
        story_id: str | None = None,
        earlier: Sequence[Answer] = (),
        on_place: Callable[[int], None] | None = None,
    ) -> Iterator[CitedSentence | Answer]:
        """See Storyteller.answer. Raises StorychatError or LibraryError before the first yield."""
        arrived = time.monotonic()
        question = " ".join(whole_characters(question).split())
        check_question(question)
        language = spoken_language(question, earlier)
        talk = small_talk(question, language=language)
        if told := self._retold(talk, question, story_id, earlier):
            yield from self._retell(question, told, arrived)
            return
        if talk and talk.reply and not (talk.may_be_of_story and self._is_said(question, story_id)):
            yield from self._reply(question, talk.reply, arrived)
            return
        heard = understood(
            question,
            earlier,
            looker=self._looker,
            model=self._model,
            story_id=story_id,
            words=self._story_words,
            on_place=on_place,
        )
        meant = heard.meant
        footnotes, shown, first_word = Footnotes(), list[CitedSentence](), None
        probability, looked_at = 0.0, dict[tuple[str, int], Candidate]()
        looks = self._looker.looks(
            heard.query,
            heard.hits,
            story_id=story_id,
            finds=self._model.finds,
            follows=meant.follows,
            further=self._gate.looks_further,
        )
        for further, seen in enumerate(looks):
            candidates = self._candidates(seen, meant)
            looked_at |= {(c.story.story.id, c.number): c for c in candidates}
            excerpts = excerpts_of(candidates)
            outlook = self._gate.outlook(
                excerpts,
                meant.asked,
                seen,
                follows=meant.follows,
                further=bool(further),
                on_place=on_place,
            )
            probability = max(probability, outlook.probability)
            claims = self._speaker.claims(excerpts, candidates, meant, outlook, on_place=on_place)
            for claim, found in claims:
                shown.append(_shown(claim, meant.words, found, footnotes))
                first_word = first_word or time.monotonic()
                yield shown[-1]
            if shown:
                break
        abstained = not shown
        if abstained:
            shown = [CitedSentence(prompts.refusal(language), ())]
            first_word = time.monotonic()
            yield shown[0]
        assert first_word is not None
        of_all = list(looked_at.values())
        near = nearest(meant.words, of_all, count=NEAREST_SHOWN) if abstained else []
        yield Answer(
            question=question,
            verdict=Verdict.NOT_IN_STORY if abstained else Verdict.ANSWERED,
            sentences=tuple(shown),
            citations=footnotes.citations(),
            nearest=tuple(cite(story, sentence, number=0) for story, sentence in near),
            first_word_seconds=first_word - arrived,
            total_seconds=time.monotonic() - arrived,
            model=self._model.name,
            probability=probability,
            taken_as=heard.taken_as,
        )

    def read(self, story_id: str) -> Iterator[tuple[int, int]]:
        """Let the model read a story ahead of questions; see LanguageModel.read."""
        words = self._story_words(story_id)
        return self._model.read(words.story, words.sentences)

    def suggest(self, story_id: str) -> list[str]:
        """Up to three questions that a story answers, in the order in which it does."""
        return suggest(self._model, self._gate, self._story_words(story_id))

    def forget(self, story_id: str) -> None:
        """Drop what the model remembers of a story, on disk as well."""
        words = self._story_words(story_id)
        with self._lock:
            self._words.pop(story_id, None)
        self._model.forget(words.story, words.sentences)

    def without_gate(self) -> Answerer:
        """The same without doubts, to measure what they cost."""
        open_gate = Gate(self._model, least=0)
        return Answerer(self._library, self._model, passages=self._passages, gate=open_gate)

    def close(self) -> None:
        """Free the model."""
        self._model.close()

    def _is_said(self, question: str, story_id: str | None) -> bool:
        """True if these very words stand in a passage that is found for them."""
        wanted = f" {plain(question)} "
        hits = search(self._library, question, count=self._passages, story_id=story_id)
        passages = (
            self._library.story(hit.story_id).text[hit.passage.start : hit.passage.end]
            for hit in hits
        )
        return any(wanted in f" {plain(passage)} " for passage in passages)

    def _retold(
        self, talk: SmallTalk | None, question: str, story_id: str | None, earlier: Sequence[Answer]
    ) -> list[Evidence]:
        """What the story tells itself; nothing if that is not asked, or of which is not clear."""
        wish, topic = talk and talk.wish, "" if talk else topic_of(question)
        if wish is Wish.MORE:
            cited = last_cited([turn for turn in earlier if is_about(turn, story_id)])
            return continuation(self._story_words(cited.story_id), cited) if cited else []
        if not wish and not topic:
            return []
        hits = () if story_id else self._looker.hits(question, None)
        ids = [story_id] if story_id else dict.fromkeys(hit.story_id for hit in hits)
        stories = [self._story_words(id) for id in ids]
        if topic:
            return [told for words in stories for told in about(words, topic)][:MOST]
        if len(stories) > 1:
            return []
        if wish is Wish.TITLE:
            return headline(stories[0])
        return byline(stories[0]) if wish is Wish.AUTHOR else beginning(stories[0])

    def _retell(
        self, question: str, told: Sequence[Evidence], arrived: float
    ) -> Iterator[CitedSentence | Answer]:
        """A story's own sentences, each with its footnote."""
        footnotes, shown = Footnotes(), list[CitedSentence]()
        for evidence in told:
            shown.append(CitedSentence(evidence.quoted(), footnotes.numbers(evidence)))
            yield shown[-1]
        passed = time.monotonic() - arrived
        yield Answer(
            question,
            Verdict.ANSWERED,
            tuple(shown),
            footnotes.citations(),
            (),
            passed,
            passed,
            self._model.name,
        )

    def _reply(self, question: str, reply: str, arrived: float) -> Iterator[CitedSentence | Answer]:
        """What is said back to what is no question."""
        told = CitedSentence(reply, ())
        yield told
        passed = time.monotonic() - arrived
        yield Answer(
            question, Verdict.NO_QUESTION, (told,), (), (), passed, passed, self._model.name
        )

    def _candidates(self, hits: Sequence[Hit], meant: Asked) -> list[Candidate]:
        """The sentences that were found, and those carried over from the turn before.

        Orders to whoever answers are among them only if they are asked about: else they are
        neither read nor cited. Stories stand in the order of their best hits.
        """
        stories = {hit.story_id: self._story_words(hit.story_id) for hit in hits}
        relevance: dict[tuple[str, int], float] = {}
        for hit in hits:
            for number in range(hit.passage.first, hit.passage.last + 1):
                if stories[hit.story_id].sentences[number].set_aside:
                    continue
                # The best hit comes first, and neighbours share sentences.
                relevance.setdefault((hit.story_id, number), hit.score)
        for cited in meant.carried:
            if cited.story_id not in stories:
                continue
            for sentence in stories[cited.story_id].sentences:
                if (sentence.start, sentence.end) == (cited.start, cited.end):
                    relevance.setdefault((cited.story_id, sentence.number), hits[-1].score)
        candidates = [
            Candidate(stories[story_id], number, score)
            for (story_id, number), score in relevance.items()
        ]
        return [c for c in candidates if not c.is_order or is_asked_about(c, meant.question)]

    def _story_words(self, story_id: str) -> StoryWords:
        story = self._library.story(story_id)
        with self._lock:
            known = self._words.get(story_id)
        # The id may stand for another text by now.
        if known is None or known.story != story:
            known = StoryWords(story, self._library.sentences(story_id))
        with self._lock:
            self._words[story_id] = known
            self._words.move_to_end(story_id)
            if len(self._words) > STORIES_HELD:
                self._words.popitem(last=False)
        return known


def _shown(claim: Claim, asked: str, found: str, footnotes: Footnotes) -> CitedSentence:
    """The claim with its footnotes; a claim that the story only reports keeps whoever makes it."""
    evidence, text = claim.evidence, claim.text
    if len(evidence.sentences) == 1 and not claim.is_quoted:
        text = attributed(text, evidence.cited(), asked=asked)
    found = found if claim.is_quoted and found in text else ""
    return CitedSentence(text, footnotes.numbers(evidence), found)
