"""Memories: what the comparison remembers of earlier states of a source; its text is its own business."""

from __future__ import annotations

from watcher.ledger.compression import compress, restore
from watcher.ledger.connection import Connection
from watcher.ledger.sources import key_of
from watcher.model import SourceId


class Memories:
    """One text for each source."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, source_id: SourceId) -> str | None:
        """Give what was put last for a source, if anything was."""
        row = self._connection.row(
            "SELECT memory FROM memories JOIN sources ON sources.id = memories.source WHERE source_id = ?",
            (source_id,),
        )
        return None if row is None else restore(row[0]).decode("utf-8", "surrogatepass")

    def put(self, source_id: SourceId, memory: str) -> None:
        """Put a text in place of the one before. Raises NotFound for a source never declared."""
        self._connection.write(
            "INSERT OR REPLACE INTO memories VALUES (?, ?)",
            (
                key_of(self._connection, source_id),
                compress(memory.encode("utf-8", "surrogatepass")),
            ),
        )
