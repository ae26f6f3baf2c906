"""Sitemaps and their indexes, plain or packed with gzip, and where robots.txt says that they are."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from watcher.discovery.hosts import site_of
from watcher.urls import follow_url

_MOST_BYTES = 60_000_000
"""The protocol allows 50 MB a file, unpacked."""

_MOST_ADDRESSES = 50_000
_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_TELLING = re.compile(r"legal|polic|terms|trust|page|main|static|root|site|misc|www", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names: pages, and further sitemaps when it is an index."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def sitemaps_named(robots: str, url: str) -> tuple[str, ...]:
    """Give the sitemaps that a robots.txt found at `url` names, those of the same provider only, each once."""
    return _own(_LINE.findall(robots[:500_000]), url)


def read_sitemap(payload: bytes, url: str) -> Sitemap:
    """Give what the sitemap `payload` from `url` names on hosts of the same provider.

    What is no sitemap names nothing; of one that breaks off, what came before counts.
    """
    found: dict[str, list[str]] = {"url": [], "sitemap": []}
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    try:
        parser.feed(_unpacked(payload))
        for _, element in parser.read_events():
            parent = element.getparent()
            kind = _name(parent) if parent is not None else ""
            if _name(element) == "loc" and kind in found and element.text:
                found[kind].append(element.text.strip())
    except (etree.XMLSyntaxError, zlib.error):
        pass  # a damaged file names what could be read of it
    return Sitemap(_own(found["url"], url), _own(found["sitemap"], url))


def most_telling(sitemaps: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Give at most `most` of the parts of an index, those first whose names speak of pages and policies."""
    ordered = sorted(sitemaps, key=lambda each: not _TELLING.search(urlsplit(each).path))
    return tuple(ordered[:most])


def _own(targets: list[str], url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for target in targets[:_MOST_ADDRESSES]:
        try:
            address = follow_url(target, url)
        except ValueError:
            continue
        if site_of(address) == site_of(url):
            found.setdefault(address)
    return tuple(found)


def _unpacked(payload: bytes) -> bytes:
    if payload[:2] != b"\x1f\x8b":
        return payload[:_MOST_BYTES]
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(payload, _MOST_BYTES)


def _name(element: etree._Element) -> str:
    # Not by etree.QName, which refuses the names that a recovering parser lets through.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
