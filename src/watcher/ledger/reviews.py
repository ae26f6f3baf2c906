"""Reviews: what people decided; the table itself refuses to alter or delete a row."""

from __future__ import annotations

from collections.abc import Collection

from watcher.errors import NotFound
from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import amended_from, from_json, to_json
from watcher.ledger.times import from_text, from_text_or_none, to_text, to_text_or_none
from watcher.model import Decision, DismissReason, Review

_SELECT = (
    "SELECT id, change_id, decision, reviewer, decided_at, reason, note, amended, "
    "deferred_until, undoes FROM reviews"
)
_ADD = (
    "INSERT INTO reviews (change_id, decision, reviewer, decided_at, reason, note, amended, deferred_until, undoes) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Reviews:
    """The decisions on all changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, review: Review) -> int:
        """Record a decision and give its id. Raises NotFound when there is no such change."""
        if self._connection.row("SELECT 1 FROM changes WHERE id = ?", (review.change_id,)) is None:
            raise NotFound(
                f"{self._connection.path}: there is no change {review.change_id} to decide on. "
                "`watcher changes` lists them."
            )
        row = (
            review.change_id,
            review.decision.value,
            review.reviewer,
            to_text(review.decided_at),
            None if review.reason is None else review.reason.value,
            review.note,
            to_json(dict(review.values)),
            to_text_or_none(review.until),
            review.undoes,
        )
        return self._connection.write(_ADD, row)

    def of(self, change_id: int) -> list[Review]:
        """Give the decisions on a change, oldest first."""
        return self._select("WHERE change_id = ? ORDER BY id", change_id)

    def of_several(self, change_ids: Collection[int]) -> list[Review]:
        """Give the decisions on some changes, oldest first."""
        wanted = "WHERE change_id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return self._select(wanted, to_json(sorted(change_ids)))

    def all(self) -> list[Review]:
        """Give every decision, oldest first: all that the registry is built from, with the changes they are on."""
        return self._select("ORDER BY id")

    def by(self, reviewer: str, limit: int = 500) -> list[Review]:
        """Give the last decisions of a person, newest first."""
        return self._select("WHERE reviewer = ? ORDER BY id DESC LIMIT ?", reviewer, limit)

    def following(self, after: int, limit: int) -> list[Review]:
        """Give the decisions recorded after the one with the id `after`, oldest first: a page of all."""
        return self._select("WHERE id > ? ORDER BY id LIMIT ?", after, limit)

    def latest(self) -> Review | None:
        """Give the decision that was recorded last, if there is one."""
        return next(iter(self._select("ORDER BY id DESC LIMIT 1")), None)

    def _select(self, wanted: str, *values: object) -> list[Review]:
        return [_review(row) for row in self._connection.rows(f"{_SELECT} {wanted}", values)]


def _review(row: Row) -> Review:
    row_id, change_id, decision, reviewer, decided_at, reason, note, amended, until, undoes = row
    return Review(
        change_id=change_id,
        decision=Decision(decision),
        reviewer=reviewer,
        decided_at=from_text(decided_at),
        reason=None if reason is None else DismissReason(reason),
        note=note,
        values=amended_from(from_json(amended)),
        until=from_text_or_none(until),
        undoes=undoes,
        id=row_id,
    )
