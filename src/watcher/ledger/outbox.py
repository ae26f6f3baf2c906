"""The outbox: notifications that are written with the change they tell, and ticked off once they are sent."""

from __future__ import annotations

from datetime import datetime

from watcher.ledger.connection import Connection
from watcher.ledger.times import to_text


class Outbox:
    """Notifications by change and channel; a change is put before a channel once, however often it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, change_id: int, channel: str, at: datetime) -> None:
        """Have a change told through a channel, unless it is already here, sent or not."""
        self._connection.write(
            "INSERT INTO outbox (change_id, channel, added_at) VALUES (?, ?, ?) "
            "ON CONFLICT (change_id, channel) DO NOTHING",
            (change_id, channel, to_text(at)),
        )

    def pending(self) -> list[tuple[int, int, str]]:
        """Give what is not sent yet, oldest first, as (id, change id, channel)."""
        return self._connection.rows(
            "SELECT id, change_id, channel FROM outbox WHERE sent_at IS NULL ORDER BY id"
        )

    def sent(self, notification: int, at: datetime) -> None:
        """Record that a notification was sent; the first time stands."""
        self._connection.write(
            "UPDATE outbox SET sent_at = ? WHERE id = ? AND sent_at IS NULL",
            (to_text(at), notification),
        )
