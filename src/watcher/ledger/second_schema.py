"""The tables of the second reader: what it was asked, what it proposed, and what that weighed."""

from __future__ import annotations

SECOND = """
CREATE TABLE second_readings (    -- a request to the second reader; append-only, also when it failed
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    document_id INTEGER NOT NULL REFERENCES documents,
    read_at TEXT NOT NULL,
    model TEXT NOT NULL, prompt TEXT NOT NULL, -- who was asked, and the version of the question
    characters INTEGER NOT NULL,  -- of the document that were sent
    dropped TEXT NOT NULL,        -- JSON: reason to number of what was not taken
    failure TEXT NOT NULL,        -- empty when the answer could be used
    answered INTEGER NOT NULL     -- 0: there was no answer at all
) STRICT;
CREATE INDEX second_readings_by_document ON second_readings (document_id);
CREATE INDEX second_readings_by_source ON second_readings (source, id);

CREATE TABLE proposals (          -- claims that it proposes; never a row of claims, never a decision
    id INTEGER PRIMARY KEY,
    reading_id INTEGER NOT NULL REFERENCES second_readings,
    claim TEXT NOT NULL,          -- JSON
    stance TEXT NOT NULL,         -- agrees, differs or alone
    ruled TEXT NOT NULL           -- JSON: what the rules read of the key then
) STRICT;
CREATE INDEX proposals_by_reading ON proposals (reading_id);

CREATE TABLE weighings (          -- the level of a change when the second reader is heard: never below its own
    change_id INTEGER NOT NULL REFERENCES changes,
    reading_id INTEGER NOT NULL REFERENCES second_readings,
    level INTEGER NOT NULL,
    PRIMARY KEY (change_id, reading_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER second_readings_refuse_update BEFORE UPDATE ON second_readings
BEGIN SELECT RAISE(ABORT, 'append-only: second_readings'); END;
CREATE TRIGGER second_readings_refuse_delete BEFORE DELETE ON second_readings
BEGIN SELECT RAISE(ABORT, 'append-only: second_readings'); END;
CREATE TRIGGER proposals_refuse_update BEFORE UPDATE ON proposals
BEGIN SELECT RAISE(ABORT, 'append-only: proposals'); END;
CREATE TRIGGER proposals_refuse_delete BEFORE DELETE ON proposals
BEGIN SELECT RAISE(ABORT, 'append-only: proposals'); END;
CREATE TRIGGER weighings_refuse_update BEFORE UPDATE ON weighings
BEGIN SELECT RAISE(ABORT, 'append-only: weighings'); END;
CREATE TRIGGER weighings_refuse_delete BEFORE DELETE ON weighings
BEGIN SELECT RAISE(ABORT, 'append-only: weighings'); END;
"""

HEARD = "max(level, coalesce((SELECT max(weighings.level) FROM weighings WHERE change_id = changes.id), 0))"
"""The level of a row of `changes` with the second reader heard."""
