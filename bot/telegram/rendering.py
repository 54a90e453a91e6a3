"""How answers, sources and stories look in Telegram. Values only, nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from telegram import MessageEntity

from bot.answering.answer import Answer, Citation, CitedSentence, Verdict
from bot.telegram.formatting import Formatted, bold, joined, marked, shortened, split, units
from bot.telegram.wording import count
from index.story import Story

LONGEST_QUOTE = 1_024
"""UTF-16 units that a reply may quote."""
_LONGEST_LABEL = 60
_CONTEXT_BUTTONS = 6
_IN_A_ROW = 2
"""Buttons: more beside each other cannot be read on a phone."""
_ASIDE_SHOWN = 3

Rows = list[list[tuple[str, str]]]
"""Buttons: (label, what is sent back when it is pressed)."""


def sentences(told: Sequence[CitedSentence]) -> Formatted:
    """An answer's sentences with their footnote numbers: `She left. [1][2]`.

    In the story's own sentences the words that answer are bold.
    """
    return joined(" ", [_sentence(cited) for cited in told])


def answer(found: Answer, links: Mapping[str, str]) -> list[Formatted]:
    """An answer in as many messages as it takes; `links` are addresses of stories by id.

    The cited words stand in a quote that opens on a tap. A refusal has none.
    """
    whole = sentences(found.sentences)
    if found.taken_as:
        whole = whole + "\n\n" + marked(MessageEntity.ITALIC, f"Taken as: {found.taken_as}")
    if found.citations:
        quoted = _footnotes(found.citations, links, separator="\n")
        whole = whole + "\n\n" + marked(MessageEntity.EXPANDABLE_BLOCKQUOTE, quoted)
    return split(whole)


def answer_buttons(found: Answer, errand: int) -> Rows:
    """What can be pressed under an answer."""
    rows: Rows = []
    if found.verdict is Verdict.NO_QUESTION:
        return rows
    if found.abstained:
        if found.nearest:
            rows.append([("What comes nearest", f"nearest:{errand}")])
    else:
        numbers = [citation.number for citation in found.citations[:_CONTEXT_BUTTONS]]
        shown = [(f"[{number}] in context", f"context:{errand}:{number}") for number in numbers]
        rows += [shown[n : n + _IN_A_ROW] for n in range(0, len(shown), _IN_A_ROW)]
    rows.append([("👍", f"thumb:{errand}:1"), ("👎", f"thumb:{errand}:0")])
    return rows


def sources(found: Answer, links: Mapping[str, str]) -> list[Formatted]:
    """The footnotes of an answer once more, in full."""
    return split(_footnotes(found.citations, links, separator="\n\n"))


def nearest(found: Answer) -> list[Formatted]:
    """What comes nearest to a question that the story does not answer."""
    parts = [
        bold(shortened(_line(c.title), limit=_LONGEST_LABEL))
        + "\n"
        + marked(MessageEntity.BLOCKQUOTE, c.text)
        for c in found.nearest
    ]
    return split(bold("Not an answer, only what comes nearest:") + "\n\n" + joined("\n\n", parts))


def context(citation: Citation, before: str, after: str) -> list[Formatted]:
    """Cited words, bold, between what stands before and after them in the story."""
    passage = Formatted(before) + bold(citation.text) + after
    heading = bold(f"[{citation.number}] {shortened(_line(citation.title), limit=100)}")
    return split(heading + "\n\n" + marked(MessageEntity.BLOCKQUOTE, passage))


def added(
    story: Story, *, sentences: int, is_new: bool, set_aside: Sequence[str] = ()
) -> Formatted:
    """What was understood of a story: its title, its length, and what in it is page furniture.

    `sentences` counts those of the story, `set_aside` are the other lines.
    """
    words = len(story.text.split()) - sum(len(line.split()) for line in set_aside)
    known = "" if is_new else " I had it already."
    length = f"{count(words, 'word', 'words')} in {count(sentences, 'sentence', 'sentences')}."
    told = bold(shortened(_line(story.title), limit=200)) + f"\n{length}{known}"
    return told + _aside(set_aside) + "\n\nAsk me about it."


def _aside(lines: Sequence[str]) -> str:
    """How many lines were set aside, and the first few."""
    if not lines:
        return ""
    first = "\n".join(f"– {shortened(_line(line), limit=80)}" for line in lines[:_ASIDE_SHOWN])
    more = "\n– …" if len(lines) > _ASIDE_SHOWN else ""
    number = count(len(lines), "line", "lines")
    return f"\n\nI set {number} aside as no part of the story:\n{first}{more}"


def question_label(question: str) -> str:
    """A question as the label of a button."""
    return shortened(_line(question), limit=_LONGEST_LABEL)


def title_label(title: str) -> str:
    """A story's title as the label of a button."""
    return shortened(_line(title), limit=_LONGEST_LABEL)


def can_quote(text: str) -> bool:
    """True if a reply may quote these words natively."""
    return bool(text.strip()) and units(text) <= LONGEST_QUOTE


def _sentence(cited: CitedSentence) -> Formatted:
    words = cited.text.strip()
    shown = Formatted(words)
    if cited.found and cited.found in words:
        before, _, after = words.partition(cited.found)
        shown = Formatted(before) + bold(cited.found) + after
    numbers = "".join(f"[{number}]" for number in cited.footnotes)
    return shown + f" {numbers}" if numbers else shown


def _footnotes(
    citations: Sequence[Citation], links: Mapping[str, str], *, separator: str
) -> Formatted:
    """The cited words by number. A story that all are from is named once, above them."""
    stories = {citation.story_id for citation in citations}
    if len(stories) > 1 or len(citations) == 1:
        noted = [_quoted(c) + " — " + _title(c, links) + _place(c) for c in citations]
        return joined(separator, noted)
    noted = [_quoted(c) + _place(c) for c in citations]
    return _title(citations[0], links) + separator + joined(separator, noted)


def _quoted(citation: Citation) -> Formatted:
    words = _line(citation.text)
    # Quoted speech brings its own marks.
    quoted = words if words.startswith(("“", '"', "«", "„")) else f"“{words}”"
    return Formatted(f"[{citation.number}] {quoted}")


def _title(citation: Citation, links: Mapping[str, str]) -> Formatted:
    """The story's title, with a link where it has one."""
    title, url = shortened(_line(citation.title), limit=100), links.get(citation.story_id)
    return Formatted(title) if url is None else marked(MessageEntity.TEXT_LINK, title, url=url)


def _place(citation: Citation) -> str:
    return f" ({citation.place})" if citation.place else ""


def _line(text: str) -> str:
    return " ".join(text.split())
