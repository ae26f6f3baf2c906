"""What providers list: policy pages of their footers, hubs and sitemaps, one row a page, rewritten as it is seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from watcher.errors import NotFound
from watcher.ledger.connection import Connection, Row
from watcher.ledger.times import from_text, from_text_or_none, to_text, to_text_or_none
from watcher.model import ListedPage, SourceKind

LISTINGS = """
CREATE TABLE listings (           -- policy pages that providers list, whether they are declared or not
    url TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    kind TEXT NOT NULL,           -- as guessed
    words TEXT NOT NULL, words_before TEXT NOT NULL, -- of its link, and before it went by another name
    place TEXT NOT NULL,          -- the page or sitemap that lists it
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    gone_at TEXT,                 -- when its place listed it no more
    declined_at TEXT              -- when a person said that it need not be watched
) STRICT, WITHOUT ROWID;
"""

_COLUMNS = (
    "url, site, kind, words, words_before, place, first_seen, last_seen, gone_at, declined_at"
)


class Listings:
    """The policy pages that providers list."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[ListedPage]:
        """Give every page that was ever listed, the first seen first."""
        rows = self._connection.rows(f"SELECT {_COLUMNS} FROM listings ORDER BY first_seen, url")
        return [_page(row) for row in rows]

    def update(self, pages: Iterable[ListedPage]) -> None:
        """Write pages as they are listed now."""
        self._connection.write_all(
            f"INSERT OR REPLACE INTO listings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(each) for each in pages],
        )

    def decline(self, url: str, at: datetime) -> None:
        """Record that a person does not want a page watched. Raises NotFound when no place lists it."""
        if not self._connection.changed(
            "UPDATE listings SET declined_at = ? WHERE url = ?", (to_text(at), url)
        ):
            raise NotFound(f"{url} is not listed anywhere. `watcher discover --list` shows what is")


def _row(page: ListedPage) -> Row:
    return (
        page.url,
        page.site,
        page.kind.value,
        page.words,
        page.words_before,
        page.place,
        to_text(page.first_seen),
        to_text(page.last_seen),
        to_text_or_none(page.gone_at),
        to_text_or_none(page.declined_at),
    )


def _page(row: Row) -> ListedPage:
    url, site, kind, words, words_before, place, first_seen, last_seen, gone_at, declined_at = row
    return ListedPage(
        url=url,
        site=site,
        kind=SourceKind(kind),
        words=words,
        place=place,
        first_seen=from_text(first_seen),
        last_seen=from_text(last_seen),
        words_before=words_before,
        gone_at=from_text_or_none(gone_at),
        declined_at=from_text_or_none(declined_at),
    )
