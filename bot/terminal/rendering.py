"""How an answer looks in a terminal, and as JSON. Strings only, no output.

Stories and answers are written by others: nothing of them reaches a terminal
without `visible`, or in JSON without `json_line`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from bot.answering.answer import NOT_IN_STORY, Answer, Citation, CitedSentence

NEAREST_HEADING = "Nearest in the story:"

_NEAREST_LINES = 3
_NEAREST_INDENT = 2
_PLAIN_WIDTH = 80  # by which passages are shortened where lines are not wrapped
_NARROWEST = 20  # below this, wrapping shreds words; the terminal may fold lines itself

_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\u2028\u2029]")
_CONTROLS = (
    *range(0x00, 0x20),
    *range(0x7F, 0xA0),  # DEL and C1; 0x9B alone starts an escape sequence in some terminals
    *range(0x202A, 0x202F),  # bidirectional embeddings and overrides reorder what is around them
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),  # lone surrogates cannot be written at all
)
_PICTURES = dict.fromkeys(_CONTROLS, "\N{REPLACEMENT CHARACTER}") | {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\N{SYMBOL FOR DELETE}",
    ord("\t"): " ",
}
_JSON_ESCAPES = {code: f"\\u{code:04x}" for code in (*_CONTROLS, 0x2028, 0x2029)}

# A run of words to keep on one line: footnote numbers stay with the word before them.
_UNIT = re.compile(r"[^ ]+(?: \[\d+\](?:\[\d+\])*(?= |$))* *| +")


def visible(text: str) -> str:
    """`text` in one line that cannot steer a terminal.

    Line breaks and tabs become spaces; escape and other control characters
    become pictures of themselves (`␛`) or `�`; all else is unaltered.
    """
    return _LINE_BREAK.sub(" ", text).translate(_PICTURES)


def sentence(cited: CitedSentence) -> str:
    """A sentence of an answer with its footnote numbers: `She left. [1][2]`."""
    words = visible(cited.text).strip()
    numbers = "".join(f"[{number}]" for number in cited.footnotes)
    return f"{words} {numbers}" if numbers else words


def set_off(text: str, cited: CitedSentence, mark: Callable[[str], str]) -> str:
    """`text`, a sentence that may have been wrapped, with the words that answer marked."""
    units = map(re.escape, visible(cited.found).split())
    found = re.search(r"\s+".join(units), text) if cited.found else None
    if found is None:
        return text
    return text[: found.start()] + mark(found[0]) + text[found.end() :]


def sentences(answer: Answer) -> tuple[CitedSentence, ...]:
    """What an answer says; a refusal always says so."""
    if answer.abstained and not answer.sentences:
        return (CitedSentence(NOT_IN_STORY, ()),)
    return answer.sentences


def taken_as(answer: Answer, *, width: int | None) -> str:
    """How a question was taken in which a word seemed to be typed wrongly; else empty."""
    if not answer.taken_as:
        return ""
    return wrapped(f"Taken as: {visible(answer.taken_as)}", width=width)


def sources(answer: Answer, *, width: int | None) -> str:
    """For each footnote `[1] Story title: “exact words”`, wrapped under its number."""
    return "\n".join(_source(citation, width=width) for citation in answer.citations)


def nearest(answer: Answer, *, width: int | None) -> str:
    """What comes nearest to a question the story does not answer, shortened and unnumbered.

    Empty where nothing comes near.
    """
    if not answer.nearest:
        return ""
    passages = (_nearest(citation, width=width) for citation in answer.nearest)
    return "\n".join((NEAREST_HEADING, *passages))


def wrapped(text: str, *, width: int | None, column: int = 0, indent: int = 0) -> str:
    """`text` broken at spaces into lines of at most `width` cells.

    It starts in `column`; further lines start with `indent` spaces. Words wider
    than a line are broken; with `width` None nothing is.
    """
    if width is None or width < _NARROWEST:
        return text
    indent = min(indent, width // 2)
    lines: list[str] = []
    line, used = "", column
    for unit in _UNIT.findall(text):
        needed = cells(unit.rstrip(" "))
        # What no line can hold, such as a sentence without spaces, fills this one first.
        if used > indent and used + needed > width and (needed <= width - indent or used >= width):
            lines.append(line.rstrip(" "))
            line, used = " " * indent, indent
        while used + cells(unit.rstrip(" ")) > width:
            head = _first_cells(unit, width - used)
            lines.append(line + head)
            line, used, unit = " " * indent, indent, unit[len(head) :]
        line += unit
        used += cells(unit)
    return "\n".join((*lines, line))


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    from rich.cells import cell_len

    return cell_len(text)


def to_json(answer: Answer, *, id: str | int | None) -> dict[str, object]:
    """The answer as plain values; a citation's `text` is exactly `story_text[start:end]`.

    `nearest` has the citations' form with `n` 0. Times are in seconds.
    """
    return {
        "id": id,
        "question": answer.question,
        "answer": " ".join(cited.text for cited in sentences(answer)),
        "abstained": answer.abstained,
        "verdict": answer.verdict.value,
        "citations": [_citation_json(citation) for citation in answer.citations],
        "nearest": [_citation_json(citation) for citation in answer.nearest],
        "probability": round(answer.probability, 3),
        "ttft_s": round(answer.first_word_seconds, 3),
        "total_s": round(answer.total_seconds, 3),
        "model": answer.model,
        **({"taken_as": answer.taken_as} if answer.taken_as else {}),
    }


def json_line(answer: Answer, *, id: str | int | None) -> str:
    """`to_json` in one line, without its line break.

    Letters stand as they are; control characters, which JSON would let through
    in part, are escaped, so that the values stay exact and a terminal safe.
    """
    return json.dumps(to_json(answer, id=id), ensure_ascii=False).translate(_JSON_ESCAPES)


def _source(citation: Citation, *, width: int | None) -> str:
    number = f"[{citation.number}] "
    return wrapped(number + _quotation(citation), width=width, indent=len(number))


def _nearest(citation: Citation, *, width: int | None) -> str:
    room = _NEAREST_LINES * ((width or _PLAIN_WIDTH) - _NEAREST_INDENT)
    excess = cells(_quotation(citation)) - room
    words = visible(citation.text)
    if excess > 0:
        words = _shortened(words, max(cells(words) - excess - len("…"), _NARROWEST))
    text = " " * _NEAREST_INDENT + f"{visible(citation.title)}: “{words}”"
    return wrapped(text, width=width, indent=_NEAREST_INDENT)


def _quotation(citation: Citation) -> str:
    title = f"{citation.title}, {citation.place}" if citation.place else citation.title
    also = f" (also: {', '.join(citation.also)})" if citation.also else ""
    return f"{visible(title)}: “{visible(citation.text)}”{visible(also)}"


def _shortened(words: str, room: int) -> str:
    """The beginning of `words` that fits in `room` cells, and `…`; cut between words if it can."""
    if cells(words) <= room:
        return words
    head = _first_cells(words, room)
    at = head.rfind(" ")
    return f"{(head[:at] if at > len(head) // 2 else head).rstrip()}…"


def _first_cells(text: str, room: int) -> str:
    """As many characters from the left as fit in `room` cells, at least one."""
    from rich.cells import chop_cells

    return next(iter(chop_cells(text, max(room, 1))), "") or text[:1]


def _citation_json(citation: Citation) -> dict[str, object]:
    return {
        "n": citation.number,
        "story": citation.story_id,
        "title": citation.title,
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        **({"place": citation.place} if citation.place else {}),
        **({"also": list(citation.also)} if citation.also else {}),
    }
