"""Changes: what deserves a look; rows are added and never altered, what became of them stands in reviews."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from watcher.errors import NotFound
from watcher.ledger.compression import compress, restore
from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import (
    block_change_as,
    block_change_from,
    claim_change_as,
    claim_change_from,
    from_bytes,
    from_json,
    to_bytes,
    to_json,
)
from watcher.ledger.outbox import Outbox
from watcher.ledger.second_schema import HEARD
from watcher.ledger.sources import key_of
from watcher.ledger.times import from_text, to_text
from watcher.model import Change, ChangeKind, Significance, SourceId

SELECT_CHANGES = (
    "SELECT changes.id, sources.source_id, changes.kind, before_snapshot, after_snapshot, changed_at, raised_at, "
    f"{HEARD} AS level, reasons, changes.title, claims, blocks FROM changes JOIN sources ON sources.id = changes.source"
)
_ADD = (
    "INSERT INTO changes (source, kind, before_snapshot, after_snapshot, changed_at, raised_at, level, reasons, title, "
    "claims, blocks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_WAITS = (
    "(status = 'open' OR status = 'deferred' AND (deferred_until IS NULL OR deferred_until <= ?))"
)
_WAITING = (
    f"{SELECT_CHANGES} JOIN change_status ON change_status.change_id = changes.id WHERE {_WAITS} "
    "ORDER BY level DESC, raised_at, changes.id"
)

_COMMON = (
    b'[{"difference":"moved","before":{"kind":"row","text":"|","path":[]},"after":{"kind":"code","text":"'
    b'[{"difference":"removed","before":{"kind":"heading","text":"","path":["",""],"links":[["","https://'
    b'[{"difference":"added","before":null,"after":{"kind":"item","text":"","path":["",""]},"words":[]},'
    b'[{"difference":"changed","before":{"kind":"paragraph","text":"We ","path":["Terms of "]},'
    b'"after":{"kind":"paragraph","text":"We ","path":["Terms of "]},'
    b'"words":[["same","We "],["removed","."],["added","."],["same","."]]}]'
)
"""What changed blocks are compressed against: what their JSON says around the words of a page. A changed sentence takes
115 bytes by it, and 180 without. Never to be altered, or what is held could not be read. Rows from before it was there
refer to nothing outside themselves, and are read in the same way.
"""

IMPORTED = "imported: part of a history that was taken over"
"""Why a change is closed that somebody else's record told of: it is history, and waits for nobody."""


class Changes:
    """The changes of all sources. Each goes into `outbox` with the transaction that records it."""

    def __init__(self, connection: Connection, outbox: Outbox) -> None:
        self._connection = connection
        self._outbox = outbox

    def add(self, change: Change) -> int:
        """Record a change and give its id. Raises NotFound for a source never declared."""
        row = (
            key_of(self._connection, change.source_id),
            change.kind.value,
            change.before_snapshot,
            change.after_snapshot,
            to_text(change.changed_at),
            to_text(change.raised_at),
            change.significance.level,
            to_json(change.significance.reasons),
            change.title,
            to_json([claim_change_as(each) for each in change.claims]),
            compress(to_bytes([block_change_as(each) for each in change.blocks]), _COMMON),
        )
        with self._connection.atomic():
            change_id = self._connection.write(_ADD, row)
            if change.mark:
                self._connection.write(
                    "INSERT INTO same_changes VALUES (?, ?)", (change_id, change.mark)
                )
            self._outbox.add_change(change_id, change.raised_at)
        return change_id

    def get(self, change_id: int) -> Change:
        """Give a change. Raises NotFound when there is none."""
        row = self._connection.row(f"{SELECT_CHANGES} WHERE changes.id = ?", (change_id,))
        if row is None:
            raise self._missing(change_id)
        return change_from(row)

    def several(self, change_ids: Collection[int]) -> dict[int, Change]:
        """Give those of the changes that there are, by id."""
        rows = self._connection.rows(
            f"{SELECT_CHANGES} WHERE changes.id IN (SELECT value FROM json_each(?))",
            (to_json(sorted(change_ids)),),
        )
        return {row[0]: change_from(row) for row in rows}

    def last(self) -> int:
        """Give the id of the newest change, 0 when there is none."""
        row = self._connection.row("SELECT coalesce(max(id), 0) FROM changes")
        return int(row[0]) if row else 0

    def imported(self) -> frozenset[int]:
        """Give the changes that came with a history that was taken over, by id: no news, whatever they tell."""
        rows = self._connection.rows("SELECT change_id FROM closings WHERE why = ?", (IMPORTED,))
        return frozenset(row[0] for row in rows)

    def following(self, after: int, limit: int) -> list[Change]:
        """Give the changes recorded after the one with the id `after`, oldest first: a page of all."""
        rows = self._connection.rows(
            f"{SELECT_CHANGES} WHERE changes.id > ? ORDER BY changes.id LIMIT ?", (after, limit)
        )
        return [change_from(row) for row in rows]

    def waiting(self, now: datetime) -> list[Change]:
        """Give what waits for a person: undecided, or deferred until a time that has come.

        Most significant first, then oldest. What was deferred without a time waits on, so that it is not lost.
        """
        return [change_from(row) for row in self._connection.rows(_WAITING, (to_text(now),))]

    def number_waiting(self, now: datetime) -> int:
        """Give how many changes wait for a person, without reading them."""
        row = self._connection.row(
            f"SELECT count(*) FROM change_status WHERE {_WAITS}", (to_text(now),)
        )
        return int(row[0]) if row else 0

    def all(
        self,
        since: datetime | None = None,
        source_id: SourceId | None = None,
        limit: int | None = None,
    ) -> list[Change]:
        """Give the changes raised from `since` on, of one source or of all, newest first, at most `limit`."""
        wanted, values = ["raised_at >= ?"], [to_text(since) if since else ""]
        if source_id is not None:
            wanted.append("sources.source_id = ?")
            values.append(source_id)
        rows = self._connection.rows(
            f"{SELECT_CHANGES} WHERE {' AND '.join(wanted)} ORDER BY raised_at DESC, changes.id DESC LIMIT ?",
            (*values, -1 if limit is None else limit),
        )
        return [change_from(row) for row in rows]

    def latest_source_item(self, source_id: SourceId) -> Change | None:
        """Give the last item raised about a source itself, whatever became of it."""
        row = self._connection.row(
            f"{SELECT_CHANGES} WHERE sources.source_id = ? AND changes.kind = ? ORDER BY changes.id DESC LIMIT 1",
            (source_id, ChangeKind.SOURCE.value),
        )
        return None if row is None else change_from(row)

    def unmended(self, kind: ChangeKind) -> list[Change]:
        """Give the changes of a kind that did not mend themselves, oldest first, whatever was decided on them."""
        rows = self._connection.rows(
            f"{SELECT_CHANGES} LEFT JOIN closings ON closings.change_id = changes.id "
            "WHERE changes.kind = ? AND closings.change_id IS NULL ORDER BY changes.id",
            (kind.value,),
        )
        return [change_from(row) for row in rows]

    def close(self, change_id: int, at: datetime, why: str) -> None:
        """Record that an item mended itself; the first time stands. Raises NotFound when there is no such change."""
        self.get(change_id)
        self._connection.write(
            "INSERT INTO closings (change_id, closed_at, why, number) "
            "VALUES (?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM closings)) ON CONFLICT DO NOTHING",
            (change_id, to_text(at), why),
        )

    def closed_because(self, change_id: int) -> str:
        """Give why an item mended itself; an empty text when it did not."""
        row = self._connection.row("SELECT why FROM closings WHERE change_id = ?", (change_id,))
        return "" if row is None else str(row[0])

    def status(self, change_id: int) -> str:
        """Give `open`, `deferred`, `accepted`, `amended`, `dismissed` or `closed`.

        The last decision that was not undone counts; without one, whether the item mended itself. Raises NotFound.
        """
        row = self._connection.row(
            "SELECT status FROM change_status WHERE change_id = ?", (change_id,)
        )
        if row is None:
            raise self._missing(change_id)
        return str(row[0])

    def _missing(self, change_id: int) -> NotFound:
        return NotFound(
            f"{self._connection.path}: there is no change {change_id}. `watcher changes` lists them."
        )


def change_from(row: Row) -> Change:
    """Give the change that a row of `SELECT_CHANGES` holds."""
    (row_id, source_id, kind, before, after, changed_at, raised_at, *said) = row
    level, reasons, title, claims, blocks = said
    return Change(
        source_id=SourceId(source_id),
        kind=ChangeKind(kind),
        before_snapshot=before,
        after_snapshot=after,
        changed_at=from_text(changed_at),
        raised_at=from_text(raised_at),
        significance=Significance(level, tuple(from_json(reasons))),
        claims=tuple(map(claim_change_from, from_json(claims))),
        blocks=tuple(map(block_change_from, from_bytes(restore(blocks, _COMMON)))),
        title=title,
        id=row_id,
    )
