"""Feeds written by hand: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from watcher.registry.entry_data import claim_note_as_data
from watcher.registry.feed_items import FeedInfo, FeedItem, tag
from watcher.registry.lines import lines_as_html
from watcher.registry.printable import one_line, stamp, web_link

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_LANGUAGE = "en"


def atom(feed: FeedInfo, items: Iterable[FeedItem]) -> bytes:
    """Give the feed as an Atom document in UTF-8; the same feed and items give the same bytes."""
    items = tuple(items)
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": _LANGUAGE})
    _say(root, "id", feed.id)
    _say(root, "title", feed.title)
    if feed.subtitle:
        _say(root, "subtitle", feed.subtitle)
    _say(root, "updated", stamp(_updated_at(feed, items)))
    _say(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", feed.url, "application/atom+xml")
    _link(root, "alternate", feed.home, "text/html")
    _say(root, "generator", "Watcher")
    for item in items:
        root.append(_atom_entry(feed, item))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def json_feed(feed: FeedInfo, items: Iterable[FeedItem]) -> bytes:
    """Give the feed as JSON Feed 1.1 in UTF-8; what it has no words for stands in `_watcher`."""
    items = tuple(items)
    data: dict[str, Any] = {
        "version": _JSON_FEED,
        "title": one_line(feed.title),
        "home_page_url": web_link(feed.home),
        "feed_url": web_link(feed.url),
        "description": one_line(feed.subtitle),
        "language": _LANGUAGE,
        "authors": [{"name": one_line(feed.author)}],
        "_watcher": {"id": feed.id, "updated_at": stamp(_updated_at(feed, items))},
        "items": [_json_item(feed, item) for item in items],
    }
    kept = {name: value for name, value in data.items() if value != ""}
    return json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n"


def _updated_at(feed: FeedInfo, items: Sequence[FeedItem]) -> datetime:
    return max((item.updated_at for item in items), default=feed.began_at)


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = one_line(text)


def _link(parent: Element, relation: str, url: str, media_type: str) -> None:
    if address := web_link(url):
        SubElement(parent, "link", {"rel": relation, "type": media_type, "href": address})


def _atom_entry(feed: FeedInfo, item: FeedItem) -> Element:
    entry = Element("entry")
    _say(entry, "id", tag(feed.ledger_id, item.path))
    _say(entry, "title", item.title)
    _say(entry, "published", stamp(item.published_at))
    _say(entry, "updated", stamp(item.updated_at))
    _link(entry, "alternate", item.source_url, "text/html")
    for label in item.labels:
        SubElement(entry, "category", {"term": one_line(label)})
    SubElement(entry, "content", {"type": "html"}).text = lines_as_html(item.lines)
    return entry


def _json_item(feed: FeedInfo, item: FeedItem) -> dict[str, Any]:
    link = {"external_url": item.source_url} if item.source_url else {}
    return {
        "id": tag(feed.ledger_id, item.path),
        **link,
        "title": one_line(item.title),
        "content_html": lines_as_html(item.lines),
        "date_published": stamp(item.published_at),
        "date_modified": stamp(item.updated_at),
        "tags": [one_line(label) for label in item.labels],
        "_watcher": {
            "state": item.state,
            "first_seen_at": stamp(item.changed_at),
            "effective_on": item.effective_on.isoformat() if item.effective_on else None,
            "claims": [claim_note_as_data(note) for note in item.claims],
        },
    }
