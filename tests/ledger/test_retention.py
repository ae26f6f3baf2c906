"""What `watcher gc` lets go of, and above all what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import NotFound
from watcher.ledger import Ledger
from watcher.model import (
    Block,
    BlockKind,
    Change,
    ChangeKind,
    Check,
    Claim,
    Decision,
    Difference,
    Document,
    Evidence,
    Judgement,
    Review,
    Significance,
    Snapshot,
    Source,
    SourceId,
    SourceKind,
    Suppression,
    Verdict,
    digest_of,
)

BEGUN = datetime(2025, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCES = [SourceId("data"), SourceId("terms")]


@contextmanager
def new_ledger(folder: Path) -> Iterator[Ledger]:
    sources = [
        Source(each, f"https://acme.example/{each}", each, SourceKind.DPA) for each in SOURCES
    ]
    with Ledger.open(folder / "watcher.db") as ledger:
        ledger.sources.sync([], sources, BEGUN)
        yield ledger


def look(ledger: Ledger, source: SourceId, day: int, text: int, kind: str) -> None:
    """Look at a source as a sweep does: `kind` says what came of it, `text` which text the page had."""
    at = BEGUN + day * DAY
    quote = f"Inputs are kept for {text} days."
    payload = f"<p>{quote}</p><!-- {day if kind == 'noise' else 0} -->".encode() * 20
    good = kind != "refused"
    known = ledger.sources.known(source)
    with ledger.atomic():
        document_id = None
        if good:
            document = Document((Block(BlockKind.PARAGRAPH, quote),))
            document_id = ledger.documents.add(source, document, at)
        new = known.payload_digest != digest_of(payload)
        snapshot_id = known.snapshot_id
        if new:
            snapshot = Snapshot(
                source, at, digest_of(payload), "text/html", "https://acme.example/", good,
                headers=(("date", str(day)),), document_id=document_id,
            )  # fmt: skip
            snapshot_id = ledger.snapshots.add(snapshot, payload)
        verdict = Verdict.BLOCKED if not good else Verdict.OK if new else Verdict.UNCHANGED
        check = Check(source, at, Judgement(verdict, kind), 200, snapshot_id=snapshot_id)
        check_id = ledger.checks.add(check)
        if kind == "noise":
            noise = Suppression("dates", Difference.CHANGED, str(day))
            ledger.suppressions.add(source, check_id, at, (noise,))
        if not good or document_id is None:
            return
        ledger.claims.record(
            source, document_id, (Claim("retention_days", text, Evidence(quote, 0)),), at
        )
        if kind == "change" and new:
            change = Change(
                source, ChangeKind.CHANGE, known.snapshot_id, snapshot_id, at, at,
                Significance(3, ("why",)),
            )  # fmt: skip
            change_id = ledger.changes.add(change)
            if text % 2:
                ledger.reviews.add(Review(change_id, Decision.ACCEPT, "ada", at))
        ledger.sources.update(
            replace(
                known,
                snapshot_id=snapshot_id,
                payload_digest=digest_of(payload),
                document_id=document_id,
                last_check_at=at,
                last_good_at=at,
            )
        )


def facts(ledger: Ledger) -> list[object]:
    """Give all that people may ask for, read back to the last byte."""
    changes = ledger.changes.all()
    shown = [
        (snapshot, ledger.snapshots.payload(snapshot), ledger.snapshots.get(snapshot))
        for change in changes
        for snapshot in (change.before_snapshot, change.after_snapshot)
        if snapshot is not None
    ]
    at_the_time = [ledger.snapshots.at(change.source_id, change.changed_at) for change in changes]
    claims = [ledger.claims.history(source, "retention_days") for source in SOURCES]
    quoted = [ledger.documents.get(row.document_id) for rows in claims for row in rows]
    known = [ledger.sources.known(source) for source in SOURCES]
    now = [ledger.snapshots.payload(each.snapshot_id) for each in known if each.snapshot_id]
    confirmed = [ledger.last_confirmed(source) for source in SOURCES]
    reviews = ledger.reviews.all()
    tallies = ledger.checks.tallies()
    return [changes, shown, at_the_time, claims, quoted, known, now, confirmed, reviews, tallies]


looks = st.lists(
    st.tuples(
        st.sampled_from(SOURCES),
        st.integers(1, 4),
        st.sampled_from(["same", "noise", "noise", "change", "refused"]),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(history=looks, older_than=st.integers(-5, 70), keep=st.integers(1, 5))
def test_nothing_that_something_stands_on_goes(
    history: list[tuple[SourceId, int, str]], older_than: int, keep: int
) -> None:
    """Invariants 4 and 5, whatever the history: what people may ask for is the same before and after."""
    with TemporaryDirectory() as folder, new_ledger(Path(folder)) as ledger:
        for day, (source, text, kind) in enumerate(history):
            look(ledger, source, day, text, kind)
        before = facts(ledger)

        ledger.collect(BEGUN + older_than * DAY, keep)

        assert facts(ledger) == before
        assert ledger.connection.rows("PRAGMA foreign_key_check") == []
        for (row,) in ledger.connection.rows("SELECT id FROM payloads"):
            ledger.payloads.get_row(row)
        newest = [ledger.checks.of(source, limit=keep) for source in SOURCES]
        made = [sum(1 for each in history if each[0] == source) for source in SOURCES]
        assert [len(each) for each in newest] == [min(keep, number) for number in made]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with new_ledger(tmp_path) as ledger:
        yield ledger


def a_year_of_noise(ledger: Ledger) -> None:
    for day in range(300):
        look(ledger, SOURCES[0], day, 30, "noise")


def test_a_year_of_noise_goes_but_for_the_newest(ledger: Ledger) -> None:
    a_year_of_noise(ledger)

    gone = ledger.collect(BEGUN + 290 * DAY, keep=5)

    assert gone.checks == 300 - 10 - 1, (
        "all but the last ten days, and the look that saw the claim first"
    )
    assert gone.snapshots == 300 - 10 - 1
    assert ledger.collect(BEGUN + 290 * DAY, keep=5).checks == 0


def test_a_long_history_is_stored_again_in_short_chains(ledger: Ledger) -> None:
    a_year_of_noise(ledger)
    ledger.collect(BEGUN + 200 * DAY, keep=5)
    look(ledger, SOURCES[0], 300, 31, "change")

    positions = [
        row[0]
        for row in ledger.connection.rows(
            "SELECT position FROM payloads WHERE strand = 'page' ORDER BY id"
        )
    ]
    assert positions == list(range(len(positions)))
    assert len(positions) == 102


def test_a_dry_run_lets_nothing_go(ledger: Ledger) -> None:
    a_year_of_noise(ledger)
    before = ledger.statistics()

    tried = ledger.collect(BEGUN + 290 * DAY, keep=5, dry_run=True)

    counted = {name: number for name, number in before.items() if name != "bytes_on_disk"}
    after = ledger.statistics()
    assert {name: after[name] for name in counted} == counted
    assert tried == ledger.collect(BEGUN + 290 * DAY, keep=5)


def test_the_refusals_to_delete_stand_again_afterwards(ledger: Ledger) -> None:
    look(ledger, SOURCES[0], 0, 30, "change")
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    before = ledger.connection.rows(triggers)
    ledger.collect(BEGUN, keep=1)

    assert ledger.connection.rows(triggers) == before
    assert ledger.connection.row("PRAGMA foreign_keys") == (1,)


def test_compacting_gives_the_room_back(ledger: Ledger) -> None:
    a_year_of_noise(ledger)
    ledger.collect(BEGUN + 400 * DAY, keep=1)

    assert ledger.compact() > 0
    facts(ledger)


def test_what_went_is_said_not_to_be_there(ledger: Ledger) -> None:
    a_year_of_noise(ledger)
    ledger.collect(BEGUN + 400 * DAY, keep=1)

    with pytest.raises(NotFound):
        ledger.snapshots.payload(150)
