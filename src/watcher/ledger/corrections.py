"""Corrections that readers sent, each with the change that stands for it in the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.ledger.changes import Changes
from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import from_json, to_json, value_from
from watcher.ledger.times import from_text, to_text
from watcher.model import Change, Correction, Slug

_COLUMNS = "change_id, offering, claim_id, value, evidence_url, quote, credit, sent_at"

_NUMBER = (
    "SELECT count(*) FROM (SELECT DISTINCT offering, claim_id, value, quote, sent_at FROM corrections "
    "WHERE sent_at >= ?)"
)


class Corrections:
    """The corrections of all readers."""

    def __init__(self, connection: Connection, changes: Changes) -> None:
        self._connection = connection
        self._changes = changes

    def add(self, correction: Correction, change: Change) -> Correction:
        """Record a correction with its change, both or neither, and give it with the change's id."""
        with self._connection.atomic():
            change_id = self._changes.add(change)
            row = (
                change_id,
                correction.offering,
                correction.claim_id,
                to_json(correction.value),
                correction.evidence_url,
                correction.quote,
                correction.credit,
                to_text(correction.sent_at),
            )
            self._connection.write("INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return replace(correction, change_id=change_id)

    def of(self, change_id: int) -> Correction | None:
        """Give the correction that a change stands for, if it stands for one."""
        row = self._connection.row(
            f"SELECT {_COLUMNS} FROM corrections WHERE change_id = ?", (change_id,)
        )
        return None if row is None else _correction(row)

    def following(self, after: int, limit: int) -> list[Correction]:
        """Give the corrections whose change has an id after `after`, oldest first: a page of all."""
        rows = self._connection.rows(
            f"SELECT {_COLUMNS} FROM corrections WHERE change_id > ? ORDER BY change_id LIMIT ?",
            (after, limit),
        )
        return list(map(_correction, rows))

    def number_since(self, since: datetime) -> int:
        """Give how many corrections came from `since` on; one with two items in the queue is one."""
        row = self._connection.row(_NUMBER, (to_text(since),))
        return int(row[0]) if row else 0


def _correction(row: Row) -> Correction:
    change_id, offering, claim_id, value, evidence_url, quote, credit, sent_at = row
    return Correction(
        offering=Slug(offering),
        claim_id=claim_id,
        value=value_from(from_json(value)),
        sent_at=from_text(sent_at),
        evidence_url=evidence_url,
        quote=quote,
        credit=credit,
        change_id=change_id,
    )
