"""Plain lists: addresses in a text file, and OPML as feed readers and bookmark managers write it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from watcher.importing.jobs import Job
from watcher.importing.reading import bytes_of, refusal, text_of

_BULLET = re.compile(r"^(?:[-*+•]|\d+[.)])\s+")
_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$")
_LINK = re.compile(r"\[(?P<title>[^\]]*)\]\((?P<address>[^()\s]+)\)")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def listed_urls(path: Path) -> list[Job]:
    """Give a job for each line of a file: an address, then a title if there is one. `#` begins a comment.

    Bullets, numbers, `<…>` and `[title](address)` are read as people write them; of a file called `.csv` each row gives
    the first cell that is an address, and the first other as its title. Raises DeclarationError when the file cannot
    be read.
    """
    text = text_of(path)
    found = _rows(text) if path.suffix.lower() == ".csv" else _lines(text)
    return [_listed(number, address, title) for number, address, title in found]


def _listed(number: int, address: str, title: str) -> Job:
    job = Job(f"line {number}", name=" ".join(title.split()))
    if address.startswith("|"):
        job.refuse("runs a program; only pages are watched")
    job.take_url(address)
    return job


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Give number, address and title of each line that says something."""
    for number, line in enumerate(text.splitlines(), 1):
        said = _BULLET.sub("", _COMMENT.sub("", line).strip())
        if said.startswith("#"):
            continue
        if link := _LINK.match(said):
            yield number, link["address"], link["title"]
        elif said:
            address, *title = said.split(maxsplit=1)
            yield number, address.strip("<>"), "".join(title)


def _rows(text: str) -> Iterator[tuple[int, str, str]]:
    """Give the same of a table; a first row without an address is its head."""
    for number, row in enumerate(csv.reader(text.splitlines()), 1):
        cells = [each.strip() for each in row if each.strip()]
        address = next(filter(_ADDRESS.match, cells), "")
        if address or (cells and number > 1):
            others = [each for each in cells if each != address] if address else []
            yield number, address or cells[0], next(iter(others), "")


def opml_outlines(path: Path) -> list[Job]:
    """Give a job for each outline of an OPML file that has an address. Raises DeclarationError."""
    raw = bytes_of(path)
    if b"<!ENTITY" in raw:
        raise refusal(
            path, "declares entities, which no OPML needs and which can unfold to anything"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise refusal(path, f"not valid XML: {error.msg}", error.lineno) from None
    if tree.tag != "opml":
        raise refusal(path, f"is no OPML: it begins with <{tree.tag}>", tree.sourceline)
    return [_outline(each) for each in tree.iter("outline") if _says_something(each)]


def _said(outline: etree._Element, name: str) -> str:
    """Give an attribute, also where its name is spelt `htmlurl` or `URL`."""
    return next((value.strip() for key, value in outline.items() if key.lower() == name), "")


def _says_something(outline: etree._Element) -> bool:
    """Whether an outline is more than a folder of others."""
    has_address = any(_said(outline, name) for name in ("htmlurl", "url", "xmlurl"))
    return has_address or len(outline) == 0


def _outline(outline: etree._Element) -> Job:
    feed, text = _said(outline, "xmlurl"), _said(outline, "text")
    title = _said(outline, "title") or text
    page = _said(outline, "htmlurl") or ("" if feed else _said(outline, "url"))
    if not page and not feed and _ADDRESS.match(text):
        page, title = text, _said(outline, "title")
    job = Job(f"line {outline.sourceline}", name=" ".join(title.split()))
    if feed and not page:
        job.refuse("is a feed without a page of its own; pages are watched, not feeds")
    elif not page:
        job.refuse("has no address")
    elif _said(outline, "type") == "include":
        job.refuse(f"stands for another list: import {page} by itself")
    else:
        job.take_url(page)
    if feed and page:
        job.leave("`xmlUrl`", "pages are watched, not feeds; its page was taken over")
    folder = outline.getparent()
    if folder is not None and folder.tag == "outline":
        job.leave("its folder", "sources are grouped by their offerings: --offering")
    return job
