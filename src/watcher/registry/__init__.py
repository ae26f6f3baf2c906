"""The registry: what people accepted, as entries, data and feeds. Pure: facts in, text out.

AcceptedClaim, Change, Review ─► Entry ─► text | Markdown | JSON
Change, Review ─► FeedItem ─► Atom | JSON Feed
"""

from watcher.registry.account import change_lines, change_title, effective_on
from watcher.registry.claim_notes import claim_notes
from watcher.registry.entries import PUBLISHED_KINDS, Cell, Entry, Group, Proof, entry
from watcher.registry.entry_data import entry_as_data
from watcher.registry.entry_markdown import render_markdown
from watcher.registry.entry_text import entry_lines, render_text
from watcher.registry.feed_items import (
    FEED_LENGTH,
    FeedInfo,
    FeedItem,
    detected_items,
    reviewed_items,
)
from watcher.registry.feeds import atom, json_feed
from watcher.registry.lines import Line, Paint, Span, SpanKind, lines_as_html, lines_as_text
from watcher.registry.staleness import staleness

__all__ = [
    "FEED_LENGTH",
    "PUBLISHED_KINDS",
    "Cell",
    "Entry",
    "FeedInfo",
    "FeedItem",
    "Group",
    "Line",
    "Paint",
    "Proof",
    "Span",
    "SpanKind",
    "atom",
    "change_lines",
    "change_title",
    "claim_notes",
    "detected_items",
    "effective_on",
    "entry",
    "entry_as_data",
    "entry_lines",
    "json_feed",
    "lines_as_html",
    "lines_as_text",
    "render_markdown",
    "render_text",
    "reviewed_items",
    "staleness",
]
