"""Words and tables for a terminal: how long ago, columns, colours."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta

import click

NOTHING_DECLARED = (
    "No source is declared yet: `watcher add URL` looks at a page and writes it into sources.yaml"
)


def ago(then: datetime | None, now: datetime) -> str:
    """Give how long before `now` that was, in the largest unit that fits."""
    if then is None:
        return "never"
    passed = now - then
    for unit, length in (
        ("d", timedelta(days=1)),
        ("h", timedelta(hours=1)),
        ("min", timedelta(minutes=1)),
    ):
        if passed >= length:
            return f"{passed // length} {unit} ago"
    return "just now"


def day(when: datetime | None) -> str:
    """Give the date, or a dash."""
    return f"{when:%Y-%m-%d}" if when else "-"


def width() -> int:
    """Give how many columns the terminal has; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def counted(number: int, noun: str) -> str:
    """Give `number` with its noun, in the plural where it must be: `1 change`, `2 changes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def harmless(text: str) -> str:
    """Give text that came from elsewhere as a terminal may be given it: nothing in it is an order to the terminal.

    Control characters and those that turn the direction of writing go; lines and spaces stay.
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each == "\n" else " " if each.isspace() else ""
        for each in text
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` in columns as wide as they need; the first row in bold."""
    if not rows:
        return
    rows = [[" ".join(harmless(cell).split()) for cell in row] for row in rows]
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    click.secho(_line(heads, widths), bold=True)
    for row in rows:
        click.echo(_line(row, widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(wide) for cell, wide in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
