"""The tables of notifications: what is to be told, to whom, and how that went."""

TELLING = """
DROP TABLE outbox;                -- of the first tables; no version wrote to it

CREATE TABLE outbox (             -- what is to be told, each written in one transaction with what it tells
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,    -- changes/12, alarms/...: part of the ids that receivers see
    change_id INTEGER REFERENCES changes,
    alarm TEXT,                   -- JSON: what was not looked at for too long
    added_at TEXT NOT NULL,
    CHECK ((change_id IS NULL) <> (alarm IS NULL))
) STRICT;

CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    declaration TEXT NOT NULL,    -- JSON, without secrets: they are named and stand in the environment
    declared_at TEXT NOT NULL,
    retired_at TEXT,              -- when it was first found missing from the declarations
    sorted_until INTEGER NOT NULL,-- the row of the outbox up to which it is decided what is told here
    digest_at TEXT NOT NULL,      -- when the last digest was made up
    sent_at TEXT,                 -- when something last arrived
    failures INTEGER NOT NULL DEFAULT 0, -- in a row
    failing_since TEXT, failure TEXT, retry_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (         -- what is told to a channel: a row for each event, once
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL REFERENCES channels,
    event INTEGER NOT NULL REFERENCES outbox,
    batch INTEGER,                -- those with one number go in one message
    begun_at TEXT,                -- before the first try
    in_doubt INTEGER NOT NULL DEFAULT 0, -- 1 while it is tried: found so later, it was cut off and may have arrived
    sent_at TEXT, given_up_at TEXT, -- after the last
    UNIQUE (channel, event)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (channel, id) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX deliveries_given_up ON deliveries (channel, given_up_at) WHERE given_up_at IS NOT NULL;
"""
