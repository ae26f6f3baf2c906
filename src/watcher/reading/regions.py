"""Which part of a page each piece belongs to, from structure alone.

Three signals, in this order: landmarks (elements and roles that say what they are), where the prose of the page
lies, and lists that hold nothing but links or fields. Class names and ids are never looked at: "cookie" would
remove the cookie policy. A landmark that holds what the page is about is not believed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from functools import cached_property

from watcher.model import BlockKind, Region
from watcher.reading.landmarks import claims_of
from watcher.reading.link_lists import LinkLists
from watcher.reading.measures import (
    LABEL,
    LONG,
    Sums,
    commonest_site,
    has_address,
    is_bare_link,
    is_control,
    is_dated,
    is_filler,
    prose_in,
    site_of,
    sums_of,
)
from watcher.reading.notices import notices
from watcher.reading.pieces import Box, Piece, Walked

_CORE = 0.97
"""The core of a page is its smallest element with this share of the prose: measured, .995 of policy text lies
inside it over 26 pages, and .966 of what lies inside is policy text."""

_WHOLE = 0.5
"""A landmark with this share of a page's prose is a wrapper, not a landmark."""

_SOME = 200
"""So many characters of prose outside all dialogs are enough to be what a page is about."""

_TITLE_ABOVE = 12
"""The title of a document stands at most so many pieces above its prose."""

_STRAY = 0.15
"""Share of the prose that may stand above a site's header or below its footer and yet be no part of the document."""

_DATES = 5
"""A line that dates a document stands within so many pieces of it."""

_BRANCH = 0.6
"""Share of the prose that the branch of the title must hold, so that what stands before it may be cut off."""

_ENDS = (Region.HEADER, Region.FOOTER)

_TITLE_PARTS = re.compile(r"\s+[|·•–—:-]\s+|\s*\|\s*")


def regions_of(walked: Walked, title: str = "", url: str = "") -> list[Region]:
    """Give the region of every piece of the page at `url`, whose `<title>` is `title`."""
    return _Page(walked, title, url).regions() if walked.pieces else []


class _Page:
    def __init__(self, walked: Walked, title: str, url: str) -> None:
        self.walked = walked
        self.sites = {site_of(url), *commonest_site(walked.pieces)}
        self.pieces = walked.pieces
        self.boxes = walked.boxes
        self.title = title
        self.prose_of = [prose_in(piece) for piece in self.pieces]
        self.prose = sums_of(self.prose_of)
        self.claimed = claims_of(self.boxes)
        self.landmark: dict[Box, Region | None] = {}
        self.children: defaultdict[Box, list[Box]] = defaultdict(list)
        for box in self.boxes:
            if box.parent is not None:
                self.children[box.parent].append(box)
        self.articles = [box for box in self.boxes if box.tag == "article"]
        self.in_article = _inside(self.articles, self.boxes)

    def regions(self) -> list[Region]:
        """Tag every piece: landmarks, then what lies outside the core, then lists of links and fields inside it."""
        self._believe_landmarks()
        regions = [self.landmark[piece.box] or Region.MAIN for piece in self.pieces]
        self._tag_outside_landmarks(regions)
        free = self._free_prose(regions)
        for box in notices(self.boxes[0], self.children, self.pieces, free):
            self._tag(regions, range(box.start, box.end), Region.BANNER)
        start, end = self._with_dates(*self._core(regions), regions)
        for at, region in enumerate(regions):
            if region is not Region.MAIN:
                continue
            if at < start:
                regions[at] = Region.HEADER
            elif at >= end:
                regions[at] = Region.FOOTER
            elif is_control(self.pieces[at]):
                regions[at] = Region.FORM
            elif self._is_announced_title(self.pieces[at]):
                regions[at] = Region.HEADER
            elif is_filler(self.pieces[at].text):
                regions[at] = Region.ASIDE
        if any(self.prose_of[start:end]):
            lists = LinkLists(self.walked, self.prose_of, self.sites)
            lists.tag(regions)
            lists.tag_way_on(regions, start, end)
        self._take_dates_of_article(regions)
        return regions

    # Landmarks

    def _believe_landmarks(self) -> None:
        """Resolve the landmark that each box stands in; the outermost one believed counts."""
        # A consent dialog may hold more prose than a short policy: landmarks are weighed against the rest.
        whole = self.prose.totals[-1]
        rest = whole - self._prose_in_dialogs()
        landmark, most = self.landmark, rest if rest >= _SOME else whole
        for box in self.boxes:
            found = landmark[box.parent] if box.parent else None
            if found is None and (box in self.claimed or box.live or box.off_screen):
                found = self._landmark(box, most)
            landmark[box] = found

    def _prose_in_dialogs(self) -> int:
        total = end = 0
        for box, claimed in self.claimed.items():
            if box.start >= end and claimed is Region.BANNER:
                total, end = total + self.prose.over(box), box.end
        return total

    def _landmark(self, box: Box, whole: int) -> Region | None:
        """Give the region that a box claims, unless it holds what the page is about."""
        claimed = self.claimed.get(box)
        if claimed is None:
            return Region.ASIDE if self._is_passing(box) else None
        prose = self.prose.over(box)
        if claimed is Region.BANNER:
            believed = prose < whole or not prose
        elif prose and prose >= _WHOLE * whole:
            believed = False
        elif claimed is Region.HEADER:
            believed = box not in self.in_article and not self._is_title_header(box)
        elif claimed is Region.FOOTER:
            believed = box not in self.in_article or not prose
        else:
            believed = claimed is not Region.ASIDE or not self._is_callout(box)
        return claimed if believed else None

    def _is_passing(self, box: Box) -> bool:
        """Whether a box only announces something (a live region, or one kept off the screen) in a few words."""
        few = box.end - box.start <= 3 and not self.prose.over(box)
        return few and (box.live or box.off_screen)

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

    def _take_dates_of_article(self, regions: list[Region]) -> None:
        """Take the date in the head or foot of the article that the page is about as a part of that article."""
        whole = _WHOLE * self.prose.totals[-1]
        ends = [
            box
            for article in self.articles
            for box, claimed in self.claimed.items()
            if self.prose.over(article) >= whole and claimed in _ENDS
            if article.start <= box.start and box.end <= article.end
        ]
        for at in {at for box in ends for at in range(box.start, box.end)}:
            if regions[at] in _ENDS and is_dated(self.pieces[at]):
                regions[at] = Region.MAIN

    # Before the header and after the footer

    def _tag_outside_landmarks(self, regions: list[Region]) -> None:
        """Tag what stands above the header of the site (promotion, consent) and below its footer (whatever is left)."""
        title = self._title_at(regions)
        free = self._free_prose(regions)
        whole = free.totals[-1]
        header = next((at for at, region in enumerate(regions) if region is Region.HEADER), 0)
        if header and (title is None or title > header):
            pressed = any(piece.pressed for piece in self.pieces[:header])
            if free.totals[header] <= (_WHOLE if pressed else _STRAY) * whole:
                self._tag(regions, range(header), Region.BANNER)
        footers = [at for at, region in enumerate(regions) if region is Region.FOOTER]
        if footers and whole - free.totals[footers[-1]] <= _STRAY * whole:
            self._tag(regions, range(footers[-1], len(regions)), Region.FOOTER)

    @staticmethod
    def _tag(regions: list[Region], where: Iterable[int], region: Region) -> None:
        for at in where:
            if regions[at] is Region.MAIN:
                regions[at] = region

    # The core

    def _core(self, regions: list[Region]) -> tuple[int, int]:
        """Give the run of pieces that the page is about."""
        free = self._free_prose(regions)
        whole = free.totals[-1]
        if not whole:
            return 0, len(regions)
        dense = self._smallest_with(free, _CORE * whole)
        title = self._title_at(regions)
        start, end = self._span_of_mains(free) or self._with_kin(dense, regions)
        if title is None:
            return start, end
        if start > title >= start - _TITLE_ABOVE:
            start = title
        branch = self._smallest_around(start, end)
        while (inner := self._branch_of_title(branch, title, free)) is not None:
            branch, start = inner, max(start, inner.start)
        return self._without_preamble(start, title, regions), end

    def _with_dates(self, start: int, end: int, regions: list[Region]) -> tuple[int, int]:
        """Widen the core by lines with a number that stand next to it: the date or version of the document."""
        for at in range(start - 1, max(-1, start - _DATES), -1):
            if regions[at] is not Region.MAIN:
                break
            if is_dated(self.pieces[at]):
                start = at
        for at in range(end, min(len(regions), end + _DATES)):
            if regions[at] is not Region.MAIN:
                break
            if is_dated(self.pieces[at]):
                end = at + 1
        return start, end

    def _smallest_around(self, start: int, end: int) -> Box:
        """Give the innermost box that holds all pieces from `start` up to `end`."""
        found = self.boxes[0]
        for box in self.boxes:
            if box.start <= start and box.end >= end:
                found = box
        return found

    def _free_prose(self, regions: list[Region]) -> Sums:
        return sums_of(
            [
                prose if region is Region.MAIN else 0
                for prose, region in zip(self.prose_of, regions, strict=True)
            ]
        )

    def _smallest_with(self, free: Sums, least: float) -> Box:
        found = self.boxes[0]
        for box in self.boxes:
            # Two boxes apart cannot both hold nearly all: the last one that does is the smallest.
            if free.over(box) >= least:
                found = box
        return found

    def _with_kin(self, dense: Box, regions: list[Region]) -> tuple[int, int]:
        """Widen the core to what stands around it and is of its kind.

        The last three hundredths of the prose may be the introduction of a policy, or its end: the core reaches as
        far as an element around it with a long paragraph, a title, a date or an address, unless that is a menu.
        """
        start, end = dense.start, dense.end
        inner, outer = dense, dense.parent
        while outer is not None:
            before = self._own(range(outer.start, inner.start), regions)
            after = self._own(range(inner.end, outer.end), regions)
            if self._is_menu([*before, *after]):
                break
            if any(self._is_telling(self.pieces[at]) for at in before):
                start = outer.start
            if any(self._is_telling(self.pieces[at]) for at in after):
                end = outer.end
            inner, outer = outer, outer.parent
        return start, end

    @staticmethod
    def _own(places: range, regions: list[Region]) -> list[int]:
        return [at for at in places if regions[at] is Region.MAIN]

    def _is_menu(self, places: list[int]) -> bool:
        bare = sum(is_bare_link(self.pieces[at]) or is_control(self.pieces[at]) for at in places)
        words = sum(len(self.pieces[at].text) for at in places)
        prose = sum(self.prose_of[at] for at in places)
        return bare >= 3 and bare > 0.6 * len(places) and prose < 0.5 * words

    @staticmethod
    def _is_telling(piece: Piece) -> bool:
        long = len(piece.text) - piece.linked - piece.pressed >= LONG
        return long or piece.box.level == 1 or is_dated(piece) or has_address(piece)

    def _span_of_mains(self, free: Sums) -> tuple[int, int] | None:
        """Give the run from the first to the last `main` element, if the prose is mostly there."""
        mains: list[Box] = []
        for box in self.boxes:
            is_main = box.tag == "main" or box.role == "main"
            if is_main and free.over(box) and not (mains and box.end <= mains[-1].end):
                mains.append(box)
        if sum(map(free.over, mains)) <= _WHOLE * free.totals[-1]:
            return None
        return mains[0].start, mains[-1].end

    def _title_at(self, regions: list[Region]) -> int | None:
        """Give the piece that names the document: words that the page's title has too, or a first-level heading."""
        free = (each for each in self._titles if regions[each[1]] is Region.MAIN)
        return min(free, default=(0, None))[1]

    @cached_property
    def _titles(self) -> list[tuple[int, int]]:
        """Where pieces stand that may name the document, each after its rank; the least is the best."""
        names = {part.strip().casefold() for part in _TITLE_PARTS.split(self.title)} - {""}
        found = []
        for at, piece in enumerate(self.pieces):
            if piece.linked or piece.pressed:
                continue
            named = len(piece.text) <= LABEL and piece.text.casefold() in names
            if named or piece.box.level == 1:
                # Consent dialogs call themselves first-level headings too, by their role.
                found.append(((not named) + 2 * (piece.box.tag != "h1"), at))
        return found

    def _branch_of_title(self, core: Box, title: int, free: Sums) -> Box | None:
        """Give the child of `core` that holds title and most prose, if what stands before it is no part of both."""
        for child in self._children(core):
            if child.start <= title < child.end:
                before = range(core.start, child.start)
                stray = sum(self.prose_of[at] for at in before)
                pressed = any(self.pieces[at].pressed for at in before)
                most = free.over(child) >= _BRANCH * free.over(core)
                aside = pressed or stray <= (1 - _CORE) * free.totals[-1]
                return child if most and aside else None
        return None

    def _children(self, box: Box) -> list[Box]:
        return [child for child in self.children.get(box, ()) if child.end > child.start]

    def _without_preamble(self, start: int, title: int, regions: list[Region]) -> int:
        """Begin at the title where only short lines without a number stand above it: they announce the page."""
        above = self._own(range(start, title), regions)
        for at in above:
            if self.prose_of[at] or any(map(str.isdigit, self.pieces[at].text)):
                return at
        return max(start, title)

    def _is_announced_title(self, piece: Piece) -> bool:
        return bool(self.title) and piece.kind is BlockKind.PARAGRAPH and piece.text == self.title


def _inside(articles: Collection[Box], boxes: Iterable[Box]) -> Set[Box]:
    """Give those of `boxes`, in the order in which they open, that stand within one of `articles`."""
    inside: set[Box] = set()
    for box in boxes if articles else ():
        if box.parent is not None and (box.parent.tag == "article" or box.parent in inside):
            inside.add(box)
    return inside
