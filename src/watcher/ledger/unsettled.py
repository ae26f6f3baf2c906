"""Unsettled: sources that said something anew, and were not held against those beside them yet."""

from __future__ import annotations

from collections.abc import Collection

from watcher.ledger.connection import Connection
from watcher.ledger.encoding import to_json
from watcher.model import SourceId


class Unsettled:
    """Sources whose claims still have to be held against those beside them; a killed sweep leaves some behind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, source_id: SourceId) -> None:
        """Note that a source says something anew, to be called in the transaction that records it."""
        self._connection.write(
            "INSERT OR IGNORE INTO unsettled SELECT id FROM sources WHERE source_id = ?",
            (source_id,),
        )

    def all(self) -> set[SourceId]:
        """Give the sources that are unsettled."""
        # CROSS JOIN is SQLite's word for "in this order": it would run through all sources otherwise.
        rows = self._connection.rows(
            "SELECT source_id FROM unsettled CROSS JOIN sources ON sources.id = source"
        )
        return {SourceId(row[0]) for row in rows}

    def settle(self, settled: Collection[SourceId]) -> None:
        """Note that these are settled, to be called in the transaction that records what was found."""
        self._connection.write(
            "DELETE FROM unsettled WHERE source IN "
            "(SELECT id FROM sources WHERE source_id IN (SELECT value FROM json_each(?)))",
            (to_json(sorted(settled)),),
        )
