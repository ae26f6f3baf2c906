"""The tables of the chain: seals, the leaves they stand on, what retention let go; and what came under it later."""

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

WIDER_CHAIN = """
DROP TRIGGER weighings_refuse_update;
ALTER TABLE weighings ADD COLUMN number INTEGER; -- in the order in which they were written
UPDATE weighings SET number = counted.number FROM (
    SELECT change_id, reading_id, row_number() OVER (ORDER BY reading_id, change_id) AS number FROM weighings
) AS counted WHERE (counted.change_id, counted.reading_id) = (weighings.change_id, weighings.reading_id);
CREATE UNIQUE INDEX weighings_by_number ON weighings (number);
CREATE TRIGGER weighings_refuse_update BEFORE UPDATE ON weighings
BEGIN SELECT RAISE(ABORT, 'append-only: weighings'); END;
CREATE TRIGGER same_changes_refuse_update BEFORE UPDATE ON same_changes
BEGIN SELECT RAISE(ABORT, 'append-only: same_changes'); END;
CREATE TRIGGER same_changes_refuse_delete BEFORE DELETE ON same_changes
BEGIN SELECT RAISE(ABORT, 'append-only: same_changes'); END;
CREATE TRIGGER outbox_refuse_update BEFORE UPDATE ON outbox
BEGIN SELECT RAISE(ABORT, 'append-only: outbox'); END;
CREATE TRIGGER outbox_refuse_delete BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'append-only: outbox'); END;
CREATE TRIGGER claims_refuse_update
BEFORE UPDATE OF id, source, claim_id, key, value, condition, scope, attributes, seen_from, cause ON claims
BEGIN SELECT RAISE(ABORT, 'append-only: claims (only where it was last found, and its end, may be set)'); END;
CREATE TRIGGER claims_refuse_delete BEFORE DELETE ON claims
BEGIN SELECT RAISE(ABORT, 'append-only: claims'); END;
"""
