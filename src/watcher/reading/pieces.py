"""What a walk over a page gives: pieces of text, and the boxes that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from watcher.model import BlockKind
from watcher.reading.wording import plain

_ROW_LENGTH = 6000
"""A table row of more characters than this lays out a page rather than a fact."""

_CELL_PIECES = 20
"""So does one with more pieces in a cell."""


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element, and the run of pieces inside it: from `start` up to `end`."""

    tag: str
    role: str
    parent: Box | None
    start: int
    kind: BlockKind
    level: int = 0
    end: int = 0
    off_screen: bool = False
    modal: bool = False
    live: bool = False


@dataclass(slots=True, eq=False)
class Piece:
    """A block whose region is not known yet.

    `linked`, `pressed` and `bold` count the characters in links, in buttons and labels, and in bold type; `controls`
    the buttons themselves.
    """

    kind: BlockKind
    text: str
    box: Box
    links: list[tuple[str, str]] = field(default_factory=list)
    linked: int = 0
    pressed: int = 0
    bold: int = 0
    cell: int = 0
    controls: int = 0


@dataclass(slots=True)
class Walked:
    """Pieces in reading order, and boxes in the order in which they open, the body first.

    `base` is what links are relative to, where the page says so.
    """

    pieces: list[Piece]
    boxes: list[Box]
    base: str | None = None


@dataclass(slots=True)
class Row:
    """A table row that is open: where its pieces and boxes begin, and how many cells it has so far."""

    start: int
    boxes: int
    cells: int = 0
    outer_cell: int = 0
    holds_rows: bool = False


def is_fact(row: Row, inside: list[Piece]) -> bool:
    """Whether a row states facts, cell by cell, rather than laying out a page."""
    if not inside or row.holds_rows or (row.cells < 2 and len(inside) > 1):
        return False
    if any(piece.kind is BlockKind.HEADING for piece in inside):
        return False
    pieces_of = [piece.cell for piece in inside]
    most = max(pieces_of.count(cell) for cell in set(pieces_of))
    return most <= _CELL_PIECES and sum(len(piece.text) for piece in inside) <= _ROW_LENGTH


def as_row(pieces: Sequence[Piece], box: Box) -> Piece:
    """Make one row of `pieces`, their cells set apart by bars; empty cells keep their place."""
    first = min(1, *(piece.cell for piece in pieces))
    cells = [""] * (pieces[-1].cell - first + 1)
    for piece in pieces:
        at = piece.cell - first
        cells[at] = f"{cells[at]} {piece.text}".strip()
    row = Piece(BlockKind.ROW, plain(" | ".join(cells)), box)
    for piece in pieces:
        row.links.extend(piece.links)
        row.linked += piece.linked
        row.pressed += piece.pressed
        row.bold += piece.bold
        row.controls += piece.controls
    return row
