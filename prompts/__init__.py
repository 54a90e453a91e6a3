"""Every word the model reads, and the fixed words an answer may consist of.

Each text is a file of this folder, `NAME.txt`; `$name` marks a place to fill.
Lines starting with `#` at a file's top are notes to its editor.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent


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
