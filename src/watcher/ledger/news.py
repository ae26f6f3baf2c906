"""Changes as feeds ask for them: the newest of some sources, or of one claim key, however much there is besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from watcher.ledger.changes import IMPORTED, SELECT_CHANGES, change_from
from watcher.ledger.connection import Connection
from watcher.ledger.encoding import to_json
from watcher.model import Change, ChangeKind, SourceId

_OF_SOURCES = "sources.source_id IN (SELECT value FROM json_each(:sources))"
_NAMES_KEY = (
    # The first test is quick and lets most rows go by; the second is exact.
    "instr(changes.claims, :key) AND EXISTS (SELECT 1 FROM json_each(changes.claims) AS each "
    "WHERE :key IN (each.value ->> '$.before.key', each.value ->> '$.after.key'))"
)
_AMENDED_KEY = (
    "changes.id IN (SELECT change_id FROM reviews, json_each(amended) AS each "
    "WHERE each.key = :key OR substr(each.key, 1, length(:key) + 1) = :key || '@')"
)
_TOLD = (
    "(SELECT change_id, max(decided_at) AS last_at FROM reviews GROUP BY change_id "
    "HAVING max(decision IN ('accept', 'amend'))) AS told ON told.change_id = changes.id"
)


@dataclass(frozen=True, slots=True)
class About:
    """What a feed is about: changes of some sources, of one claim key, or of everything."""

    sources: Collection[SourceId] | None = None
    key: str | None = None


class News:
    """The newest changes about something."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def detected(self, about: About, limit: int) -> list[Change]:
        """Give the changes raised last, newest first, without first looks and what came with an imported history."""
        wanted = [
            f"changes.kind <> '{ChangeKind.FIRST_LOOK.value}'",
            "NOT EXISTS (SELECT 1 FROM closings WHERE change_id = changes.id AND why = :imported)",
        ]
        if about.key is not None:
            wanted.append(_NAMES_KEY)
        return self._select("", wanted, about, "changes.raised_at DESC", limit)

    def told(self, about: About, kinds: Iterable[ChangeKind], limit: int) -> list[Change]:
        """Give the changes of `kinds` that were ever accepted or amended, those decided on last first.

        A key that only a person named, in an amendment, counts as the change's own.
        """
        listed = ", ".join(f"'{kind.value}'" for kind in kinds)
        wanted = [f"changes.kind IN ({listed})"]
        if about.key is not None:
            wanted.append(f"({_NAMES_KEY} OR {_AMENDED_KEY})")
        return self._select(f"JOIN {_TOLD}", wanted, about, "told.last_at DESC", limit)

    def _select(
        self, join: str, wanted: list[str], about: About, order: str, limit: int
    ) -> list[Change]:
        if about.sources is not None:
            wanted = [*wanted, _OF_SOURCES]
        query = (
            f"{SELECT_CHANGES} {join} WHERE {' AND '.join(wanted)} "
            f"ORDER BY {order}, changes.id DESC LIMIT :limit"
        )
        values = {
            "sources": to_json(sorted(about.sources or ())),
            "key": about.key or "",
            "imported": IMPORTED,
            "limit": limit,
        }
        return [change_from(row) for row in self._connection.rows(query, values)]  # type: ignore[arg-type]  # named values
