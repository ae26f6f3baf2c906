"""The tables of the chain: seals, the leaves they stand on, and what retention let go."""

from __future__ import annotations

CHAIN = """
CREATE TABLE seals (              -- each holds the rows added since the one before it, and the digest of that one
    id INTEGER PRIMARY KEY,
    sealed_at TEXT NOT NULL,
    contents TEXT NOT NULL,       -- JSON: {"rows": [[table, first id, last id, SHA-256 of its leaves]], "gone": …}
    digest BLOB NOT NULL          -- SHA-256 of the digest before, the id, the time and the contents
) STRICT;

CREATE TABLE leaves (             -- 16 bytes of SHA-256 for each id from first to last; zeros where there was no row
    id INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL REFERENCES seals,
    noun TEXT NOT NULL,           -- their table
    first INTEGER NOT NULL, last INTEGER NOT NULL,
    leaves BLOB                   -- NULL when retention let all of them go
) STRICT;
CREATE INDEX leaves_by_noun ON leaves (noun, last);
CREATE INDEX leaves_by_seal ON leaves (seal);

CREATE TABLE gone (               -- rows that retention let go
    id INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL REFERENCES seals,
    noun TEXT NOT NULL,
    ranges BLOB NOT NULL          -- compressed text: 1-4,6
) STRICT;

ALTER TABLE closings ADD COLUMN number INTEGER; -- in the order in which they were written
UPDATE closings SET number = (SELECT count(*) FROM closings AS others
    WHERE (others.closed_at, others.change_id) <= (closings.closed_at, closings.change_id));
CREATE UNIQUE INDEX closings_by_number ON closings (number);

CREATE TRIGGER closings_refuse_update BEFORE UPDATE ON closings
BEGIN SELECT RAISE(ABORT, 'append-only: closings'); END;
CREATE TRIGGER closings_refuse_delete BEFORE DELETE ON closings
BEGIN SELECT RAISE(ABORT, 'append-only: closings'); END;
CREATE TRIGGER documents_refuse_update BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'append-only: documents'); END;
CREATE TRIGGER suppressions_refuse_update BEFORE UPDATE ON suppressions
BEGIN SELECT RAISE(ABORT, 'append-only: suppressions'); END;
CREATE TRIGGER seals_refuse_update BEFORE UPDATE ON seals
BEGIN SELECT RAISE(ABORT, 'append-only: seals'); END;
CREATE TRIGGER seals_refuse_delete BEFORE DELETE ON seals
BEGIN SELECT RAISE(ABORT, 'append-only: seals'); END;
CREATE TRIGGER leaves_refuse_delete BEFORE DELETE ON leaves
BEGIN SELECT RAISE(ABORT, 'append-only: leaves'); END;
"""
