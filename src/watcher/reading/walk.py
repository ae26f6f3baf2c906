"""One walk over every element of a page's body: its pieces of text, and the boxes that hold them.

Nothing is judged here and nothing readable is dropped; regions are found afterwards from the boxes (see
`watcher.reading.regions`). The walk goes by child, sibling and parent, so that depth costs no recursion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from selectolax.lexbor import LexborNode

from watcher.model import BlockKind
from watcher.reading.emails import decode_cloudflare, linked_address, reveal
from watcher.reading.pieces import Box, Piece, Row, Walked, as_row, is_fact
from watcher.reading.wording import plain


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNREAD = _names(
    "script style template noscript head title meta link base svg iframe frame frameset noframes object embed "
    "applet canvas video audio track source param map area datalist textarea progress meter img picture wbr"
)
_INLINE = _names(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i ins kbd label mark nobr output q rb rp rt "
    "ruby s samp slot small span strike strong sub sup time tt u var option optgroup"
)
_CONTROLS = _names("button label option optgroup kbd")
_PICTURES = _names("img svg")
_CELLS = _names("td th cell gridcell columnheader rowheader")
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.ITEM),
    **dict.fromkeys(("pre", "listing", "xmp"), BlockKind.CODE),
    "table": BlockKind.PARAGRAPH,
}
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_OFF_SCREEN = re.compile(
    r"(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(|clip-path\s*:\s*inset\((?:50|100)%",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

_HIDDEN_WORDS = 60
"""An inline element kept out of sight that holds more characters than this is text after all."""

_LONGEST_LABEL = 30
"""The label of a tick, a cross or a flag is no longer than this; a longer one describes an illustration."""

_Close = Callable[[], None]


def _leave() -> None:
    """Close an element that needs nothing done."""


def _skip() -> None:
    """Stand for an element whose inside is not walked."""


def walk(body: LexborNode, most: int) -> Walked:
    """Give every piece and box of `body`; stop soon after `most` pieces."""
    walker = _Walker()
    closing: list[_Close] = []
    node: LexborNode | None = body.child
    while node is not None and len(walker.pieces) <= most:
        close = walker.enter(node)
        child = None if close is _skip else node.child
        if child is not None:
            closing.append(close)
            node = child
            continue
        close()
        following = node.next
        while following is None and closing:
            node = node.parent
            if node is None:
                break
            closing.pop()()
            following = node.next
        node = following
    return walker.finish()


class _Walker:
    """What is open at one moment of the walk: a box, perhaps a row, and the words of the piece being read."""

    def __init__(self) -> None:
        self.box = Box("body", "", None, 0, BlockKind.PARAGRAPH)
        self.pieces: list[Piece] = []
        self.boxes = [self.box]
        self.rows: list[Row] = []
        self.cell = 0
        self.picture = ""
        self.target = ""
        self.pressing = self.emboldening = 0
        self.joint = self.broke = False
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.link_from = 0
        self.linked = self.pressed = self.bold = self.controls = 0

    def finish(self) -> Walked:
        """Close the body."""
        self.flush()
        self.box.end = len(self.pieces)
        return Walked(self.pieces, self.boxes)

    def enter(self, node: LexborNode) -> _Close:
        """Open `node` and give what closes it."""
        tag = node.tag or "-"
        if tag == "-text":
            self.say(node.text_content or "")
            return _skip
        if tag in _PICTURES and self.rows and self.cell > 1:
            self.picture = self.picture or _label(node, tag)
            return _skip
        if tag in _UNREAD or tag[0] == "-":
            return _skip
        if tag == "br":
            self.break_line()
            return _skip
        attributes = node.attributes
        if tag in _INLINE:
            return (
                self.open_inline(node, tag, attributes) if attributes or tag != "span" else _leave
            )
        return self.open_box(tag, attributes)

    def say(self, text: str) -> None:
        """Add the text of one text node to the piece being read."""
        length = len(text)
        if text.isspace():
            self.words.append(text if self.box.kind is BlockKind.CODE else " ")
            return
        self.words.append(text)
        self.joint = self.broke = False
        if self.target:
            self.linked += length
        if self.pressing:
            self.pressed += length
        if self.emboldening:
            self.bold += length

    def break_line(self) -> None:
        """Take one line break as a space and two as the end of a paragraph."""
        if self.broke:
            self.flush()
        else:
            self.words.append("\n")
        self.broke = not self.broke

    def flush(self) -> None:
        """End the piece being read, if it has any words; an open link goes on in the next one."""
        if not self.words:
            return
        raw = "".join(self.words)
        if self.target:
            self._end_link()
        parts = _BLANK_LINE.split(raw) if self.box.kind is BlockKind.CODE else [raw]
        for text in filter(None, map(plain, parts)):
            self.pieces.append(
                Piece(
                    self.box.kind,
                    text,
                    self.box,
                    self.links,
                    self.linked,
                    self.pressed,
                    self.bold,
                    self.cell,
                    self.controls,
                )
            )
        self._begin()

    def _end_link(self) -> None:
        text = plain(reveal("".join(self.words[self.link_from :]), self.target))
        if text:
            self.links.append((text, self.target))

    # Inline elements

    def open_inline(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> _Close:
        """Open an element inside a line."""
        if code := attributes.get("data-cfemail"):
            self.say(decode_cloudflare(code))
            return _skip
        unseen = attributes.get("aria-hidden") == "true" or _is_unseen(attributes)
        if unseen and len(node.text().strip()) <= _HIDDEN_WORDS:
            return _skip
        if tag == "a":
            return self.open_link(linked_address(attributes.get("href") or ""))
        if tag in _CONTROLS and not _is_fold(attributes):
            return self.open_control(tag)
        if tag in ("b", "strong"):
            self.emboldening += 1
            return self.close_bold
        return _leave

    def open_link(self, target: str) -> _Close:
        """Open a link; one that leads nowhere is only words."""
        if self.joint:
            self.words.append(" ")
        if not target or self.target:
            return _leave
        self.target = target
        self.link_from = len(self.words)
        return self.close_link

    def close_link(self) -> None:
        """Close the open link and keep it with the piece."""
        if self.words:
            shown = reveal("".join(self.words[self.link_from :]), self.target)
            self.words[self.link_from :] = [shown]
            self._end_link()
        self.target = ""
        self.joint = True

    def open_control(self, tag: str) -> _Close:
        """Open a button, a label or an option; words of neighbouring ones do not run together."""
        if tag == "option":
            self.words.append(" | " if any(map(str.strip, self.words)) else "")
        else:
            self.words.append(" ")
        self.pressing += 1
        self.controls += tag == "button"
        return self.close_control

    def close_control(self) -> None:
        """Close a control."""
        self.pressing -= 1
        self.words.append(" ")

    def close_bold(self) -> None:
        """Close bold type."""
        self.emboldening -= 1

    # Boxes

    def open_box(self, tag: str, attributes: dict[str, str | None]) -> _Close:
        """Open a block-level element: the piece before it ends."""
        self.flush()
        if tag == "input":
            return _skip
        role = (attributes.get("role") or "").strip().lower()
        box = Box(tag, role, self.box, len(self.pieces), self.box.kind, self.box.level)
        self.boxes.append(box)
        if attributes:
            _describe(box, attributes)
        self.box = box
        if tag in _KINDS:
            box.kind = _KINDS[tag]
            box.level = int(tag[1]) if box.kind is BlockKind.HEADING else 0
        elif role == "heading":
            box.kind, box.level = BlockKind.HEADING, _level(attributes)
        elif role == "listitem":
            box.kind = BlockKind.ITEM
        if tag == "tr" or role == "row":
            return self.open_row()
        if (tag in _CELLS or role in _CELLS) and self.rows:
            return self.open_cell()
        if tag == "dd":
            return partial(self.close_definition, len(self.boxes) - 1)
        return self.close_box

    def close_box(self) -> None:
        """Close the innermost box: the piece inside it ends."""
        self.flush()
        self.broke = False
        self.box.end = len(self.pieces)
        assert self.box.parent is not None  # the body closes in `finish`
        self.box = self.box.parent

    def close_definition(self, boxes: int) -> None:
        """Close a definition, the box number `boxes`; a short one and its term become one row."""
        self.close_box()
        if len(self.pieces) < 2:
            return
        term, meaning = self.pieces[-2:]
        if (term.box.tag, meaning.box.tag) != ("dt", "dd"):
            return
        if len(term.text) <= 80 and len(meaning.text) <= 300:
            meaning.cell = term.cell + 1
            del self.boxes[boxes:]  # as with cells: their runs of pieces are no more
            self.pieces[-2:] = [as_row((term, meaning), term.box)]

    # Table rows

    def open_row(self) -> _Close:
        """Open a table row inside its box."""
        for row in self.rows:
            row.holds_rows = True
        self.rows.append(Row(len(self.pieces), len(self.boxes), outer_cell=self.cell))
        return self.close_row

    def open_cell(self) -> _Close:
        """Open the next cell of the row."""
        self.rows[-1].cells += 1
        self.cell = self.rows[-1].cells
        self.picture = ""
        return partial(self.close_cell, len(self.pieces))

    def close_cell(self, start: int) -> None:
        """Close a cell; one after the first with a picture alone, a tick or a cross, says what that is said to be."""
        self.flush()
        if self.picture and len(self.pieces) == start:
            self.say(self.picture)
        self.picture = ""
        self.close_box()

    def close_row(self) -> None:
        """Close a row: one piece of it where it holds facts; left as it is where it lays out the page."""
        self.flush()
        row = self.rows.pop()
        self.cell = row.outer_cell
        inside = self.pieces[row.start :]
        if is_fact(row, inside):
            # The boxes of its cells go with them: their runs of pieces are no more.
            del self.boxes[row.boxes :]
            self.pieces[row.start :] = [as_row(inside, self.box)]
        self.close_box()


def _label(node: LexborNode, tag: str) -> str:
    """Give what a picture is said to be, in a few words; empty where nothing says so."""
    attributes = node.attributes
    label = attributes.get("aria-label") or attributes.get("alt") or ""
    if not label and tag == "svg" and (title := node.css_first("title")):
        label = title.text()
    label = label.strip()
    return label if len(label) <= _LONGEST_LABEL else ""


def _describe(box: Box, attributes: dict[str, str | None]) -> None:
    box.modal = attributes.get("aria-modal") == "true"
    box.live = attributes.get("aria-live") in ("polite", "assertive")
    style = attributes.get("style")
    box.off_screen = bool(style and _OFF_SCREEN.search(style))


def _is_unseen(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style and _UNSEEN.search(style))


def _is_fold(attributes: dict[str, str | None]) -> bool:
    """Whether a button opens and closes a passage, so that its words head that passage."""
    return "aria-expanded" in attributes and "aria-haspopup" not in attributes


def _level(attributes: dict[str, str | None]) -> int:
    level = attributes.get("aria-level") or ""
    return int(level) if level.isdecimal() and 1 <= int(level) <= 9 else 2
