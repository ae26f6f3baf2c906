"""What elements and roles say of themselves: the landmarks of a page, as HTML and ARIA define them."""

from __future__ import annotations

from collections.abc import Iterable

from watcher.model import Region
from watcher.reading.pieces import Box

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


def claims_of(boxes: Iterable[Box]) -> dict[Box, Region]:
    """Give the regions that boxes say they are, in the order of `boxes`; most say nothing."""
    telling = (box for box in boxes if box.role or box.modal or box.tag in _LANDMARKS)
    return {box: region for box in telling if (region := _claimed_region(box)) is not None}


def _claimed_region(box: Box) -> Region | None:
    """Give the region that a box says it is, if any; a dialog that takes over the page is a banner."""
    if box.modal:
        return Region.BANNER
    if box.role in _ROLES:
        return _ROLES[box.role]
    return _LANDMARKS.get(box.tag) if box.role in ("", "group", "presentation", "none") else None
