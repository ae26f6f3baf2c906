"""The tables of the ledger, as numbered migrations that are applied in order and never edited once released."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from watcher.ledger.chain_schema import CHAIN, WIDER_CHAIN
from watcher.ledger.listings import LISTINGS
from watcher.ledger.people_schema import PEOPLE
from watcher.ledger.second_schema import SECOND
from watcher.ledger.sums import SUMS, guard
from watcher.ledger.telling_schema import TELLING
from watcher.ledger.views import VIEWS

APPLICATION_ID = 0x57544348
"""`WTCH`, in the header of every ledger: `file` and we ourselves tell it from other SQLite files."""

MIGRATIONS = Migrations("watcher")

VERSION = 11
"""Number of migrations; stands in `user_version`, so that opening an up-to-date ledger looks at nothing else."""

DECLARED = """
CREATE TABLE ledger (
    id TEXT NOT NULL,             -- made once, part of permanent feed ids
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE offerings (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL, provider TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, summary TEXT NOT NULL,
    official_site TEXT, official_docs TEXT, guidance TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    retired_at TEXT               -- when it was first found missing from the declarations
) STRICT;

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,       -- what other tables call `source`
    source_id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, authority TEXT NOT NULL,
    offerings TEXT NOT NULL,      -- JSON list of slugs
    every_seconds INTEGER NOT NULL,
    declared_at TEXT NOT NULL,
    retired_at TEXT,              -- when it was first found missing from the declarations
    fetch_mode TEXT               -- what worked last: http or browser
) STRICT;

CREATE TABLE source_states (      -- what is known before the next look; one row a source, rewritten at each check
    source INTEGER PRIMARY KEY REFERENCES sources,
    snapshot_id INTEGER REFERENCES snapshots, payload_digest TEXT,
    document_id INTEGER REFERENCES documents, document_digest TEXT,
    etag TEXT, last_modified TEXT,
    usual TEXT, doubt TEXT,       -- JSON
    last_check_at TEXT, last_verdict TEXT, last_good_at TEXT,
    failures INTEGER NOT NULL, pending INTEGER NOT NULL,
    next_due_at TEXT,
    read_by TEXT NOT NULL         -- the reader and rule pack that the document comes from
) STRICT;
CREATE INDEX source_states_by_due ON source_states (next_due_at);

CREATE TABLE memories (           -- earlier states that the comparison remembers, compressed JSON
    source INTEGER PRIMARY KEY REFERENCES sources, memory BLOB NOT NULL
) STRICT;
"""

SEEN = """
CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    checked_at INTEGER NOT NULL,  -- microseconds since 1970 UTC; the view check_history shows ISO times
    verdict TEXT NOT NULL,
    signal TEXT NOT NULL,
    status INTEGER,               -- of HTTP
    elapsed INTEGER NOT NULL,     -- microseconds
    snapshot_id INTEGER REFERENCES snapshots
) STRICT;
CREATE INDEX checks_by_source ON checks (source, checked_at);

CREATE TABLE payloads (           -- bytes, each stored once under its SHA-256
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    source INTEGER NOT NULL REFERENCES sources,
    strand TEXT NOT NULL,         -- like follows like: page, refused, document, headers
    size INTEGER NOT NULL,        -- before compression
    base INTEGER REFERENCES payloads, -- zstd prefix this one is compressed against; NULL in a key frame
    position INTEGER NOT NULL,    -- payloads of this strand since its key frame
    compressed BLOB NOT NULL,
    crc32 INTEGER NOT NULL        -- of the compressed bytes: says which link of a chain is damaged
) STRICT;
CREATE INDEX payloads_by_source ON payloads (source, strand, id);

CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    taken_at TEXT NOT NULL,
    payload INTEGER NOT NULL REFERENCES payloads,
    media_type TEXT NOT NULL,
    final_url TEXT NOT NULL,
    good INTEGER NOT NULL,        -- 1: may be compared; 0: kept and labelled, never a baseline
    headers INTEGER REFERENCES payloads,
    hops TEXT,                    -- JSON list of [url, status]
    fetched_with TEXT NOT NULL,
    seen_by TEXT,
    document_id INTEGER REFERENCES documents
) STRICT;
CREATE INDEX snapshots_by_source ON snapshots (source, id);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    payload INTEGER NOT NULL REFERENCES payloads, -- its JSON
    digest TEXT NOT NULL,         -- of its meaning: equal for documents that say the same
    reader TEXT NOT NULL,
    title TEXT NOT NULL,
    made_at TEXT NOT NULL,
    UNIQUE (source, payload)
) STRICT;
"""

SAID = """
CREATE TABLE claims (             -- intervals: a row for as long as a source states the same
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    claim_id TEXT NOT NULL,
    key TEXT NOT NULL, value TEXT NOT NULL, condition TEXT, scope TEXT NOT NULL, attributes TEXT NOT NULL,
    rule TEXT NOT NULL,
    quote TEXT NOT NULL, quote_start INTEGER NOT NULL, section TEXT NOT NULL, page INTEGER,
    document_id INTEGER NOT NULL REFERENCES documents, -- where the quote was last found
    seen_from TEXT NOT NULL, seen_until TEXT,
    cause TEXT NOT NULL,          -- why the row began: observed, or technical (we changed, not the page)
    ended_cause TEXT
) STRICT;
CREATE UNIQUE INDEX claims_standing ON claims (source, claim_id) WHERE seen_until IS NULL;
CREATE INDEX claims_by_source ON claims (source, claim_id, id);

CREATE TABLE suppressions (       -- what differed and was not told; a row for each rule in a check
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    check_id INTEGER REFERENCES checks,
    at TEXT NOT NULL,
    rule TEXT NOT NULL,
    number INTEGER NOT NULL,
    details BLOB NOT NULL         -- compressed JSON: what each would have said
) STRICT;
CREATE INDEX suppressions_by_source ON suppressions (source, id);
CREATE INDEX suppressions_by_time ON suppressions (at, rule, number);
"""

DECIDED = """
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    kind TEXT NOT NULL,
    before_snapshot INTEGER REFERENCES snapshots, after_snapshot INTEGER REFERENCES snapshots,
    changed_at TEXT NOT NULL, raised_at TEXT NOT NULL,
    level INTEGER NOT NULL, reasons TEXT NOT NULL, -- significance, 5 highest; JSON list
    title TEXT NOT NULL,
    claims TEXT NOT NULL,         -- JSON: difference, before, after
    blocks BLOB NOT NULL          -- compressed JSON: difference, before, after, words
) STRICT;
CREATE INDEX changes_by_source ON changes (source, kind, id);
CREATE INDEX changes_by_time ON changes (raised_at);

CREATE TABLE closings (           -- items that mended themselves, such as a source that is back
    change_id INTEGER PRIMARY KEY REFERENCES changes,
    closed_at TEXT NOT NULL, why TEXT NOT NULL
) STRICT;

CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    change_id INTEGER NOT NULL REFERENCES changes,
    decision TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    reason TEXT, note TEXT NOT NULL,
    amended TEXT NOT NULL,        -- JSON: claim id to value, null withdraws
    deferred_until TEXT,
    undoes INTEGER REFERENCES reviews
) STRICT;
CREATE INDEX reviews_by_change ON reviews (change_id, id);
CREATE INDEX reviews_undone ON reviews (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE outbox (             -- notifications, written with the change they tell
    id INTEGER PRIMARY KEY,
    change_id INTEGER NOT NULL REFERENCES changes,
    channel TEXT NOT NULL,
    added_at TEXT NOT NULL, sent_at TEXT,
    UNIQUE (change_id, channel)
) STRICT;
CREATE INDEX outbox_pending ON outbox (id) WHERE sent_at IS NULL;
"""

ROUND_THE_CLOCK = """
CREATE TABLE hosts (              -- what hosts asked for; those that never did have no row
    host TEXT PRIMARY KEY,
    not_before TEXT,              -- no request before then
    spacing REAL NOT NULL,        -- seconds between two requests, as its robots.txt asks
    refusals INTEGER NOT NULL     -- "too many" and "not now" in a row
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (            -- all checks ever made, also those that `watcher gc` let go
    verdict TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    elapsed INTEGER NOT NULL      -- microseconds, of all together
) STRICT, WITHOUT ROWID;
INSERT INTO tallies SELECT verdict, count(*), sum(elapsed) FROM checks GROUP BY verdict;
CREATE TRIGGER checks_tallied AFTER INSERT ON checks BEGIN
    INSERT INTO tallies VALUES (new.verdict, 1, new.elapsed)
        ON CONFLICT (verdict) DO UPDATE SET number = number + 1, elapsed = elapsed + new.elapsed;
END;

ALTER TABLE sources ADD COLUMN declaration TEXT NOT NULL DEFAULT '{}'; -- JSON: how it is fetched, read and timed
ALTER TABLE ledger ADD COLUMN declared_as TEXT; -- digest of the declarations that were taken over last
ALTER TABLE ledger ADD COLUMN host_rules TEXT NOT NULL DEFAULT '{}'; -- JSON: how they say that hosts are treated

CREATE INDEX source_states_by_check ON source_states (last_check_at);
"""

RENDERED = """
CREATE TABLE screenshots (        -- how a page looked that was rendered: a JPEG of the whole of it
    snapshot_id INTEGER PRIMARY KEY REFERENCES snapshots,
    payload INTEGER NOT NULL REFERENCES payloads
) STRICT;
CREATE TRIGGER screenshots_refuse_update BEFORE UPDATE ON screenshots
    BEGIN SELECT RAISE(ABORT, 'append-only: screenshots'); END;
CREATE TRIGGER screenshots_refuse_delete BEFORE DELETE ON screenshots
    BEGIN SELECT RAISE(ABORT, 'append-only: screenshots'); END;
"""

CLUSTER = """
CREATE TABLE ingested_units (     -- results of the cluster that were taken in, each with the rows that came of it
    unit TEXT PRIMARY KEY, ingested_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

UNSETTLED = """
CREATE TABLE unsettled (          -- sources that said something anew, and were not held against those beside them yet
    source INTEGER PRIMARY KEY REFERENCES sources
) STRICT;
CREATE INDEX source_states_failing ON source_states (source) WHERE failures > 0;
"""

_NEVER_ALTERED = ("checks", "reviews", "changes")
_NEVER_DELETED = ("checks", "snapshots", "reviews", "changes")
_SNAPSHOT_FACTS = "id, source, taken_at, payload, media_type, final_url, good, headers, hops, fetched_with, seen_by"


def _append_only() -> str:
    refusals = [("UPDATE", table, table) for table in _NEVER_ALTERED]
    refusals += [("DELETE", table, table) for table in _NEVER_DELETED]
    refusals += [
        (f"UPDATE OF {_SNAPSHOT_FACTS}", "snapshots", "snapshots (only its document may be set)")
    ]
    return "\n".join(
        f"CREATE TRIGGER {table}_refuse_{event.split()[0].lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {what}'); END;"
        for event, table, what in refusals
    )


@MIGRATIONS()
def m001_first_tables(database: Database) -> None:
    """Make the tables, the refusals of the append-only ones, and the views."""
    for script in (DECLARED, SEEN, SAID, DECIDED, _append_only(), VIEWS):
        for statement in _statements(script):
            database.conn.execute(statement)
    database.conn.execute(
        "INSERT INTO ledger VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
    )
    database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@MIGRATIONS()
def m002_round_the_clock(database: Database) -> None:
    """Make room for what hosts asked for, and count checks by verdict as they are made."""
    for statement in _statements(ROUND_THE_CLOCK):
        database.conn.execute(statement)


@MIGRATIONS()
def m003_people(database: Database) -> None:
    """Make room for accounts, comments, corrections, and for which changes say the same (those before say nothing)."""
    for statement in _statements(PEOPLE):
        database.conn.execute(statement)


@MIGRATIONS()
def m004_rendered(database: Database) -> None:
    """Make room for screenshots."""
    for statement in _statements(RENDERED):
        database.conn.execute(statement)


@MIGRATIONS()
def m005_second_reader(database: Database) -> None:
    """Make room for what the second reader proposes."""
    for statement in _statements(SECOND):
        database.conn.execute(statement)


@MIGRATIONS()
def m006_chain(database: Database) -> None:
    """Make room for the chain of seals, and for sums of what may be altered."""
    for statement in _statements(CHAIN + SUMS):
        database.conn.execute(statement)


@MIGRATIONS()
def m007_cluster(database: Database) -> None:
    """Make room for the units whose results were taken in."""
    for statement in _statements(CLUSTER):
        database.conn.execute(statement)


@MIGRATIONS()
def m008_listings(database: Database) -> None:
    """Make room for what providers list."""
    for statement in _statements(LISTINGS):
        database.conn.execute(statement)


@MIGRATIONS()
def m009_telling(database: Database) -> None:
    """Make room for channels and what each is told; the outbox begins anew, as nothing ever stood in it."""
    for statement in _statements(TELLING):
        database.conn.execute(statement)


@MIGRATIONS()
def m010_wider_chain(database: Database) -> None:
    """Have claims, the outbox, groups of changes and the second reader's words come under the chain too."""
    for statement in _statements(WIDER_CHAIN):
        database.conn.execute(statement)


@MIGRATIONS()
def m011_unsettled(database: Database) -> None:
    """Remember what a killed sweep had no time to hold against what stands beside it; find failing sources quickly."""
    for statement in _statements(UNSETTLED):
        database.conn.execute(statement)


def migrate(database: Database) -> None:
    """Bring the tables up to `VERSION`; to be called inside a transaction, which then holds all of it or nothing."""
    MIGRATIONS.apply(database)
    guard(database.conn)
    database.conn.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    # sqlite3's own executescript would commit the transaction that the migration belongs to.
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
