"""Screenshots: kept with the snapshot that they show, never altered."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from watcher.ledger import Ledger
from watcher.model import Snapshot, Source, SourceId, SourceKind, digest_of

PAGE, PICTURE = b"<p>A policy.", b"\xff\xd8\xff a picture"
SOURCE = Source(
    SourceId("page"), "https://a.example/", "A page", SourceKind.OTHER, every=timedelta(days=1)
)


@pytest.fixture
def kept(ledger: Ledger, noon):
    """A ledger that holds two snapshots, the first with a screenshot; and their ids."""
    ledger.sources.sync([], [SOURCE], noon)
    plain = Snapshot(SOURCE.id, noon, digest_of(PAGE), "text/html", SOURCE.url, good=True)
    return ledger, ledger.snapshots.add(plain, PAGE, PICTURE), ledger.snapshots.add(plain, PAGE)


def test_a_screenshot_comes_back_as_it_was(kept):
    ledger, pictured, plain = kept
    assert ledger.snapshots.screenshot(pictured) == PICTURE
    assert ledger.snapshots.get(pictured).screenshot_digest == digest_of(PICTURE)
    assert ledger.snapshots.screenshot(plain) is None
    assert ledger.snapshots.get(plain).screenshot_digest is None


@pytest.mark.parametrize(
    "attempt", ["UPDATE screenshots SET payload = 1", "DELETE FROM screenshots"]
)
def test_screenshots_are_append_only(kept, attempt):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        kept[0].connection.database.conn.execute(attempt)
