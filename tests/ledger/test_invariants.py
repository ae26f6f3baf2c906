"""The invariants of design.md, as far as the ledger keeps them; each test bears the number and words of one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from watcher.ledger import Ledger
from watcher.model import (
    Block,
    BlockKind,
    Change,
    ChangeKind,
    Channel,
    Chat,
    Check,
    Claim,
    ClaimChange,
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
    Suppression,
    Verdict,
    digest_of,
)

DATA = SourceId("data")
DAY = timedelta(days=1)
QUOTE = "Inputs are kept for 30 days."
UNIT_OF_WORK = Path(__file__).with_name("unit_of_work.py")


def check(at: datetime, verdict: Verdict) -> Check:
    return Check(DATA, at, Judgement(verdict, f"told: {verdict}"))


def claim(days: int, quote: str = QUOTE) -> Claim:
    return Claim("retention_days", days, Evidence(quote, 0))


def change(at: datetime, *claims: ClaimChange) -> Change:
    return Change(DATA, ChangeKind.CHANGE, None, None, at, at, Significance(5, ()), claims=claims)


# 1. A check leaves a row, whatever happens.


def test_invariant_1_every_verdict_leaves_a_row(ledger: Ledger, noon: datetime) -> None:
    for number, verdict in enumerate(Verdict):
        ledger.checks.add(check(noon + number * DAY, verdict))
    assert [each.judgement.verdict for each in ledger.checks.of(DATA)] == list(Verdict)[::-1]
    assert ledger.checks.count_by_verdict(noon) == dict.fromkeys(Verdict, 1)


def test_invariant_1_checked_at_is_the_last_check_that_could_see(
    ledger: Ledger, noon: datetime
) -> None:
    assert ledger.last_confirmed(DATA) is None
    ledger.checks.add(check(noon, Verdict.OK))
    ledger.checks.add(check(noon + DAY, Verdict.UNCHANGED))
    for verdict in Verdict:
        if not verdict.is_good:
            ledger.checks.add(check(noon + 2 * DAY, verdict))
    assert ledger.last_confirmed(DATA) == noon + DAY


# 2. A payload that is not ok is kept, labelled, and never a baseline.


def test_invariant_2_a_refused_payload_is_kept_and_labelled(ledger: Ledger, noon: datetime) -> None:
    def snapshot(payload: bytes, good: bool) -> Snapshot:
        return Snapshot(DATA, noon, digest_of(payload), "text/html", "https://acme.example/", good)

    good = ledger.snapshots.add(snapshot(b"policy", True), b"policy")
    refused = ledger.snapshots.add(snapshot(b"are you human?", False), b"are you human?")
    assert [each.id for each in ledger.snapshots.of(DATA)] == [refused, good]
    assert [each.id for each in ledger.snapshots.of(DATA, good_only=True)] == [good]
    assert ledger.snapshots.payload(refused) == b"are you human?"


# 3. One transaction, after the payload. Kill the process anywhere: nothing is lost, nothing is told twice.


def work(path: Path, kill_at: int) -> str:
    command = [sys.executable, str(UNIT_OF_WORK), str(path), str(kill_at)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def held(path: Path) -> dict[str, int]:
    with Ledger.open(path) as ledger:
        assert ledger.connection.rows("PRAGMA integrity_check") == [("ok",)]
        assert ledger.connection.rows("PRAGMA foreign_key_check") == []
        for row in ledger.connection.rows("SELECT id FROM payloads"):
            ledger.payloads.get_row(row[0])
        counts = ledger.statistics()
        states = len([each for each in ledger.sources.all_known().values() if each.last_check_at])
        memories = 1 if ledger.memories.get(DATA) else 0
    after_the_payload = {
        "documents", "snapshots", "checks", "claims", "suppressions", "changes", "outbox"
    }  # fmt: skip
    return {name: counts[name] for name in after_the_payload} | {
        "states": states,
        "memories": memories,
    }


@pytest.fixture
def started(tmp_path: Path, noon: datetime, source_named: Callable[[str], Source]) -> Path:
    path = tmp_path / "killed" / "watcher.db"
    with Ledger.open(path) as ledger:
        ledger.sources.sync([], [source_named("data")], noon)
    return path


def test_invariant_3_killed_at_any_statement_all_of_a_look_is_held_or_none(started: Path) -> None:
    empty = held(started)
    kill_at, said = 0, ""
    while "finished" not in said:
        kill_at += 1
        said = work(started, kill_at)
        if "committed" in said:
            break
        assert held(started) == empty, f"half a look is held after a kill at statement {kill_at}"
    assert kill_at > 25
    assert set(held(started).values()) == {1}
    with Ledger.open(started) as ledger:
        assert [event.name for event in ledger.outbox.following(0)] == ["changes/1"]


def test_invariant_3_a_change_is_told_once_to_a_channel(ledger: Ledger, noon: datetime) -> None:
    ledger.channels.sync([Channel("mail", Chat("A")), Channel("chat", Chat("B"))], noon)
    ledger.changes.add(change(noon))
    (event,) = ledger.outbox.following(0)
    for channel in ("mail", "chat", "mail"):
        ledger.outbox.sort(channel, [event.id], event.id)
    (mail,) = ledger.outbox.waiting("mail")
    ledger.outbox.sent([mail.id], noon)
    ledger.outbox.sort("mail", [event.id], event.id)
    assert ledger.outbox.number_waiting() == {"chat": 1}


# 4. A machine's value and a person's decision are separate rows; neither overwrites the other.


def test_invariant_4_neither_a_reading_nor_a_decision_touches_the_other(
    ledger: Ledger, noon: datetime
) -> None:
    document_id = ledger.documents.add(DATA, Document((Block(BlockKind.PARAGRAPH, QUOTE),)), noon)
    ledger.claims.record(DATA, document_id, (claim(30),), noon)
    difference = ClaimChange(Difference.ADDED, None, claim(30))
    change_id = ledger.changes.add(change(noon, difference))
    ledger.reviews.add(
        Review(change_id, Decision.AMEND, "ada", noon, values={"retention_days": 31})
    )
    assert [each.value for each in ledger.claims.current(DATA)] == [30]
    assert ledger.changes.get(change_id).claims == (difference,)
    ledger.claims.record(DATA, document_id, (claim(90),), noon + DAY)
    assert [review.values for review in ledger.reviews.all()] == [{"retention_days": 31}]


@pytest.mark.parametrize("table", ["checks", "snapshots", "changes", "reviews"])
def test_invariant_4_what_was_seen_and_decided_cannot_be_altered_or_deleted(
    ledger: Ledger, noon: datetime, table: str
) -> None:
    ledger.checks.add(check(noon, Verdict.OK))
    payload = b"policy"
    snapshot = Snapshot(DATA, noon, digest_of(payload), "text/html", "https://acme.example/", True)
    snapshot_id = ledger.snapshots.add(snapshot, payload)
    ledger.reviews.add(Review(ledger.changes.add(change(noon)), Decision.ACCEPT, "ada", noon))
    before = ledger.connection.rows(f"SELECT * FROM {table}")
    for statement in (
        f"DELETE FROM {table}",
        f"UPDATE {table} SET id = id + 1",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger.connection.write(statement)
    assert ledger.connection.rows(f"SELECT * FROM {table}") == before
    document_id = ledger.documents.add(DATA, Document(()), noon)
    ledger.snapshots.read_as(snapshot_id, document_id)
    assert ledger.snapshots.get(snapshot_id).document_id == document_id


# 6. What we suppress, we count and can show.


def test_invariant_6_what_is_suppressed_is_counted_and_shown(
    ledger: Ledger, noon: datetime
) -> None:
    noise = [
        Suppression("dates", Difference.CHANGED, "Updated 2 March", "Updated 1 March"),
        Suppression("dates", Difference.CHANGED, "© 2026", "© 2025"),
        Suppression("rotation", Difference.ADDED, "What our customers say"),
    ]
    ledger.suppressions.add(DATA, None, noon, noise)
    ledger.suppressions.add(DATA, None, noon + DAY, noise[2:])
    assert ledger.suppressions.counts() == {"dates": 2, "rotation": 2}
    assert ledger.suppressions.counts(noon + DAY) == {"rotation": 1}
    assert ledger.suppressions.of(DATA, limit=2)[0] == (noon + DAY, noise[2])
    assert {each for _, each in ledger.suppressions.of(DATA)} == set(noise)
