"""Suppressions: what differed and was not told, counted by rule, and what each would have said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from watcher.ledger.compression import compress, restore
from watcher.ledger.connection import Connection
from watcher.ledger.encoding import from_bytes, suppression_as, suppression_from, to_bytes
from watcher.ledger.sources import key_of
from watcher.ledger.times import from_text, to_text
from watcher.model import SourceId, Suppression

_ADD = "INSERT INTO suppressions (source, check_id, at, rule, number, details) VALUES (?, ?, ?, ?, ?, ?)"


class Suppressions:
    """What was suppressed, for all sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        source_id: SourceId,
        check_id: int | None,
        at: datetime,
        suppressions: Iterable[Suppression],
    ) -> None:
        """Record what was suppressed at one check, a row for each rule."""
        by_rule: dict[str, list[Suppression]] = {}
        for suppression in suppressions:
            by_rule.setdefault(suppression.rule, []).append(suppression)
        if not by_rule:
            return
        source = key_of(self._connection, source_id)
        rows = [
            (
                source,
                check_id,
                to_text(at),
                rule,
                len(each),
                compress(to_bytes(list(map(suppression_as, each)))),
            )
            for rule, each in by_rule.items()
        ]
        self._connection.write_all(_ADD, rows)

    def of(self, source_id: SourceId, limit: int = 100) -> list[tuple[datetime, Suppression]]:
        """Give the last `limit` suppressions of a source with their times, newest first."""
        rows = self._connection.rows(
            "SELECT at, rule, details FROM suppressions WHERE source = ? ORDER BY id DESC LIMIT ?",
            (key_of(self._connection, source_id), limit),
        )
        found = [
            (from_text(at), suppression_from(rule, plain))
            for at, rule, details in rows
            for plain in from_bytes(restore(details))
        ]
        return found[:limit]

    def following(
        self, source_id: SourceId, after: int, limit: int
    ) -> list[tuple[int, datetime, list[Suppression]]]:
        """Give what was suppressed of a source in rows after the one with the id `after`: id, time, by one rule."""
        rows = self._connection.rows(
            "SELECT id, at, rule, details FROM suppressions WHERE source = ? AND id > ? ORDER BY id LIMIT ?",
            (key_of(self._connection, source_id), after, limit),
        )
        return [
            (
                row_id,
                from_text(at),
                [suppression_from(rule, plain) for plain in from_bytes(restore(details))],
            )
            for row_id, at, rule, details in rows
        ]

    def counts(self, since: datetime | None = None) -> dict[str, int]:
        """Give how often each rule suppressed something, from `since` on."""
        rows = self._connection.rows(
            "SELECT rule, sum(number) FROM suppressions WHERE at >= ? GROUP BY rule ORDER BY 2 DESC, rule",
            (to_text(since) if since else "",),
        )
        return dict(rows)

    def by_source(self, since: datetime) -> dict[SourceId, int]:
        """Give how much was suppressed for each source from `since` on."""
        rows = self._connection.rows(
            "SELECT source_id, sum(number) FROM suppressions JOIN sources ON sources.id = source "
            "WHERE at >= ? GROUP BY source_id",
            (to_text(since),),
        )
        return {SourceId(source_id): number for source_id, number in rows}
