"""What the second reader said, apart from claims and from decisions; rows are added and never altered."""

from __future__ import annotations

from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import claim_as, claim_from, from_json, to_json, value_from
from watcher.ledger.sources import key_of
from watcher.ledger.times import from_text, to_text
from watcher.model import Proposal, SecondReading, SourceId, Stance

_MOST_FAILURES = 3
"""An answer about one document that could not be used so often will not be the next time."""

_COLUMNS = "source, document_id, read_at, model, prompt, characters, dropped, failure, answered"
# Documents of one digest say the same, also where our reader gave them another row.
_WAITING = """
SELECT sources.source_id, states.document_id
  FROM source_states AS states
  JOIN sources ON sources.id = states.source
  LEFT JOIN second_readings AS readings
    ON readings.source = states.source AND readings.model = ? AND readings.prompt = ?
   AND readings.document_id IN (
           SELECT id FROM documents WHERE source = states.source AND digest = states.document_digest)
 WHERE states.document_id IS NOT NULL AND sources.retired_at IS NULL
 GROUP BY states.source
HAVING coalesce(sum(readings.failure = ''), 0) = 0
   AND coalesce(sum(readings.failure <> '' AND readings.answered), 0) < ?
 ORDER BY count(readings.id), states.document_id DESC
 LIMIT ?
"""
_READ = (
    "readings.id, sources.source_id, readings.document_id, read_at, model, prompt, characters, dropped, "
    "failure, answered"
)
_SELECT = (
    f"SELECT {_READ} FROM second_readings AS readings JOIN sources ON sources.id = readings.source"
)
# In this order: from a change every step is by a key, while snapshots have no index by document.
_OF_CHANGE = """
  FROM changes
  CROSS JOIN snapshots ON snapshots.id = changes.after_snapshot
  CROSS JOIN documents ON documents.id = snapshots.document_id
  CROSS JOIN second_readings AS readings ON readings.source = changes.source AND failure = ''
  CROSS JOIN documents AS heard ON heard.id = readings.document_id AND heard.digest = documents.digest
  CROSS JOIN sources ON sources.id = changes.source
"""


class SecondReadings:
    """The requests to the second reader, what it proposed, and what that weighed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, reading: SecondReading) -> int:
        """Record a reading with its proposals and give its id. Raises NotFound for a source never declared."""
        row = (
            key_of(self._connection, reading.source_id),
            reading.document_id,
            to_text(reading.read_at),
            reading.model,
            reading.prompt,
            reading.characters,
            to_json(dict(reading.dropped)),
            reading.failure,
            int(reading.answered),
        )
        with self._connection.atomic():
            reading_id = self._connection.write(
                f"INSERT INTO second_readings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            self._connection.write_all(
                "INSERT INTO proposals (reading_id, claim, stance, ruled) VALUES (?, ?, ?, ?)",
                [
                    (
                        reading_id,
                        to_json(claim_as(each.claim)),
                        each.stance.value,
                        to_json(each.ruled),
                    )
                    for each in reading.proposals
                ],
            )
        return reading_id

    def waiting(self, model: str, prompt: str, limit: int) -> list[tuple[SourceId, int]]:
        """Give sources whose present document `model` was not yet heard on, with that document; the newest first.

        Those that were tried in vain come last; after three answers that could not be used, no more.
        """
        rows = self._connection.rows(_WAITING, (model, prompt, _MOST_FAILURES, limit))
        return [(SourceId(row[0]), row[1]) for row in rows]

    def latest(self, source_id: SourceId) -> SecondReading | None:
        """Give the last reading of a source that could be used, None when there is none."""
        row = self._connection.row(
            f"{_SELECT} WHERE sources.source_id = ? AND failure = '' ORDER BY readings.id DESC LIMIT 1",
            (source_id,),
        )
        return None if row is None else self._reading(row)

    def of(self, source_id: SourceId, limit: int = 20) -> list[SecondReading]:
        """Give the last readings of a source, also those that failed, newest first."""
        rows = self._connection.rows(
            f"{_SELECT} WHERE sources.source_id = ? ORDER BY readings.id DESC LIMIT ?",
            (source_id, limit),
        )
        return [self._reading(row) for row in rows]

    def of_change(self, change_id: int) -> SecondReading | None:
        """Give the last usable reading of what a change made of its page, None when there is none."""
        row = self._connection.row(
            f"SELECT {_READ} {_OF_CHANGE} WHERE changes.id = ? ORDER BY readings.id DESC LIMIT 1",
            (change_id,),
        )
        return None if row is None else self._reading(row)

    def unweighed(self) -> list[tuple[int, SecondReading]]:
        """Give every change with each usable reading of what it made of its page that was not weighed for it yet."""
        rows = self._connection.rows(
            f"SELECT changes.id, {_READ} {_OF_CHANGE} WHERE NOT EXISTS "
            "(SELECT 1 FROM weighings WHERE change_id = changes.id AND reading_id = readings.id)"
        )
        return [(row[0], self._reading(row[1:])) for row in rows]

    def newest(self) -> tuple[int, int]:
        """Give the ids of the newest change and of the newest reading: while both stay, there is nothing to weigh."""
        row = self._connection.row(
            "SELECT coalesce((SELECT max(id) FROM changes), 0), coalesce((SELECT max(id) FROM second_readings), 0)"
        )
        return (row[0], row[1]) if row else (0, 0)

    def add_weighing(self, change_id: int, reading_id: int, level: int) -> None:
        """Record the level of a change when a reading is heard: it can raise it in the queue, never lower it."""
        self._connection.write(
            "INSERT INTO weighings (change_id, reading_id, level, number) "
            "VALUES (?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM weighings))",
            (change_id, reading_id, level),
        )

    def _reading(self, row: Row) -> SecondReading:
        reading_id, source_id, document_id, read_at, model, prompt, characters, dropped, *end = row
        rows = self._connection.rows(
            "SELECT claim, stance, ruled FROM proposals WHERE reading_id = ? ORDER BY id",
            (reading_id,),
        )
        return SecondReading(
            source_id=SourceId(source_id),
            document_id=document_id,
            read_at=from_text(read_at),
            model=model,
            prompt=prompt,
            characters=characters,
            proposals=tuple(map(_proposal, rows)),
            dropped=tuple(from_json(dropped).items()),
            failure=end[0],
            answered=bool(end[1]),
            id=reading_id,
        )


def _proposal(row: Row) -> Proposal:
    claim, stance, ruled = row
    return Proposal(claim_from(from_json(claim)), Stance(stance), value_from(from_json(ruled)))
