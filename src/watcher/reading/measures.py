"""What a piece of a page looks like: prose, a bare link, a control, a date, filler. Numbers and shapes, no words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from watcher.model import BlockKind
from watcher.reading.pieces import Box, Piece
from watcher.urls import host_of

PROSE = 40
"""A piece with this many characters outside links and controls is prose."""

LONG = 150
"""A paragraph of so many characters outside links and controls is no blurb."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\d\s*年")

_ADDRESSES = ("mailto:", "tel:")

_LINKED = 0.8
"""A piece with this share of its characters in links is nothing but links."""

LABEL = 120
"""An entry of a menu is no longer than this."""


@dataclass(slots=True)
class Sums:
    """Running totals over the pieces, so that any box can be weighed at once."""

    totals: list[int]

    def over(self, box: Box) -> int:
        """Give the total inside `box`."""
        return self.totals[box.end] - self.totals[box.start]


def sums_of(values: list[int]) -> Sums:
    """Give the running totals of one value a piece."""
    return Sums([0, *accumulate(values)])


@lru_cache(maxsize=8192)
def site_of(url: str) -> str:
    """Give the last two labels of a host: near enough to tell a site's own links from others."""
    return ".".join(host_of(url).split(".")[-2:])


def commonest_site(pieces: Iterable[Piece]) -> Iterable[str]:
    """Give the site that most absolute links of a page lead to: its own, also when it is read from elsewhere."""
    sites = Counter(
        site_of(target) for piece in pieces for _, target in piece.links if "//" in target
    )
    return [site for site, count in sites.most_common(1) if count >= max(3, 0.3 * sites.total())]


def prose_in(piece: Piece) -> int:
    """Give the characters of a piece that are prose: outside links and controls, in a paragraph long enough."""
    if piece.kind is BlockKind.HEADING or is_filler(piece.text):
        return 0
    length = len(piece.text) - piece.linked - piece.pressed
    return length if length >= (PROSE if piece.text.isascii() else PROSE // 2) else 0


def is_filler(text: str) -> bool:
    """Whether a text says the same few words over and over, as scripts do that measure fonts."""
    if len(text) < LONG // 2 or text.count(text[:12]) < 4:
        return False
    words = text.split()
    return len(words) > 5 * len(set(words))


def is_bare_link(piece: Piece) -> int:
    """1 for a piece that is nothing but links to pages; an address to write to is no such link."""
    if not piece.links or piece.linked < _LINKED * len(piece.text):
        return 0
    return int(not has_address(piece))


def has_address(piece: Piece) -> bool:
    """Whether a piece names an address to write to or a number to call."""
    return any(target.startswith(_ADDRESSES) for _, target in piece.links)


def is_dated(piece: Piece) -> bool:
    """Whether a piece may be the line that dates a document: short, with a number of four digits, no link."""
    text = piece.text
    dated = len(text) <= LABEL and not piece.linked and _YEAR.search(text)
    return bool(dated) and "©" not in text


def is_control(piece: Piece) -> bool:
    """Whether a piece is mostly buttons and labels."""
    return piece.kind is not BlockKind.HEADING and piece.pressed >= 0.6 * len(piece.text)
