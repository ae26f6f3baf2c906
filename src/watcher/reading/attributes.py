"""What attributes say that a reader sees: that an element is out of sight, what it stands for, how it is labelled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from watcher.reading.pieces import Box

TELLING = "[role], [hidden], [style], [data-cfemail], [aria-hidden], [aria-modal], [aria-live], [aria-expanded]"
"""The elements with an attribute that is looked at here, or as an address. To ask a page for all of them costs half of
what it costs to ask each element for its attributes."""

Attributes = Mapping[str, str | None]
NONE: Attributes = {}

_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_OFF_SCREEN = re.compile(
    r"(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(|clip-path\s*:\s*inset\((?:50|100)%",
    re.IGNORECASE,
)

_LONGEST_LABEL = 30
"""The label of a tick, a cross or a flag is no longer than this; a longer one describes an illustration."""


def describe(box: Box, attributes: Attributes) -> None:
    """Note in `box` its role, and whether it takes over the page, is announced by itself, or is kept off the screen."""
    box.role = (attributes.get("role") or "").strip().lower()
    box.modal = attributes.get("aria-modal") == "true"
    box.live = attributes.get("aria-live") in ("polite", "assertive")
    style = attributes.get("style")
    box.off_screen = bool(style and _OFF_SCREEN.search(style))


def is_unseen(attributes: Attributes) -> bool:
    """Whether an element says that it is not to be seen, or not to be read out."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _UNSEEN.search(style))


def is_fold(attributes: Attributes) -> bool:
    """Whether a button opens and closes a passage, so that its words head that passage."""
    return "aria-expanded" in attributes and "aria-haspopup" not in attributes


def level(attributes: Attributes) -> int:
    """Give the level of what has the role of a heading."""
    said = attributes.get("aria-level") or ""
    return int(said) if said.isdecimal() and 1 <= int(said) <= 9 else 2


def label(node: LexborNode, tag: str) -> str:
    """Give what a picture is said to be, in a few words; empty where nothing says so."""
    attributes = node.attributes
    said = attributes.get("aria-label") or attributes.get("alt") or ""
    if not said and tag == "svg" and (title := node.css_first("title")):
        said = title.text()
    said = said.strip()
    return said if len(said) <= _LONGEST_LABEL else ""
