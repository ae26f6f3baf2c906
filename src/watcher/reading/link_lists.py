"""Menus, tables of contents and ways on that stand within the core of a page: lists that hold nothing but links."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from urllib.parse import urlsplit

from watcher.model import BlockKind, Region
from watcher.reading.measures import LABEL, is_bare_link, is_dated, site_of, sums_of
from watcher.reading.pieces import Box, Piece, Walked

_SEVERAL = 3
"""So many links in a row are a list of them."""

_FEW = 2
"""So many lines may stand among the links that a page ends with."""


class LinkLists:
    """The lists of links of one page.

    `prose_of` says of each piece how much prose it is, `sites` are those that the page belongs to.
    """

    def __init__(self, walked: Walked, prose_of: list[int], sites: set[str]) -> None:
        self.pieces = walked.pieces
        self.boxes = walked.boxes
        self.prose_of = prose_of
        self.prose = sums_of(prose_of)
        self.bare = [is_bare_link(piece) for piece in self.pieces]
        self.sites = sites

    def tag(self, regions: list[Region]) -> None:
        """Tag what holds nothing but links within the site, box by box and line by line: menus, tables of contents."""
        self._tag_boxes(regions)
        self._tag_runs(regions)
        for at, piece in enumerate(self.pieces):
            if not self.bare[at] or regions[at] is not Region.MAIN:
                continue
            if self._leads_home(piece):
                regions[at] = Region.NAV
            elif len(piece.links) >= _SEVERAL:
                announced = at and self.pieces[at - 1].text.endswith(":")
                listed = None if announced else self._region_by_targets(range(at, at + 1))
                regions[at] = listed or Region.MAIN

    def _tag_runs(self, regions: list[Region]) -> None:
        """Tag links one after the other in elements of their own, which share their parent with other text."""
        for free, run in groupby(range(len(self.pieces)), lambda at: self._run_of(at, regions)):
            places = list(run)
            if free is None or len(places) < _SEVERAL:
                continue
            before = self.pieces[places[0] - 1] if places[0] else None
            if before and (before.text.endswith(":") or before.box.parent is free):
                continue
            region = self._region_by_targets(range(places[0], places[-1] + 1))
            _tag(regions, places, region or Region.MAIN)

    def _run_of(self, at: int, regions: list[Region]) -> Box | None:
        """Give the element in which a link stands among others; None for what is no short link of the core."""
        if not self.bare[at] or regions[at] is not Region.MAIN:
            return None
        piece = self.pieces[at]
        return piece.box.parent if len(piece.text) <= LABEL else None

    def _tag_boxes(self, regions: list[Region]) -> None:
        links = sums_of(self.bare)
        long = sums_of([len(piece.text) > LABEL for piece in self.pieces])
        done = 0
        for box in self.boxes:
            size = box.end - box.start
            if box.start < done or size < _SEVERAL or regions[box.start] is not Region.MAIN:
                continue
            if (
                links.over(box) < max(_SEVERAL, 0.75 * size)
                or long.over(box)
                or self.prose.over(box)
            ):
                continue
            region = self._list_region(range(box.start, box.end))
            if region is not None:
                done = box.end
                headed = box.start and self.pieces[box.start - 1].kind is BlockKind.HEADING
                starts = box.start - 1 if headed and region is Region.ASIDE else box.start
                listed = [
                    at for at in range(starts, box.end) if not self._names_or_dates(self.pieces[at])
                ]
                _tag(regions, listed, region)

    def tag_way_on(self, regions: list[Region], start: int, end: int) -> None:
        """Tag the links that a page ends with: to the next page, the one before, back to the top.

        A few words may stand among them: when the page was edited, whether it helped.
        """
        passed = 0
        for at in range(end - 1, start, -1):
            if regions[at] is not Region.MAIN:
                continue
            if not self.bare[at]:
                passed += 1
                if self.prose_of[at] or passed > _FEW:
                    break
            elif self.prose_of[at - 1] or self._leads_abroad([at]):
                break
            else:
                regions[at] = Region.NAV

    @staticmethod
    def _names_or_dates(piece: Piece) -> bool:
        """Whether a piece may be title or date of the document, though it stands among links."""
        return piece.box.level == 1 or is_dated(piece)

    def _list_region(self, places: range) -> Region | None:
        """Give what a list of links is, None where it may belong to the policy."""
        region = self._region_by_targets(places)
        announced = region is Region.NAV and places.start and self.prose_of[places.start - 1]
        return None if announced else region

    def _region_by_targets(self, places: range) -> Region | None:
        targets = [target for at in places for _, target in self.pieces[at].links]
        if sum(target.startswith("#") for target in targets) > 0.5 * len(targets):
            return Region.ASIDE
        return None if self._leads_abroad(places) else Region.NAV

    def _leads_home(self, piece: Piece) -> bool:
        """Whether a link leads to the first page of the site and nowhere else."""
        for _, target in piece.links:
            parts = urlsplit(target)
            is_own = not parts.netloc or site_of(target) in self.sites
            if not is_own or parts.path != "/" or parts.query or parts.fragment:
                return False
        return True

    def _leads_abroad(self, places: Iterable[int]) -> bool:
        """Whether links lead to other sites mostly: lists of other companies are what some policies are for."""
        targets = [target for at in places for _, target in self.pieces[at].links]
        abroad = sum("//" in target and site_of(target) not in self.sites for target in targets)
        return abroad > 0.5 * len(targets)


def _tag(regions: list[Region], where: Iterable[int], region: Region) -> None:
    for at in where:
        if regions[at] is Region.MAIN:
            regions[at] = region
