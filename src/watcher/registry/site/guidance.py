"""Guidance as maintainers write it, in a small part of Markdown, as HTML in which all else stays text.

Headings, paragraphs, lists, quotes, fenced code; `**strong**`, `*emphasis*`, `` `code` ``, `[words](https://…)` and
`<https://…>`. Everything is escaped; only web pages are linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

from watcher.registry.printable import printable, web_link

LONGEST = 20_000
"""Characters shown; more would be a book, not guidance, and break the page's budget."""

_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,300})`"
    r"|\*\*(?P<strong>[^*\n]{1,600})\*\*"
    r"|(?<![\w*])[*_](?P<em>[^*_\n]{1,600})[*_](?![\w*])"
    r"|\[(?P<words>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,1000})\)"
    r"|<(?P<auto>https?://[^<>\s]{1,1000})>"
)
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_BULLET = re.compile(r"\s{0,3}[-*+]\s+(.*)")
_NUMBER = re.compile(r"\s{0,3}\d{1,4}[.)]\s+(.*)")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")


def guidance_html(text: str, top: int = 3) -> Markup:
    """Give `text` as HTML; its highest heading becomes `h{top}`. Time and result grow with the text's length only."""
    lines = printable(text[:LONGEST]).strip().expandtabs(4).split("\n")
    levels = [len(found[1]) for row in lines if (found := _HEADING.fullmatch(row))]
    shift = top - min(levels, default=1)
    return Markup("\n").join(_blocks(lines, shift))


def _blocks(lines: list[str], shift: int) -> Iterator[Markup]:
    """Give each run of lines of one kind as an element."""
    for kind, run in groupby(_kinds(lines), lambda each: each[0]):
        rows = [row for _, row in run]
        if kind == "heading":
            for row in rows:
                found = _HEADING.fullmatch(row)
                assert found is not None  # the kind says so
                level = min(len(found[1]) + shift, 6)
                yield Markup("<h{0}>{1}</h{0}>").format(level, _inline(found[2]))
        elif kind in ("ul", "ol"):
            items = Markup("").join(
                Markup("<li>{}</li>").format(_inline(row)) for row in _items(rows)
            )
            yield Markup("<{0}>{1}</{0}>").format(kind, items)
        elif kind == "quote":
            inside = " ".join(row.lstrip("> ") for row in rows)
            yield Markup("<blockquote><p>{}</p></blockquote>").format(_inline(inside))
        elif kind == "code":
            yield Markup('<pre tabindex="0"><code>{}</code></pre>').format("\n".join(rows))
        elif kind == "text":
            yield Markup("<p>{}</p>").format(_inline(" ".join(row.strip() for row in rows)))


def _kinds(lines: list[str]) -> Iterator[tuple[str, str]]:
    is_code, last = False, ""
    for row in lines:
        if _FENCE.match(row):
            is_code = not is_code
            last = "fence"
            yield last, ""
            continue
        last = "code" if is_code else _kind(row, last)
        yield last, row


def _kind(row: str, before: str) -> str:
    if not row.strip():
        return "blank"
    if _HEADING.fullmatch(row):
        return "heading"
    if _BULLET.match(row):
        return "ul"
    if _NUMBER.match(row):
        return "ol"
    if row.lstrip().startswith(">"):
        return "quote"
    # A line that goes on with a list item is part of it.
    return before if before in ("ul", "ol") and row.startswith("  ") else "text"


def _items(rows: list[str]) -> Iterator[str]:
    item = ""
    for row in rows:
        found = _BULLET.match(row) or _NUMBER.match(row)
        if found and item:
            yield item
        item = found[1] if found else f"{item} {row.strip()}"
    if item:
        yield item


def _inline(text: str) -> Markup:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[at : found.start()]), _element(found)]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _element(found: re.Match[str]) -> Markup:
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(found["code"])
    if found["strong"] is not None:
        return Markup("<strong>{}</strong>").format(found["strong"])
    if found["em"] is not None:
        return Markup("<em>{}</em>").format(found["em"])
    words, address = found["words"] or found["auto"], web_link(found["target"] or found["auto"])
    if not address:
        return escape(found[0])
    return Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(address, words)
