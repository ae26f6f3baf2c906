"""The policy pages that providers list and nobody watches, as the ledger knows them."""

from __future__ import annotations

from collections.abc import Collection

from watcher.discovery.finds import Find, finds
from watcher.ledger import Ledger
from watcher.model import Source, Verdict

_LOST = (Verdict.GONE, Verdict.MOVED)


def found_in(ledger: Ledger, sources: Collection[Source]) -> tuple[Find, ...]:
    """Give what is worth a look among listed pages, beside the declared `sources`."""
    known = ledger.sources.all_known()
    lost = [each for each, of in known.items() if of.last_verdict in _LOST]
    return finds(ledger.listings.all(), sources, lost)


def as_data(find: Find) -> dict[str, object]:
    """Give a find as plain data."""
    page = find.page
    return {
        "find": find.kind,
        "url": page.url,
        "kind": page.kind,
        "words": page.words,
        "words_before": page.words_before or None,
        "place": page.place,
        "first_seen": page.first_seen,
        "last_seen": page.last_seen,
        "source": find.source,
        "because": find.reason,
    }
