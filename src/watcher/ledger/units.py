"""Units: which results of the cluster were taken in, written in the transaction that took them in."""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.ledger.connection import Connection
from watcher.ledger.times import to_text

KEPT = timedelta(days=90)
"""Results are removed from PostgreSQL at once; longer than this nobody puts an old backup of it back."""


class Units:
    """The units whose results are in this ledger."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_ingested(self, unit: str) -> bool:
        """Tell whether the result of `unit` is in this ledger."""
        row = self._connection.row("SELECT 1 FROM ingested_units WHERE unit = ?", (unit,))
        return row is not None

    def add(self, unit: str, at: datetime) -> None:
        """Note that the result of `unit` is in this ledger, to be called in the transaction that writes it."""
        self._connection.write("INSERT INTO ingested_units VALUES (?, ?)", (unit, to_text(at)))

    def forget_old(self, now: datetime) -> None:
        """Let go of units that were taken in longer than KEPT ago."""
        self._connection.write(
            "DELETE FROM ingested_units WHERE ingested_at < ?", (to_text(now - KEPT),)
        )
