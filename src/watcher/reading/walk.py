"""One walk over every element of a page's body: its pieces of text, and the boxes that hold them.

Nothing is judged here and nothing readable is dropped; regions are found afterwards from the boxes (see
`watcher.reading.regions`). The walk goes by child and sibling and notes what is open, so that depth costs no recursion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Set
from functools import partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.model import BlockKind
from watcher.reading.attributes import (
    NONE,
    TELLING,
    Attributes,
    describe,
    is_fold,
    is_unseen,
    label,
    level,
)
from watcher.reading.emails import decode_cloudflare, linked_address, reveal
from watcher.reading.pieces import Box, Piece, Row, Walked, as_row, is_fact
from watcher.reading.tags import BOLD, CELLS, CONTROLS, INLINE, KINDS, PICTURES, SPECIAL, UNREAD
from watcher.reading.wording import plain

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

_HIDDEN_WORDS = 60
"""An inline element kept out of sight that holds more characters than this is text after all."""

_OF_HTML = 1_000
"""The parser numbers the elements that it knows below this; it makes up a number for any other, page by page."""

_Close = Callable[[], None]
"""What closes an element; None stands for one whose inside is not walked."""


def _leave() -> None:
    """Close an element that needs nothing done."""


def walk(page: LexborHTMLParser, most: int) -> Walked:
    """Give every piece and box of the body of `page`, and its base; stop soon after `most` pieces."""
    asked = page.css(f"{TELLING}, base[href]")
    walker = _Walker({node.mem_id for node in asked})
    opened: list[tuple[LexborNode, _Close]] = []
    node = page.body.first_child if page.body else None
    while node is not None and len(walker.pieces) <= most:
        tag, enter = _entrances.get(node.tag_id) or _entrance(node)
        close = enter(walker, node, tag)
        if close is not None:
            child = node.first_child
            if child is not None:
                opened.append((node, close))
                node = child
                continue
            close()
        following = node.next
        while following is None and opened:
            node, close = opened.pop()
            close()
            following = node.next
        node = following
    return Walked(walker.finish(), walker.boxes, _base(asked))


def _base(nodes: Collection[LexborNode]) -> str | None:
    said = (node.attributes for node in nodes if node.tag == "base")
    return next((each["href"] or "" for each in said if "href" in each), None)


class _Walker:
    """What is open at one moment of the walk: a box, perhaps a row, and the words of the piece being read.

    `telling` are the elements whose attributes are looked at, by where the parser keeps them.
    """

    def __init__(self, telling: Set[int]) -> None:
        self.telling = telling
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

    def finish(self) -> list[Piece]:
        """Close the body and give all pieces."""
        self.flush()
        self.box.end = len(self.pieces)
        return self.pieces

    def take_text(self, node: LexborNode, _: str) -> None:
        """Take in a text node."""
        self.say(node.text_content or "")

    def pass_by(self, node: LexborNode, _: str) -> None:
        """Leave out what nobody reads."""

    def take_picture(self, node: LexborNode, tag: str) -> None:
        """Leave out a picture, but for what it is said to be where it may be all that a cell of a table holds."""
        if self.rows and self.cell > 1:
            self.picture = self.picture or label(node, tag)

    def take_break(self, _: LexborNode, __: str) -> None:
        """Take in the end of a line."""
        self.break_line()

    def take_field(self, _: LexborNode, __: str) -> None:
        """Take in a field of a form: the piece before it ends."""
        self.flush()

    def enter_link(self, node: LexborNode, tag: str) -> _Close | None:
        """Open a link, or what looks like one."""
        return self.open_inline(tag, node, node.attributes)

    def enter_inline(self, node: LexborNode, tag: str) -> _Close | None:
        """Open an element inside a line."""
        if node.mem_id in self.telling:
            return self.open_inline(tag, node, node.attributes)
        return self.open_plain(tag)

    def enter_box(self, node: LexborNode, tag: str) -> _Close:
        """Open a block-level element: the piece before it ends."""
        if self.words:
            self.flush()
        outer = self.box
        box = self.box = Box(tag, "", outer, len(self.pieces), outer.kind, outer.level)
        self.boxes.append(box)
        if node.mem_id in self.telling:
            describe(box, attributes := node.attributes)
            if box.role:
                return self.open_as(tag, box, attributes)
        return self.open_as(tag, box, NONE) if tag in SPECIAL else self.close_box

    def say(self, text: str) -> None:
        """Add the text of one text node to the piece being read."""
        if text.isspace():
            if self.box.kind is BlockKind.CODE:
                self.words.append(text)
            elif self.words:
                self.words.append(" ")
            return
        self.words.append(text)
        self.joint = self.broke = False
        if self.target:
            self.linked += len(text)
        if self.pressing:
            self.pressed += len(text)
        if self.emboldening:
            self.bold += len(text)

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
        if self.box.kind is not BlockKind.CODE:
            self._add_piece(raw)
        else:
            for part in _BLANK_LINE.split(raw):
                self._add_piece(part)
        self._begin()

    def _add_piece(self, raw: str) -> None:
        text = plain(raw)
        if text:
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

    def _end_link(self) -> None:
        text = plain(reveal("".join(self.words[self.link_from :]), self.target))
        if text:
            self.links.append((text, self.target))

    # Inline elements

    def open_inline(self, tag: str, node: LexborNode, attributes: Attributes) -> _Close | None:
        """Open an element inside a line that may be hidden, lead somewhere, or stand for more than its words."""
        if code := attributes.get("data-cfemail"):
            self.say(decode_cloudflare(code))
            return None
        if is_unseen(attributes) and len(node.text().strip()) <= _HIDDEN_WORDS:
            return None
        if tag == "a":
            return self.open_link(linked_address(attributes.get("href") or ""))
        return _leave if tag in CONTROLS and is_fold(attributes) else self.open_plain(tag)

    def open_plain(self, tag: str) -> _Close:
        """Open an element inside a line."""
        if tag in CONTROLS:
            return self.open_control(tag)
        if tag in BOLD:
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

    def open_as(self, tag: str, box: Box, attributes: Attributes) -> _Close:
        """Give the box just opened the kind that its tag or role tells, and what closes it: as row, cell or box."""
        role = box.role
        if tag in KINDS:
            box.kind = KINDS[tag]
            box.level = int(tag[1]) if box.kind is BlockKind.HEADING else 0
        elif role == "heading":
            box.kind, box.level = BlockKind.HEADING, level(attributes)
        elif role == "listitem":
            box.kind = BlockKind.ITEM
        if tag == "tr" or role == "row":
            return self.open_row()
        if self.rows and (tag in CELLS or role in CELLS):
            return self.open_cell()
        if tag == "dd":
            return partial(self.close_definition, len(self.boxes) - 1)
        return self.close_box

    def close_box(self) -> None:
        """Close the innermost box: the piece inside it ends."""
        if self.words:
            self.flush()
        self.broke = False
        box = self.box
        box.end = len(self.pieces)
        assert box.parent is not None  # the body closes in `finish`
        self.box = box.parent

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


_Enter = Callable[[_Walker, LexborNode, str], _Close | None]

_ENTER: dict[str, _Enter] = {
    "-text": _Walker.take_text,
    **dict.fromkeys(UNREAD, _Walker.pass_by),
    **dict.fromkeys(PICTURES, _Walker.take_picture),
    "br": _Walker.take_break,
    "input": _Walker.take_field,
    **dict.fromkeys(INLINE, _Walker.enter_inline),
    "a": _Walker.enter_link,
}
"""What is done at each tag; all others are boxes."""

_entrances: dict[int, tuple[str, _Enter]] = {}
"""The same by the parser's number of a tag, as met: to ask for the number costs half of what the name does."""


def _entrance(node: LexborNode) -> tuple[str, _Enter]:
    tag = node.tag or "-"
    entrance = tag, _ENTER.get(tag, _Walker.enter_box)
    if node.tag_id < _OF_HTML:
        _entrances[node.tag_id] = entrance
    return entrance
