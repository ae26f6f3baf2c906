"""What may go with time: old looks that nothing stands on. Never the proof of a change, a claim, a decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from watcher.errors import LedgerError
from watcher.ledger.connection import Connection
from watcher.ledger.payloads import Payloads
from watcher.ledger.seals import SEALED, Seals
from watcher.ledger.times import to_microseconds, to_text

_NEWEST = "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY source ORDER BY id DESC) AS place FROM {table})"

_CHECKS = f"""
CREATE TEMP TABLE staying_checks AS
SELECT id FROM checks WHERE checked_at >= :microseconds
UNION {_NEWEST.format(table="checks")} WHERE place <= :keep
UNION SELECT max(id) FROM checks WHERE verdict IN ('ok', 'unchanged') GROUP BY source
UNION SELECT check_id FROM suppressions WHERE at >= :text AND check_id IS NOT NULL
UNION SELECT check_id FROM suppressions WHERE id = (SELECT max(id) FROM suppressions) AND check_id IS NOT NULL
"""
_SNAPSHOTS = f"""
CREATE TEMP TABLE staying_snapshots AS
SELECT id FROM snapshots WHERE taken_at >= :text
UNION {_NEWEST.format(table="snapshots")} WHERE place <= :keep
UNION SELECT snapshot_id FROM checks WHERE id IN staying_checks AND snapshot_id IS NOT NULL
UNION SELECT min(id) FROM snapshots WHERE document_id IN (SELECT document_id FROM claims) GROUP BY source, document_id
UNION SELECT max(id) FROM snapshots WHERE document_id IN (SELECT document_id FROM claims) GROUP BY source, document_id
"""
_FIRST_CHECKS = """
INSERT INTO staying_checks SELECT min(id) FROM checks WHERE snapshot_id IN staying_snapshots GROUP BY snapshot_id
"""
_LET_GO = {
    "suppressions": "at < :text AND (check_id IS NULL OR check_id NOT IN staying_checks)",
    "checks": "id NOT IN staying_checks",
    "screenshots": "snapshot_id NOT IN staying_snapshots",
    "snapshots": "id NOT IN staying_snapshots",
}
"""What goes, in an order in which nothing that stays ever points to what went."""

_GUARDED = ("checks", "snapshots", "screenshots")
"""Tables that refuse deletion by trigger; the refusal is lifted inside the one transaction that collects."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """How many rows went, and how many bytes of payloads."""

    checks: int
    suppressions: int
    snapshots: int
    documents: int
    payloads: int
    bytes: int


class _Undone(Exception):
    """Ends a transaction that was only tried."""


class Retention:
    """Lets old rows go, in one transaction: all of it, or nothing."""

    def __init__(self, connection: Connection, payloads: Payloads, seals: Seals) -> None:
        self._connection = connection
        self._payloads = payloads
        self._seals = seals

    def collect(self, before: datetime, keep: int, *, dry_run: bool = False) -> LetGo:
        """Let go of looks from before `before` that are not among the newest `keep` of their source.

        What stays besides: every snapshot and document that a change, a claim of any time, a review or the present
        state of a source stands on, the look that first saw it, and the last good look at each source. Raises
        LedgerError, and lets nothing go, should a row that stays point to one that goes.
        """
        times = {"text": to_text(before), "microseconds": to_microseconds(before), "keep": keep}
        found: LetGo | None = None
        # Without it SQLite would search all checks for each snapshot that goes; everything is verified at the end.
        self._connection.write("PRAGMA foreign_keys = OFF")
        try:
            with self._connection.atomic():
                found = self._collect(times)
                if dry_run:
                    raise _Undone
        except _Undone:
            pass
        finally:
            self._connection.write("PRAGMA foreign_keys = ON")
        assert found is not None  # or an error was raised
        return found

    def _collect(self, times: dict[str, object]) -> LetGo:
        at = datetime.now(UTC)
        self._seals.seal(at)  # what goes was sealed as it was
        self._choose(times)
        with self._guards_lifted():
            gone = {table: self._delete(table, which, times) for table, which in _LET_GO.items()}
        gone["documents"] = self._delete("documents", self._unreferenced("documents"), {})
        gone["payloads"] = self._unused_payloads()
        size = self._payloads.size()
        self._payloads.drop(gone["payloads"])
        self._seals.let_go(gone, at)
        for table in ("staying_checks", "staying_snapshots"):
            self._connection.write(f"DROP TABLE temp.{table}")
        self._verify()
        return LetGo(
            len(gone["checks"]),
            len(gone["suppressions"]),
            len(gone["snapshots"]),
            len(gone["documents"]),
            len(gone["payloads"]),
            size - self._payloads.size(),
        )

    def _choose(self, times: dict[str, object]) -> None:
        """Make the tables of what stays."""
        self._run(_CHECKS, times)
        self._run(_SNAPSHOTS, times)
        for table, column in self._referrers("snapshots"):
            if table not in ("checks", "screenshots"):
                self._run(
                    f"INSERT INTO staying_snapshots SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
                )
        self._run(_FIRST_CHECKS)

    def _delete(self, table: str, which: str, values: dict[str, object]) -> list[int]:
        """Delete rows and give their ids.

        The newest row of a table stays, so that no id is ever given twice; a screenshot has that of its snapshot.
        """
        key = SEALED[table]
        stays = "" if table == "screenshots" else f"AND {key} < (SELECT max({key}) FROM {table})"
        deleted = f"DELETE FROM {table} WHERE ({which}) {stays} RETURNING {key}"
        return [int(row[0]) for row in self._connection.run(deleted, values)]

    def _unused_payloads(self) -> list[int]:
        unused = self._unreferenced("payloads", but={"payloads"})
        rows = self._connection.rows(
            f"SELECT id FROM payloads WHERE {unused} AND id < (SELECT max(id) FROM payloads) ORDER BY id"
        )
        return [int(row[0]) for row in rows]

    def _unreferenced(self, parent: str, but: set[str] | None = None) -> str:
        """Give the condition under which no row of another table points to a row of `parent`."""
        pointers = [
            f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
            for table, column in self._referrers(parent)
            if table not in (but or set())
        ]
        return f"id NOT IN ({' UNION '.join(pointers)})"

    def _referrers(self, parent: str) -> list[tuple[str, str]]:
        """Give every table and column that points to rows of `parent`, also those of later versions."""
        return self._connection.rows(
            'SELECT tables.name, pointer."from" FROM sqlite_master AS tables '
            "JOIN pragma_foreign_key_list(tables.name) AS pointer "
            "WHERE tables.type = 'table' AND pointer.\"table\" = ? ORDER BY 1, 2",
            (parent,),
        )

    @contextmanager
    def _guards_lifted(self) -> Iterator[None]:
        guards = self._connection.rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN (?, ?, ?)",
            [f"{table}_refuse_delete" for table in _GUARDED],
        )
        for name, _ in guards:
            self._run(f"DROP TRIGGER {name}")
        yield
        for _, sql in guards:
            self._run(sql)

    def _verify(self) -> None:
        broken = self._connection.rows("PRAGMA foreign_key_check")
        if broken:
            raise LedgerError(
                f"{self._connection.path}: {broken[0][0]} would point to {broken[0][2]} that went, so nothing was let "
                "go. Please report this."
            )

    def _run(self, sql: str, values: dict[str, object] | None = None) -> int:
        return self._connection.run(sql, values or {}).rowcount
