"""Every word the model reads, and the fixed words an answer may consist of.

Each text is a file of this folder, `NAME.txt`; `$name` marks a place to fill.
Lines starting with `#` at a file's top are notes to its editor. What is said to a
person in the language of the question lies in a folder, a file a language, named
by its ISO 639-1 code: `refusals/de.txt`, `smalltalk/de.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

_FOLDER = Path(__file__).parent


ENGLISH = "en"


class MissingVariablesError(ValueError):
    """A prompt was filled without some of its variables; the message lists all of them."""


@cache
def text(name: str) -> str:
    """The text of prompt `name` as it stands, without its notes and outer white space."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    while lines and lines[0].startswith("#"):
        lines.pop(0)
    return "\n".join(lines).strip()


def fill(name: str, **variables: str) -> str:
    """Prompt `name` with its variables filled in.

    What is filled in is data: a `$name` inside it is left as it is.
    Raises MissingVariablesError naming every variable without a value.
    """
    template = Template(text(name))
    missing = sorted(set(template.get_identifiers()) - variables.keys())
    if missing:
        raise MissingVariablesError(f"prompt {name!r} needs {', '.join(missing)}")
    return template.substitute(variables)


def refusal(language: str) -> str:
    """The one sentence for what a story does not say; in English if there is none in `language`."""
    is_known = (_FOLDER / "refusals" / f"{language}.txt").is_file()
    return text(f"refusals/{language if is_known else ENGLISH}")


@cache
def small_talk() -> dict[str, dict[str, Any]]:
    """What is said that is no question, by language: kind -> `said` and `reply`."""
    return {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted((_FOLDER / "smalltalk").glob("*.toml"))
    }
