"""Which part of a page each piece belongs to, from structure alone.

Three signals, in this order: landmarks (elements and roles that say what they are), where the prose of the page
lies, and lists that hold nothing but links or fields. Class names and ids are never looked at: "cookie" would
remove the cookie policy. A landmark that holds what the page is about is not believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from watcher.model import BlockKind, Region
from watcher.reading.walk import Box, Piece, Walked

_LANDMARKS = {
    "nav": Region.NAV,
    "header": Region.HEADER,
    "footer": Region.FOOTER,
    "aside": Region.ASIDE,
    "dialog": Region.BANNER,
    "form": Region.FORM,
    "select": Region.FORM,
    "search": Region.FORM,
    "menu": Region.NAV,
}
_ROLES = {
    "navigation": Region.NAV,
    "menu": Region.NAV,
    "menubar": Region.NAV,
    "tablist": Region.NAV,
    "toolbar": Region.NAV,
    "tree": Region.NAV,
    "banner": Region.HEADER,
    "contentinfo": Region.FOOTER,
    "complementary": Region.ASIDE,
    "dialog": Region.BANNER,
    "alertdialog": Region.BANNER,
    "form": Region.FORM,
    "search": Region.FORM,
    "listbox": Region.FORM,
    "radiogroup": Region.FORM,
}
_PASSING = frozenset(("alert", "status", "log", "timer", "tooltip", "marquee"))
"""Roles of what comes and goes: announcements, notices, counters."""

_PROSE = 40
"""A piece with this many characters outside links and controls is prose."""

_CORE = 0.97
"""The core of a page is its smallest element with this share of the prose: measured, .995 of policy text lies
inside it over 26 pages, and .966 of what lies inside is policy text."""

_WHOLE = 0.5
"""A landmark with this share of a page's prose is a wrapper, not a landmark."""

_LINKED = 0.8
"""A piece with this share of its characters in links is nothing but links."""

_LABEL = 120
"""An entry of a menu is no longer than this."""


def regions_of(walked: Walked, title: str = "") -> list[Region]:
    """Give the region of every piece; `title` is the page's own title, which some pages also announce."""
    return _Page(walked, title).regions() if walked.pieces else []


@dataclass(slots=True)
class _Sums:
    """Running totals over the pieces, so that any box can be weighed at once."""

    totals: list[int]

    def over(self, box: Box) -> int:
        """Give the total inside `box`."""
        return self.totals[box.end] - self.totals[box.start]


def _sums(values: list[int]) -> _Sums:
    return _Sums([0, *accumulate(values)])


class _Page:
    def __init__(self, walked: Walked, title: str) -> None:
        self.pieces = walked.pieces
        self.boxes = walked.boxes
        self.title = title
        self.prose_of = [_prose(piece) for piece in self.pieces]
        self.prose = _sums(self.prose_of)
        self.landmark: dict[Box, Region | None] = {}

    def regions(self) -> list[Region]:
        """Tag every piece: landmarks, then what lies outside the core, then lists of links and fields inside it."""
        self._believe_landmarks()
        regions = [self.landmark[piece.box] or Region.MAIN for piece in self.pieces]
        start, end = self._core(regions)
        for at, region in enumerate(regions):
            if region is not Region.MAIN:
                continue
            if at < start:
                regions[at] = Region.HEADER
            elif at >= end:
                regions[at] = Region.FOOTER
            elif _is_control(self.pieces[at]):
                regions[at] = Region.FORM
            elif self._is_announced_title(self.pieces[at]):
                regions[at] = Region.HEADER
        self._tag_link_lists(regions)
        return regions

    # Landmarks

    def _believe_landmarks(self) -> None:
        """Resolve the landmark that each box stands in; the outermost one believed counts."""
        whole = self.prose.totals[-1]
        dialogs = sum(
            self.prose.over(box)
            for box in self.boxes
            if _claimed(box) is Region.BANNER and not _inside(box, Region.BANNER)
        )
        # A consent dialog may hold more prose than a short policy: it is weighed against the rest, not the whole.
        rest = whole - dialogs
        for box in self.boxes:
            above = self.landmark[box.parent] if box.parent else None
            self.landmark[box] = above or self._landmark(box, rest if rest >= 200 else whole)

    def _landmark(self, box: Box, whole: int) -> Region | None:
        claimed = _claimed(box)
        if claimed is None:
            return None
        prose = self.prose.over(box)
        if claimed is Region.BANNER:
            return claimed if whole - prose >= 0 or prose < _WHOLE * whole else None
        if prose >= _WHOLE * whole and whole > 0:
            return None
        if claimed is Region.HEADER and (_within(box, "article") or self._is_title_header(box)):
            return None
        if claimed is Region.FOOTER and _within(box, "article") and prose:
            return None
        if claimed is Region.ASIDE and self._is_callout(box):
            return None
        return claimed

    def _is_title_header(self, box: Box) -> bool:
        """Whether a header is the head of the document (its title, its date) and not of the site."""
        inside = self.pieces[box.start : box.end]
        words = sum(len(piece.text) for piece in inside)
        linked = sum(piece.linked + piece.pressed for piece in inside)
        titled = any(piece.box.level == 1 and not piece.linked for piece in inside)
        return titled and linked < 0.3 * words

    def _is_callout(self, box: Box) -> bool:
        """Whether an aside is a note amid paragraphs: prose of its own, among prose of the same parent."""
        prose = self.prose.over(box)
        words = sum(len(piece.text) for piece in self.pieces[box.start : box.end])
        if not words or prose < 0.6 * words or box.parent is None:
            return False
        around = range(max(0, box.start - 3), min(len(self.pieces), box.end + 3))
        return any(
            self.prose_of[at] and self.pieces[at].box.parent is box.parent
            for at in around
            if not box.start <= at < box.end
        )

    # The core

    def _core(self, regions: list[Region]) -> tuple[int, int]:
        """Give the run of pieces that the page is about."""
        free = _sums(
            [
                prose if region is Region.MAIN else 0
                for prose, region in zip(self.prose_of, regions, strict=True)
            ]
        )
        whole = free.totals[-1]
        if not whole:
            return 0, len(regions)
        core = self.boxes[0]
        for box in self.boxes:
            # Two boxes apart cannot both hold nearly all: the last one that does is the smallest.
            if free.over(box) >= _CORE * whole:
                core = box
        main = self._main_around(core)
        if main is not None:
            return main.start, main.end
        return self._with_title(core.start), core.end

    def _main_around(self, core: Box) -> Box | None:
        box: Box | None = core
        found = None
        while box is not None:
            if box.tag == "main" or box.role == "main":
                found = box
            box = box.parent
        return found

    def _with_title(self, start: int) -> int:
        """Let the core begin at the title above it, when one stands close by."""
        for at in range(start - 1, max(-1, start - 13), -1):
            if self.pieces[at].box.level == 1 and not self.landmark[self.pieces[at].box]:
                return at
        return start

    def _is_announced_title(self, piece: Piece) -> bool:
        return bool(self.title) and piece.kind is BlockKind.PARAGRAPH and piece.text == self.title

    # Lists of links

    def _tag_link_lists(self, regions: list[Region]) -> None:
        """Tag boxes in the core that hold nothing but links within the site: menus, tables of contents."""
        bare = [_is_bare_link(piece) for piece in self.pieces]
        links = _sums(bare)
        long = _sums([len(piece.text) > _LABEL for piece in self.pieces])
        done = 0
        for box in self.boxes:
            size = box.end - box.start
            if box.start < done or size < 3 or regions[box.start] is not Region.MAIN:
                continue
            if links.over(box) < max(3, 0.75 * size) or long.over(box) or self.prose.over(box):
                continue
            region = self._list_region(box)
            if region is not None:
                done = box.end
                for at in range(box.start, box.end):
                    if regions[at] is Region.MAIN:
                        regions[at] = region

    def _list_region(self, box: Box) -> Region | None:
        targets = [link[1] for piece in self.pieces[box.start : box.end] for link in piece.links]
        if sum(target.startswith("#") for target in targets) > 0.5 * len(targets):
            return Region.ASIDE
        if box.start and self.prose_of[box.start - 1]:
            return None  # the list that a paragraph announces
        return Region.NAV


def _claimed(box: Box) -> Region | None:
    """Give what a box says it is."""
    if box.modal:
        return Region.BANNER
    if box.role in _ROLES:
        return _ROLES[box.role]
    return _LANDMARKS.get(box.tag) if box.role in ("", "group", "presentation", "none") else None


def _inside(box: Box, region: Region) -> bool:
    outer = box.parent
    while outer is not None:
        if _claimed(outer) is region:
            return True
        outer = outer.parent
    return False


def _within(box: Box, tag: str) -> bool:
    outer = box.parent
    while outer is not None:
        if outer.tag == tag:
            return True
        outer = outer.parent
    return False


def _prose(piece: Piece) -> int:
    if piece.kind is BlockKind.HEADING:
        return 0
    length = len(piece.text) - piece.linked - piece.pressed
    return length if length >= (_PROSE if piece.text.isascii() else _PROSE // 2) else 0


def _is_bare_link(piece: Piece) -> int:
    return int(bool(piece.links) and piece.linked >= _LINKED * len(piece.text))


def _is_control(piece: Piece) -> bool:
    return piece.kind is not BlockKind.HEADING and piece.pressed >= 0.6 * len(piece.text)
