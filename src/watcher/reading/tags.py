"""What elements are by their tag: never read, inside a line, a control, a picture, a cell, a block of some kind.

What is named nowhere here is a box. Tags that begin with a hyphen are the parser's names for what is no element.
"""

from __future__ import annotations

from watcher.model import BlockKind


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNREAD = _names(
    "- -comment -doctype -document "
    "script style template noscript head title meta link base svg iframe frame frameset noframes object embed "
    "applet canvas video audio track source param map area datalist textarea progress meter img picture wbr"
)
INLINE = _names(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i ins kbd label mark nobr output q rb rp rt "
    "ruby s samp slot small span strike strong sub sup time tt u var option optgroup"
)
CONTROLS = _names("button label option optgroup kbd")
BOLD = _names("b strong")
PICTURES = _names("img svg")
CELLS = _names("td th cell gridcell columnheader rowheader")
"""Tags and roles of the cells of a table."""

KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.ITEM),
    **dict.fromkeys(("pre", "listing", "xmp"), BlockKind.CODE),
    "table": BlockKind.PARAGRAPH,
}
SPECIAL = frozenset((*KINDS, *CELLS, "tr"))
"""Boxes that are of a kind, or part of a row, by their tag."""
