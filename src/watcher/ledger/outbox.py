"""The outbox: what is to be told, written with what it tells; and of each channel, what it was told.

A delivery is marked before it is tried (`begin`) and after (`sent`). One that was begun and never marked again was cut
off: nobody knows whether it arrived, so it is tried again under the same number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import from_json, to_json
from watcher.ledger.times import from_text, from_text_or_none, to_text
from watcher.model import Delivery, Event

_EVENT = "outbox.id, outbox.name, outbox.change_id, outbox.alarm, outbox.added_at"
_WAITING = "sent_at IS NULL AND given_up_at IS NULL"


class Outbox:
    """What is to be told, and what became of it. `is_silent` keeps changes out: those of a record played again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_silent = False

    # ── what is to be told ───────────────────────────────────────────────────────────────────

    def add_change(self, change_id: int, at: datetime) -> None:
        """Have a change told; belongs into the transaction that records it."""
        if not self.is_silent:
            self._connection.write(
                "INSERT INTO outbox (name, change_id, added_at) VALUES (?, ?, ?)",
                (f"changes/{change_id}", change_id, to_text(at)),
            )

    def add_alarm(self, name: str, said: Mapping[str, str], at: datetime) -> None:
        """Have an alarm told, once for each name that it has."""
        self._connection.write(
            "INSERT INTO outbox (name, alarm, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (f"alarms/{name}", to_json(dict(said)), to_text(at)),
        )

    def knows_alarm(self, name: str) -> bool:
        """Whether an alarm of that name is here, told or not."""
        return (
            self._connection.row("SELECT 1 FROM outbox WHERE name = ?", (f"alarms/{name}",))
            is not None
        )

    def following(self, after: int) -> list[Event]:
        """Give what came after the event with the id `after`, oldest first."""
        rows = self._connection.rows(
            f"SELECT {_EVENT} FROM outbox WHERE id > ? ORDER BY id", (after,)
        )
        return [_event(row) for row in rows]

    def last(self) -> int:
        """Give the id of the newest event, 0 when there is none."""
        row = self._connection.row("SELECT coalesce(max(id), 0) FROM outbox")
        return int(row[0]) if row else 0

    # ── what channels are told ───────────────────────────────────────────────────────────────

    def sort(self, channel: str, events: Collection[int], until: int) -> None:
        """Decide that `channel` is told those `events`, and no other up to the one with the id `until`."""
        with self._connection.atomic():
            self._connection.write_all(
                "INSERT INTO deliveries (channel, event) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(channel, each) for each in sorted(events)],
            )
            self._connection.write(
                "UPDATE channels SET sorted_until = max(sorted_until, ?) WHERE name = ?",
                (until, channel),
            )

    def waiting(self, channel: str) -> list[Delivery]:
        """Give what `channel` is still to be told, oldest first."""
        rows = self._connection.rows(
            f"SELECT deliveries.id, batch, begun_at, in_doubt, {_EVENT} FROM deliveries "
            f"JOIN outbox ON outbox.id = event WHERE channel = ? AND {_WAITING} ORDER BY deliveries.id",
            (channel,),
        )
        return [
            Delivery(
                id=row[0],
                channel=channel,
                event=_event(row[4:]),
                batch=row[1],
                begun_at=from_text_or_none(row[2]),
                in_doubt=bool(row[3]),
            )
            for row in rows
        ]

    def number_waiting(self) -> dict[str, int]:
        """Give how much each channel is still to be told."""
        rows = self._connection.rows(
            f"SELECT channel, count(*) FROM deliveries WHERE {_WAITING} GROUP BY channel"
        )
        return dict(rows)

    def number_given_up(self, since: datetime) -> dict[str, int]:
        """Give how much each channel was never told, given up from `since` on."""
        rows = self._connection.rows(
            "SELECT channel, count(*) FROM deliveries WHERE given_up_at >= ? GROUP BY channel",
            (to_text(since),),
        )
        return dict(rows)

    def begin(self, deliveries: Collection[int], at: datetime) -> int:
        """Mark that those deliveries are tried, in one message; give the number that the message keeps."""
        batch = min(deliveries)
        self._mark(
            f"batch = {batch}, in_doubt = 1, begun_at = coalesce(begun_at, ?)", deliveries, at
        )
        return batch

    def sent(self, deliveries: Collection[int], at: datetime) -> None:
        """Mark that those deliveries arrived."""
        self._mark("sent_at = coalesce(sent_at, ?)", deliveries, at)

    def failed(self, deliveries: Collection[int], at: datetime) -> None:
        """Mark that those deliveries did not arrive, and are to be tried again."""
        self._mark("in_doubt = 0, begun_at = coalesce(begun_at, ?)", deliveries, at)

    def give_up(self, deliveries: Collection[int], at: datetime) -> None:
        """Mark that those deliveries are tried no more."""
        self._mark("given_up_at = ?", deliveries, at)

    def take_up(self, channel: str) -> int:
        """Have tried again what was given up for `channel`; give how much that is."""
        return self._connection.changed(
            "UPDATE deliveries SET given_up_at = NULL, begun_at = NULL, in_doubt = 0 "
            "WHERE channel = ? AND given_up_at IS NOT NULL",
            (channel,),
        )

    def _mark(self, what: str, deliveries: Collection[int], at: datetime) -> None:
        self._connection.write(
            f"UPDATE deliveries SET {what} WHERE id IN (SELECT value FROM json_each(?))",
            (to_text(at), to_json(sorted(deliveries))),
        )


def _event(row: Row) -> Event:
    row_id, name, change_id, alarm, added_at = row
    said = tuple(from_json(alarm).items()) if alarm else ()
    return Event(row_id, name, change_id, said, from_text(added_at))
