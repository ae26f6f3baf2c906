"""A small ledger that holds something in every table, most of it sealed, some of it let go, some of it waiting for a
seal: what inspections are tried on."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from watcher.ledger import Ledger
from watcher.ledger.findings import Finding
from watcher.ledger.inspection import Inspection
from watcher.ledger.schema import MIGRATIONS
from watcher.ledger.sums import register
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
    Comment,
    Correction,
    Decision,
    Difference,
    Document,
    Evidence,
    Hop,
    Judgement,
    KnownHost,
    ListedPage,
    Proposal,
    Review,
    Role,
    SecondReading,
    Significance,
    Slug,
    Snapshot,
    Source,
    SourceId,
    SourceKind,
    Stance,
    Suppression,
    Verdict,
    digest_of,
)

BEGUN = datetime(2025, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DATA, TERMS = SourceId("data"), SourceId("terms")


def make(path: Path) -> None:
    """Write the ledger to `path`, and close it."""
    sources = [
        Source(each, f"https://acme.example/{each}", str(each), SourceKind.DPA)
        for each in (DATA, TERMS)
    ]
    with Ledger.open(path) as ledger:
        ledger.sources.sync([], sources, BEGUN)
        for day in range(40):
            look(ledger, DATA, day, 30 + day // 20)
            ledger.seals.seal_when_due(BEGUN + day * DAY)
        look(ledger, TERMS, 40, 7)
        people(ledger)
        machines(ledger)
        ledger.seals.seal(BEGUN + 41 * DAY)
        ledger.collect(BEGUN + 30 * DAY, keep=5)
        waiting(ledger)


def look(ledger: Ledger, source: SourceId, day: int, days: int) -> None:
    """Look at a source whose page keeps inputs for `days` days and has a nonce."""
    at = BEGUN + day * DAY
    quote = f"Inputs are kept for {days} days — no longer."
    payload = f"<p>{quote}</p><!-- {day} -->".encode() * 9
    known = ledger.sources.known(source)
    with ledger.atomic():
        document_id = ledger.documents.add(
            source, Document((Block(BlockKind.PARAGRAPH, quote),), title="Data"), at
        )
        snapshot = Snapshot(
            source, at, digest_of(payload), "text/html", "https://acme.example/", True,
            headers=(("date", str(day)),), hops=(Hop("https://acme.example/old", 301),),
            document_id=document_id,
        )  # fmt: skip
        snapshot_id = ledger.snapshots.add(
            snapshot, payload, b"\xff\xd8 picture" if day in (5, 38) else b""
        )
        check = Check(source, at, Judgement(Verdict.OK, "page: new"), 200, snapshot_id=snapshot_id)
        check_id = ledger.checks.add(check)
        noise = Suppression("dates", Difference.CHANGED, str(day))
        ledger.suppressions.add(source, check_id, at, (noise,))
        claim = Claim("retention_days", days, Evidence(quote, 0))
        before = ledger.claims.current(source)
        ledger.claims.record(source, document_id, (claim,), at)
        if not before or before[0].value != days:
            difference = ClaimChange(
                Difference.CHANGED if before else Difference.ADDED,
                before[0] if before else None,
                claim,
            )
            change = Change(
                source, ChangeKind.CHANGE, known.snapshot_id, snapshot_id, at, at,
                Significance(5, ("a claim changed",)), claims=(difference,), title="Retention",
            )  # fmt: skip
            ledger.changes.add(change)
        ledger.memories.put(source, f"day {day}")
        ledger.sources.update(
            replace(
                known,
                snapshot_id=snapshot_id,
                payload_digest=digest_of(payload),
                document_id=document_id,
                last_check_at=at,
                last_good_at=at,
                etag=f'"{day}"',
            )
        )


def people(ledger: Ledger) -> None:
    """Decide, comment, correct and close."""
    at = BEGUN + 41 * DAY
    ledger.reviews.add(Review(1, Decision.ACCEPT, "ada", at, note="seen"))
    ledger.reviews.add(Review(2, Decision.AMEND, "ada", at, values={"retention_days": 31}))
    ledger.reviews.add(Review(1, Decision.UNDO, "bob", at, undoes=1))
    ledger.reviews.add(Review(1, Decision.ACCEPT, "bob", at))
    ledger.comments.add(Comment(1, "ada", at, "Odd wording."))
    item = Change(TERMS, ChangeKind.SOURCE, None, None, at, at, Significance(4, ()), title="Gone")
    ledger.changes.close(ledger.changes.add(item), at, "it is back")
    proposed = replace(item, kind=ChangeKind.CORRECTION, title="Correction")
    ledger.corrections.add(
        Correction(Slug("acme"), "retention_days", 8, at, "https://acme.example", "8 days"),
        proposed,
    )
    ledger.channels.sync([Channel("chat", Chat("CHAT_URL"))], at)
    ledger.outbox.sort("chat", [1, 2], 2)
    ledger.outbox.sent([ledger.outbox.waiting("chat")[0].id], at)
    ledger.hosts.update(KnownHost("acme.example", at, 2.5, 1))
    ada = ledger.accounts.add("ada", Role.ADMIN, "scrypt$1$2", at)
    ledger.accounts.grant(ada, "ab" * 32, "session", at)


def machines(ledger: Ledger) -> None:
    """Have the second reader heard, pages listed, and a unit of the cluster taken in."""
    at = BEGUN + 41 * DAY
    known = ledger.sources.known(DATA)
    claim = Claim("retention_days", 32, Evidence("32 days", 0))
    reading = SecondReading(
        DATA, known.document_id or 0, at, "model", "1", 40, (Proposal(claim, Stance.DIFFERS, 31),)
    )
    ledger.second.add_weighing(1, ledger.second.add(reading), 5)
    page = ListedPage(
        "https://acme.example/dpa", "acme.example", SourceKind.DPA, "DPA", "footer", at, at
    )
    ledger.listings.update([page])
    ledger.units.add("unit", at)
    ledger.unsettled.add(ledger.sources.standing()[0].id)


def waiting(ledger: Ledger) -> None:
    """Look, decide and comment without a seal, as what a killed sweep leaves."""
    at = BEGUN + 42 * DAY
    look(ledger, DATA, 42, 60)
    ledger.reviews.add(Review(3, Decision.DISMISS, "ada", at))
    ledger.comments.add(Comment(3, "ada", at, "Nothing new."))


def findings(path: Path) -> list[Finding]:
    """Give what an inspection of the ledger at `path` finds. Raises LedgerError when the file is refused."""
    with Ledger.open(path, create=False, read_only=True) as ledger:
        return list(Inspection(ledger).findings())


def dump(path: Path) -> list[object]:
    """Give every row of every table, and how the tables are declared, as SQLite gives them."""
    raw = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    raw.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    try:
        schema = raw.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()
        tables = [name for kind, name, _, _ in schema if kind == "table"]
        return [
            schema,
            *(sorted(map(repr, raw.execute(f"SELECT * FROM {each}"))) for each in tables),
        ]
    finally:
        raw.close()


def past_watcher(path: Path, *statements: str) -> None:
    """Alter a ledger as somebody would who knows SQLite, and lifts what refuses it."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute("BEGIN")
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        raw.execute(statement)
    register(raw)
    for _, sql in triggers:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.close()


def of_version(version: int, path: Path) -> None:
    """Write an empty ledger as the Watcher of that version made it: migrations are never edited."""
    raw = sqlite3.connect(path, isolation_level=None)
    register(raw)
    database = Database(raw, execute_plugins=False)
    later = [each.name for each in MIGRATIONS.pending(database)][version:]
    MIGRATIONS.apply(database, stop_before=later)
    raw.execute(f"PRAGMA user_version = {version}")
    raw.close()
