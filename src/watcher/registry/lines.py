"""Text for people as typed spans: one structure that terminals, web pages and feeds render each in their way."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import groupby

from watcher.registry.printable import printable, web_link


class SpanKind(StrEnum):
    """What a span of text is, so that a renderer can give it a colour or an element."""

    HEADING = "heading"
    KEY = "key"
    OLD = "old"
    NEW = "new"
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    FOLDED = "folded"
    QUOTE = "quote"
    WARNING = "warning"
    META = "meta"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one kind; `link` is where it leads, `hidden` what a folded span stands for."""

    kind: SpanKind
    text: str
    link: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Spans that belong on one line, `indent` steps in. No spans: a blank line."""

    spans: tuple[Span, ...] = ()
    indent: int = 0


Paint = Callable[[SpanKind, str], str]
"""Gives a text as a terminal shows spans of that kind; it must add no visible width."""

BLANK = Line()

_ELEMENTS = {
    SpanKind.HEADING: "strong",
    SpanKind.KEY: "code",
    SpanKind.OLD: "del",
    SpanKind.NEW: "ins",
    SpanKind.ADDED: "ins",
    SpanKind.REMOVED: "del",
    SpanKind.QUOTE: "q",
    SpanKind.WARNING: "em",
    SpanKind.META: "small",
}
_MARKS = {
    SpanKind.ADDED: ("{+", "+}"),
    SpanKind.REMOVED: ("[-", "-]"),
    SpanKind.QUOTE: ("“", "”"),
}
_RUNNING = {SpanKind.SAME, SpanKind.ADDED, SpanKind.REMOVED}
_STEP = 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of a span; glued to the one before when no space divides them."""

    kind: SpanKind
    word: str
    glued: bool


def line(*spans: Span | None, indent: int = 0) -> Line:
    """Give a line of the spans that say something."""
    return Line(tuple(span for span in spans if span is not None and span.text), indent)


def span(kind: SpanKind, text: str, link: str | None = None) -> Span:
    """Give a span whose text is fit to be shown and whose link, if any, leads to a web page."""
    return Span(kind, printable(text), web_link(link))


def lines_as_text(lines: Iterable[Line], width: int = 80, paint: Paint | None = None) -> str:
    """Give the lines for a terminal of `width` columns; longer ones go on below, further in.

    Added and removed words and quotes carry marks, {+so+} and [-so-]; with `paint` the first two carry its colours
    instead. Words longer than a line are not broken, so that addresses stay whole.
    """
    return "".join(_terminal_line(each, width, paint) + "\n" for each in lines)


def lines_as_html(lines: Iterable[Line]) -> str:
    """Give the lines as HTML in which nothing of the text is markup; elements carry no attribute but href.

    Each line is a paragraph, an indented one is quoted; folded text shows the note that stands for it.
    """
    return "".join(_html_line(each) for each in lines if each.spans)


def _html_line(each: Line) -> str:
    inside = "".join(gap + _html_span(span) for gap, span in gapped(each.spans))
    if not each.indent:
        return f"<p>{inside}</p>"
    return f"<blockquote><p>{inside}</p></blockquote>"


def _html_span(each: Span) -> str:
    text = escape(printable(each.text).strip())
    if each.link:
        text = f'<a href="{escape(web_link(each.link))}">{text}</a>'
    element = _ELEMENTS.get(each.kind)
    return f"<{element}>{text}</{element}>" if element else text


def gapped(spans: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """Give each span with the space before it: none where a text goes on inside a word or at a mark."""
    for place, each in enumerate(spans):
        before = spans[place - 1] if place else None
        spaced = before is not None and (
            before.text[-1:].isspace() or each.text[:1].isspace() or not _goes_on(before, each)
        )
        yield (" " if spaced else ""), each


def _goes_on(before: Span, after: Span) -> bool:
    return (
        before.kind in _RUNNING
        and after.kind in _RUNNING
        and (before.kind, after.kind) != (SpanKind.REMOVED, SpanKind.ADDED)
    )


def _terminal_line(each: Line, width: int, paint: Paint | None) -> str:
    margin = " " * (_STEP * each.indent)
    room = max(width - len(margin), 20)
    rows = _wrapped(_pieces(each.spans, has_colour=paint is not None), room)
    return "\n".join(
        (margin + (" " * _STEP if place else "") + _painted(row, paint)).rstrip()
        for place, row in enumerate(rows)
    )


def _pieces(spans: Sequence[Span], *, has_colour: bool) -> Iterator[_Piece]:
    for gap, each in gapped(spans):
        before, after = _MARKS.get(each.kind, ("", ""))
        if has_colour and each.kind is not SpanKind.QUOTE:
            before = after = ""
        words = f"{before}{printable(each.text).strip()}{after}".split()
        for place, word in enumerate(words):
            yield _Piece(each.kind, word, glued=not gap and place == 0)


def _wrapped(pieces: Iterable[_Piece], room: int) -> Iterator[list[_Piece]]:
    row: list[_Piece] = []
    used = 0
    for piece in pieces:
        columns = _columns(piece.word) + (0 if piece.glued else 1)
        if row and used + columns > room:
            yield row
            row, used = [], _STEP
        used += columns
        row.append(piece)
    yield row


def _painted(row: list[_Piece], paint: Paint | None) -> str:
    told = ""
    for kind, run in groupby(row, lambda piece: piece.kind):
        pieces = list(run)
        text = "".join(("" if piece.glued else " ") + piece.word for piece in pieces)
        gap = "" if pieces[0].glued else " "
        told += gap + (paint(kind, text.removeprefix(" ")) if paint else text.removeprefix(" "))
    return told.removeprefix(" ")


def _columns(word: str) -> int:
    """Give the terminal columns of a word: wide East Asian characters take two, combining marks none."""
    if word.isascii():
        return len(word)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in word
    )
