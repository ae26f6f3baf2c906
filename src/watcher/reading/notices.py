"""Dialogs that do not say what they are: a few sentences and the buttons to answer them, beside all the rest of a page.

Consent to cookies is asked for in every language and under every class name. What stays the same: the page hangs
together in one element, and next to it stands another with a little prose and several buttons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from watcher.reading.measures import LONG, Sums, is_dated, prose_in, sums_of
from watcher.reading.pieces import Box, Piece

_TRUNK = 0.6
"""The element in which a page hangs together holds this share of its prose."""

_NOTICE = 0.3
"""A notice beside it holds at most this share."""

_LONGEST = 1_000
"""One that does not end with its buttons holds no more prose than this, in characters."""

_ANSWERS = 2
"""A question has so many answers at least: one button alone may belong to a section of the policy."""


def notices(
    root: Box, children: Mapping[Box, Sequence[Box]], pieces: Sequence[Piece], prose: Sums
) -> Iterator[Box]:
    """Give the boxes beside the trunk of a page that ask something in a little prose and offer buttons to answer it."""
    controls = sums_of([piece.controls for piece in pieces])
    whole = prose.totals[-1]
    trunk: Box | None = root
    while trunk is not None and whole:
        around = children.get(trunk, ())
        trunk = next((box for box in around if prose.over(box) >= _TRUNK * whole), None)
        for box in around:
            if trunk is None or box is trunk or controls.over(box) < _ANSWERS:
                continue
            inside = pieces[box.start : box.end]
            if 0 < prose.over(box) <= _NOTICE * whole and _asks(inside, prose.over(box)):
                yield box


def _asks(inside: Sequence[Piece], prose: int) -> bool:
    """Whether buttons answer what is said, rather than each heading a text; nothing heads or dates a document."""
    if any(piece.box.level == 1 or is_dated(piece) for piece in inside):
        return False
    if prose <= LONG:
        return True
    said = [at for at, piece in enumerate(inside) if prose_in(piece)]
    pressed = [at for at, piece in enumerate(inside) if piece.controls]
    return said[-1] <= pressed[-1] or (said[0] <= pressed[0] and prose <= _LONGEST)
