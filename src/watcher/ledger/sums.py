"""A sum of every row that no seal holds: what was altered past Watcher, or by a failing disk, is found and named.

Rows that are only ever added are held by the chain of seals (seals.py), and have a sum until they are. All others have
one for as long as they are there: a CRC-32 in `sums`, which triggers keep. Whoever writes by other means has no
`row_sum`, and is refused by SQLite.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.ledger.seals import SEALED, WHOLLY_SEALED

SUMS = """
CREATE TABLE sums (               -- CRC-32 of the rows that may be altered, kept by triggers
    noun TEXT NOT NULL,           -- their table
    row ANY NOT NULL,             -- their key
    sum INTEGER NOT NULL,
    PRIMARY KEY (noun, row)
) STRICT, WITHOUT ROWID;
"""

_THE_CHAIN = {"seals", "leaves", "gone"}
"""The chain holds itself, and the sums are what holds."""

_LEFT_OUT = {"payloads": {"compressed"}}
"""Columns without a sum: the compressed bytes have a CRC of their own."""


@dataclass(frozen=True, slots=True)
class Summed:
    """A table whose rows have sums: the expression of its key, its columns, and whether only rows in no seal do."""

    table: str
    key: str
    columns: tuple[str, ...]
    until_sealed: bool

    @property
    def which(self) -> str:
        """Give the condition under which a row has a sum."""
        if not self.until_sealed:
            return "true"
        sealed = f"SELECT max(last) FROM leaves WHERE noun = '{self.table}'"
        return f"{self.key_of(self.table)} > coalesce(({sealed}), 0)"

    def key_of(self, row: str) -> str:
        """Give the expression of the key of `row`, which is `new` or `old` or the table."""
        return self.key.replace("{row}", row)


def row_sum(*values: object) -> int:
    """Give the CRC-32 of a row's values."""
    return zlib.crc32(repr(values).encode("utf-8", "surrogatepass"))


def register(connection: sqlite3.Connection) -> None:
    """Let the triggers of `connection` sum rows."""
    connection.create_function("row_sum", -1, row_sum, deterministic=True)


def summed_tables(connection: sqlite3.Connection) -> Iterator[Summed]:
    """Give the tables whose rows have sums: all but the chain itself, also those of later versions."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    for (table,) in tables:
        if table in _THE_CHAIN or table == "sums":
            continue
        columns = connection.execute(
            "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (table,)
        ).fetchall()
        is_sealed = table in WHOLLY_SEALED
        keys = [name for name, place in columns if place] or ["rowid"]
        if is_sealed:
            keys = [SEALED[table]]
        # The plus keeps SQLite from converting what it is compared with, which would pass by the index of `sums`.
        key = " || '|' || ".join(f'+{{row}}."{name}"' for name in keys)
        kept = tuple(name for name, _ in columns if name not in _LEFT_OUT.get(table, ()))
        yield Summed(table, key, kept, is_sealed)


def guard(connection: sqlite3.Connection) -> None:
    """Make the triggers anew and sum every row; to be called whenever the tables have been altered."""
    stale = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_summed\\_%' ESCAPE '\\'"
    ).fetchall()
    for (name,) in stale:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM sums")
    for summed in list(summed_tables(connection)):
        for statement in _statements(summed):
            connection.execute(statement)


def _statements(summed: Summed) -> Iterator[str]:
    table = summed.table
    named = ", ".join(f'"{name}"' for name in summed.columns)
    new = ", ".join(f'new."{name}"' for name in summed.columns)
    keep = (
        f"INSERT INTO sums VALUES ('{table}', {summed.key_of('new')}, row_sum({new})) "
        "ON CONFLICT DO UPDATE SET sum = excluded.sum;"
    )
    forget = f"DELETE FROM sums WHERE noun = '{table}' AND row = {summed.key_of('old')};"
    moved = f"{summed.key_of('old')} IS NOT {summed.key_of('new')}"
    yield (
        f"INSERT INTO sums SELECT '{table}', {summed.key_of(table)}, row_sum({named}) FROM {table} "
        f"WHERE {summed.which}"
    )
    yield f"CREATE TRIGGER {table}_summed_insert AFTER INSERT ON {table} BEGIN {keep} END"
    if summed.until_sealed:
        return  # never altered, and removed only once they are sealed
    yield f"CREATE TRIGGER {table}_summed_update AFTER UPDATE OF {named} ON {table} BEGIN {keep} END"
    yield (
        f"CREATE TRIGGER {table}_summed_move AFTER UPDATE OF {named} ON {table} WHEN {moved} BEGIN {forget} END"
    )
    yield f"CREATE TRIGGER {table}_summed_delete AFTER DELETE ON {table} BEGIN {forget} END"
