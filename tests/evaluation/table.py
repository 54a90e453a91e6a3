"""A table of the evaluation, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BAR = "\\|"
"""A bar inside a cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under the names of their columns; `note` stands below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def markdown(self) -> str:
        """Title, table and note."""
        lines = [_line(self.columns), "|" + "---|" * len(self.columns), *map(_line, self.rows)]
        below = f"\n\n{self.note}" if self.note else ""
        return f"**{self.title}**\n\n" + "\n".join(lines) + below


def joined(tables: Iterable[Table]) -> list[Table]:
    """Tables of the same title and columns as one, with the rows in their order.

    So several models stand below each other. Tables without a row are left out.
    """
    found: dict[tuple[str, tuple[str, ...]], Table] = {}
    for table in tables:
        key = (table.title, table.columns)
        before = found.get(key)
        if before is None:
            found[key] = table
        else:
            note = " ".join(filter(None, (before.note, table.note)))
            found[key] = Table(table.title, table.columns, before.rows + table.rows, note)
    return [table for table in found.values() if table.rows]


def share(part: int, whole: int) -> str:
    """`3/4`, or `-` of nothing."""
    return f"{part}/{whole}" if whole else "-"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"
