"""Checks: every look at every source, whatever came of it; rows are added and never altered."""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.ledger.connection import Connection, Row
from watcher.ledger.sources import key_of, unknown
from watcher.ledger.times import from_microseconds, to_microseconds
from watcher.model import Check, Judgement, SourceId, Verdict

_ADD = (
    "INSERT INTO checks (source, checked_at, verdict, signal, status, elapsed, snapshot_id) "
    "SELECT id, ?, ?, ?, ?, ?, ? FROM sources WHERE source_id = ?"
)
_SELECT = (
    "SELECT checks.id, checked_at, verdict, signal, status, elapsed, snapshot_id FROM checks "
    "WHERE source = ? ORDER BY checked_at DESC, id DESC LIMIT ?"
)
_FOLLOWING = (
    "SELECT id, checked_at, verdict, signal, status, elapsed, snapshot_id FROM checks "
    "WHERE source = ? AND id > ? ORDER BY id LIMIT ?"
)
_MICROSECOND = timedelta(microseconds=1)

_EVER = 2**63 - 1
"""A time after all others, in microseconds."""


class Checks:
    """The checks of all sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, check: Check) -> int:
        """Record a look and give its id. Raises NotFound when its source was never declared to this ledger."""
        row = (
            to_microseconds(check.checked_at),
            check.judgement.verdict.value,
            check.judgement.signal,
            check.status,
            check.elapsed // _MICROSECOND,
            check.snapshot_id,
            check.source_id,
        )
        cursor = self._connection.run(_ADD, row)
        if cursor.rowcount == 0:
            raise unknown(self._connection, check.source_id)
        return cursor.lastrowid or 0

    def latest(self, source_id: SourceId) -> Check | None:
        """Give the last look at a source, if there was one."""
        return next(iter(self.of(source_id, limit=1)), None)

    def of(self, source_id: SourceId, limit: int = 50) -> list[Check]:
        """Give the last looks at a source, newest first. Raises NotFound for a source never declared."""
        rows = self._connection.rows(_SELECT, (key_of(self._connection, source_id), limit))
        return [_check(source_id, row) for row in rows]

    def following(self, source_id: SourceId, after: int, limit: int) -> list[Check]:
        """Give the looks at a source recorded after the one with the id `after`, oldest first: a page of all."""
        rows = self._connection.rows(
            _FOLLOWING, (key_of(self._connection, source_id), after, limit)
        )
        return [_check(source_id, row) for row in rows]

    def has(self, source_id: SourceId, at: datetime) -> bool:
        """Whether there was a look at a source at exactly that time. Raises NotFound for a source never declared."""
        row = self._connection.row(
            "SELECT 1 FROM checks WHERE source = ? AND checked_at = ?",
            (key_of(self._connection, source_id), to_microseconds(at)),
        )
        return row is not None

    def count_by_verdict(self, since: datetime | None = None) -> dict[Verdict, int]:
        """Give the number of looks from `since` on, or of all, for each verdict that occurred."""
        rows = self._connection.rows(
            "SELECT verdict, count(*) FROM checks WHERE checked_at >= ? GROUP BY verdict",
            (to_microseconds(since) if since else 0,),
        )
        return {Verdict(verdict): count for verdict, count in rows}

    def tallies(self) -> dict[Verdict, tuple[int, timedelta]]:
        """Give how many looks were ever made and how long they took, by verdict; those let go since are counted."""
        rows = self._connection.rows(
            "SELECT verdict, number, elapsed FROM tallies ORDER BY verdict"
        )
        return {
            Verdict(verdict): (number, elapsed * _MICROSECOND) for verdict, number, elapsed in rows
        }

    def last_confirmed(self, source_id: SourceId, by: datetime | None = None) -> datetime | None:
        """Give the time of the last look, or the last one up to `by`, that saw the source as it is."""
        good = [verdict.value for verdict in Verdict if verdict.is_good]
        row = self._connection.row(
            f"SELECT checked_at FROM checks WHERE source = (SELECT id FROM sources WHERE source_id = ?) "
            f"AND verdict IN ({', '.join('?' * len(good))}) AND checked_at <= ? ORDER BY checked_at DESC LIMIT 1",
            (source_id, *good, to_microseconds(by) if by else _EVER),
        )
        return None if row is None else from_microseconds(row[0])


def _check(source_id: SourceId, row: Row) -> Check:
    check_id, checked_at, verdict, signal, status, elapsed, snapshot_id = row
    return Check(
        source_id=source_id,
        checked_at=from_microseconds(checked_at),
        judgement=Judgement(Verdict(verdict), signal),
        status=status,
        elapsed=elapsed * _MICROSECOND,
        snapshot_id=snapshot_id,
        id=check_id,
    )
