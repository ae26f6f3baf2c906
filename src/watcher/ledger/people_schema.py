"""The tables of the desk: accounts and their passes, comments, corrections, and which changes say the same."""

from __future__ import annotations

PEOPLE = """
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL,           -- reader, reviewer or admin
    password TEXT NOT NULL,       -- its hash, with the way it was made
    added_at TEXT NOT NULL, closed_at TEXT
) STRICT;

CREATE TABLE passes (             -- what lets an account in: sessions and API tokens; only digests are kept
    digest TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts,
    purpose TEXT NOT NULL,        -- session or token
    label TEXT NOT NULL,
    made_at TEXT NOT NULL, ends_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX passes_by_account ON passes (account);

CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    change_id INTEGER NOT NULL REFERENCES changes,
    author TEXT NOT NULL, written_at TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX comments_by_change ON comments (change_id, id);

CREATE TABLE corrections (        -- what readers proposed; each is a change of kind correction
    change_id INTEGER PRIMARY KEY REFERENCES changes,
    offering TEXT NOT NULL, claim_id TEXT NOT NULL,
    value TEXT NOT NULL,          -- JSON
    evidence_url TEXT NOT NULL, quote TEXT NOT NULL, credit TEXT NOT NULL,
    sent_at TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_by_time ON corrections (sent_at);

CREATE TABLE same_changes (       -- changes with one mark say the same on several sources
    change_id INTEGER PRIMARY KEY REFERENCES changes,
    mark TEXT NOT NULL
) STRICT;
CREATE INDEX same_changes_by_mark ON same_changes (mark);

CREATE INDEX reviews_by_reviewer ON reviews (reviewer, id);

CREATE TRIGGER comments_refuse_update BEFORE UPDATE ON comments
BEGIN SELECT RAISE(ABORT, 'append-only: comments'); END;
CREATE TRIGGER comments_refuse_delete BEFORE DELETE ON comments
BEGIN SELECT RAISE(ABORT, 'append-only: comments'); END;
CREATE TRIGGER corrections_refuse_update BEFORE UPDATE ON corrections
BEGIN SELECT RAISE(ABORT, 'append-only: corrections'); END;
CREATE TRIGGER corrections_refuse_delete BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'append-only: corrections'); END;
"""
