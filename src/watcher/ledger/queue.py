"""The queue: what waits for a person, asked for page by page, the same change on several sources as one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import from_json, to_json
from watcher.ledger.second_schema import HEARD
from watcher.ledger.times import to_text
from watcher.model import ChangeKind, SourceId

_DEFERRED = "(status = 'deferred' AND (deferred_until IS NULL OR deferred_until <= :now))"
_STATES = {
    "waiting": f"(status = 'open' OR {_DEFERRED})",
    "deferred": f"(status = 'deferred' AND NOT {_DEFERRED})",
    "decided": "status IN ('accepted', 'amended', 'dismissed')",
    "closed": "status = 'closed'",
    "all": "true",
}
"""What may be asked for, by name."""

_ITEMS = f"""
WITH items AS MATERIALIZED (
    SELECT changes.id, {HEARD} AS level, raised_at, kind, coalesce(mark, changes.id) AS mark
      FROM changes
      JOIN change_status ON change_status.change_id = changes.id
      LEFT JOIN same_changes ON same_changes.change_id = changes.id
     WHERE {{wanted}})
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the queue is asked for; what is None or left out does not narrow it.

    `state` is waiting, deferred, decided, closed or all. `reviewer` is who decided, deferred or undid something there.
    """

    state: str = "waiting"
    sources: Collection[SourceId] | None = None
    kind: ChangeKind | None = None
    raised_since: datetime | None = None
    raised_before: datetime | None = None
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items and groups of them there are, and how many items of each level, 5 to 1."""

    items: int = 0
    groups: int = 0
    by_level: dict[int, int] = field(default_factory=dict)


class Queue:
    """What waits, and what was decided, for pages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self, asked: Asked, now: datetime, limit: int = 50, offset: int = 0
    ) -> list[tuple[int, ...]]:
        """Give groups of change ids, the most significant group first, then the oldest.

        What is decided comes newest first. The first id of a group is the one that came first.
        """
        first = asked.state in ("waiting", "deferred")
        query = (
            f"{_items(asked)} SELECT json_group_array(id) FROM (SELECT * FROM items ORDER BY id) "
            "GROUP BY mark "
            f"ORDER BY {'max(level) DESC, min(raised_at), min(id)' if first else 'max(raised_at) DESC, max(id) DESC'} "
            "LIMIT :limit OFFSET :offset"
        )
        values = {**_values(asked, now), "limit": limit, "offset": offset}
        return [tuple(from_json(row[0])) for row in self._rows(query, values)]

    def counts(self, asked: Asked, now: datetime) -> Counts:
        """Give how many there are of what is asked for."""
        groups = "(SELECT count(DISTINCT mark) FROM items)"
        query = f"{_items(asked)} SELECT level, count(*), {groups} FROM items GROUP BY level"
        rows = self._rows(query, _values(asked, now))
        by_level = {level: number for level, number, _ in sorted(rows, reverse=True)}
        return Counts(sum(by_level.values()), rows[0][2] if rows else 0, by_level)

    def after(self, change_id: int, asked: Asked, now: datetime) -> int | None:
        """Give the change that comes after `change_id` in the order of the queue, or the first one when none does."""
        query = (
            f"{_items(asked)} SELECT items.id FROM items, (SELECT {HEARD} AS level, raised_at, id "
            "FROM changes WHERE id = :here) "
            "AS here WHERE items.id <> :here ORDER BY (-items.level, items.raised_at, items.id) > "
            "(-here.level, here.raised_at, here.id) DESC, items.level DESC, items.raised_at, items.id LIMIT 1"
        )
        rows = self._rows(query, {**_values(asked, now), "here": change_id})
        return rows[0][0] if rows else None

    def same_as(self, change_id: int, now: datetime) -> list[int]:
        """Give the other changes that wait and say the same as this one."""
        query = (
            f"{_items(Asked())} SELECT id FROM items WHERE id <> :here "
            "AND mark = (SELECT mark FROM same_changes WHERE change_id = :here) ORDER BY id"
        )
        return [row[0] for row in self._rows(query, {**_values(Asked(), now), "here": change_id})]

    def reviewers(self) -> list[str]:
        """Give everybody who ever decided something, by name."""
        return [
            row[0]
            for row in self._connection.rows("SELECT DISTINCT reviewer FROM reviews ORDER BY 1")
        ]

    def _rows(self, query: str, values: dict[str, object]) -> list[Row]:
        return self._connection.rows(query, values)  # type: ignore[arg-type]  # named values


def _items(asked: Asked) -> str:
    wanted = [_STATES[asked.state]]
    if asked.sources is not None:
        wanted.append(
            "source IN (SELECT sources.id FROM sources WHERE source_id IN (SELECT value FROM json_each(:sources)))"
        )
    if asked.kind is not None:
        wanted.append("kind = :kind")
    if asked.raised_since is not None:
        wanted.append("raised_at >= :since")
    if asked.raised_before is not None:
        wanted.append("raised_at < :before")
    if asked.reviewer is not None:
        wanted.append(
            "changes.id IN (SELECT change_id FROM reviews WHERE reviews.reviewer = :reviewer)"
        )
    return _ITEMS.format(wanted=" AND ".join(wanted))


def _values(asked: Asked, now: datetime) -> dict[str, object]:
    return {
        "now": to_text(now),
        "sources": None if asked.sources is None else to_json(sorted(asked.sources)),
        "kind": asked.kind.value if asked.kind else None,
        "since": to_text(asked.raised_since) if asked.raised_since else None,
        "before": to_text(asked.raised_before) if asked.raised_before else None,
        "reviewer": asked.reviewer,
    }
