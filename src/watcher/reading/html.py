"""HTML pages: every block of the body, each with its region, heading path and links."""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from watcher.errors import ReadingError
from watcher.model import Block, BlockKind, Document, Link, Region
from watcher.reading.pieces import Piece
from watcher.reading.regions import regions_of
from watcher.reading.walk import walk
from watcher.reading.wording import plain
from watcher.urls import clean_link

_TITLE_LENGTH = 100
"""A bold line of more characters than this is no heading."""

_BOLD_LEVEL = 7
"""Level of a heading that is only a bold paragraph: beneath all real ones."""

_Path = tuple[tuple[tuple[int, str], ...], tuple[str, ...]]
"""The headings above a place, with their levels and without."""

_TOP: _Path = (), ()

MOST_PIECES = 200_000
"""The longest pages of the record have 5,000 blocks."""

_DEEPEST = 20_000
_MANY_TAGS = 40_000
_NESTING = re.compile(
    r"<(/?)(?:div|section|article|main|header|footer|nav|aside|blockquote|ul|ol|dl|center|fieldset|details|figure|"
    r"table)[\s>/]",
    re.IGNORECASE,
)


def read_html(text: str, url: str) -> Document:
    """Read an HTML page that was found at `url`; links become absolute against it or the page's `<base>`.

    Raises ReadingError for a page nested or cut up beyond reason, which would take its reader minutes.
    """
    _refuse_depth(text, url)
    page = LexborHTMLParser(text)
    if page.body is None:
        return Document(())
    walked = walk(page, MOST_PIECES)
    if len(walked.pieces) > MOST_PIECES:
        raise ReadingError(f"{url}: more than {MOST_PIECES:,} blocks; no page is read that far")
    base_url = url if walked.base is None else clean_link(walked.base, url) or url
    title = _title(page)
    blocks = tuple(_blocks(walked.pieces, regions_of(walked, title, base_url), base_url))
    return Document(blocks, title or _first_heading(blocks), _language(page))


def _refuse_depth(text: str, url: str) -> None:
    """Refuse what would cost the parser the square of its depth; only pages of many tags are looked through."""
    if text.count("<") < _MANY_TAGS:
        return
    depth = 0
    for tag in _NESTING.finditer(text):
        depth += -1 if tag[1] else 1
        if depth > _DEEPEST:
            raise ReadingError(f"{url}: elements nested more than {_DEEPEST:,} deep")


def _blocks(pieces: Iterable[Piece], regions: Iterable[Region], base: str) -> Iterable[Block]:
    paths: dict[Region, _Path] = {}
    for piece, region in zip(pieces, regions, strict=True):
        kind, level = piece.kind, piece.box.level
        above, path = paths.get(region, _TOP)
        if kind is BlockKind.PARAGRAPH and piece.bold and _is_bold_title(piece):
            kind, level = BlockKind.HEADING, _BOLD_LEVEL
        if kind is BlockKind.HEADING:
            above = tuple(heading for heading in above if heading[0] < level)
            path = tuple(heading for _, heading in above)
            paths[region] = (*above, (level, piece.text)), (*path, piece.text)
        yield Block(
            kind,
            piece.text,
            region,
            path,
            tuple(_links(piece, base)) if piece.links else (),
            level if kind is BlockKind.HEADING else 0,
        )


def _links(piece: Piece, base: str) -> Iterable[Link]:
    for text, target in piece.links:
        absolute = clean_link(target, base)
        if absolute:
            yield Link(text, absolute)


def _is_bold_title(piece: Piece) -> bool:
    text = piece.text
    return (
        0 < len(text) <= _TITLE_LENGTH
        and piece.bold >= 0.9 * len(text)
        and text[-1] not in ".;,"
        and ": " not in text
    )


def _title(page: LexborHTMLParser) -> str:
    node = page.css_first("head title")
    if node and (title := plain(node.text())):
        return title
    node = page.css_first('meta[property="og:title"]')
    return plain(node.attributes.get("content") or "") if node else ""


def _first_heading(blocks: tuple[Block, ...]) -> str:
    return next((block.text for block in blocks if block.level == 1), "")


def _language(page: LexborHTMLParser) -> str:
    root = page.css_first("html")
    if root and (language := root.attributes.get("lang")):
        return language.strip().replace("_", "-").lower()
    node = page.css_first('meta[http-equiv="content-language" i]')
    return (node.attributes.get("content") or "").strip().lower() if node else ""
