"""What an inspection of a ledger finds broken, and how it reads tables that may be damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from watcher.ledger.connection import Connection

RESTORE = "Put a sound copy in its place: `watcher restore BACKUP`."


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken thing: which inspection met it, in which table and row, of which source, and what to do.

    `row` is the row's key as text, empty when the whole table or file is meant; so is `source` when none is meant.
    """

    step: str
    table: str
    row: str
    source: str
    what: str
    advice: str = RESTORE

    def __str__(self) -> str:
        place = f"{self.table} {self.row}".strip()
        of = f" (source {self.source})" if self.source else ""
        return f"{place}{of}: {self.what}. {self.advice}"


Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many rows it has seen, and how many there are."""


def silent(step: str, seen: int, number: int) -> None:
    """Show no progress."""


@contextmanager
def reading_as_stored(connection: Connection) -> Iterator[None]:
    """Read one state of the ledger, whatever is written meanwhile, and text also where it is no longer UTF-8."""
    raw = connection.database.conn
    raw.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    connection.write("BEGIN")
    try:
        yield
    finally:
        connection.write("ROLLBACK")
        raw.text_factory = str


class Sources:
    """The source ids by row id, and whose a row is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names: dict[object, str] = dict(connection.rows("SELECT id, source_id FROM sources"))

    def name(self, source: object) -> str:
        """Give the id of the source with that row id, empty for none."""
        return str(self._names.get(source, ""))

    def of_row(self, names: list[str], row: list[object]) -> str:
        """Give the id of the source of a row, by its columns; empty when they do not say."""
        columns = dict(zip(names, row, strict=True))
        if "source_id" in columns:
            return str(columns["source_id"])
        if "source" in columns:
            return self.name(columns["source"])
        change = columns.get("change_id")
        if change is None:
            return ""
        found = self._connection.row("SELECT source FROM changes WHERE id = ?", (change,))
        return self.name(found[0]) if found else ""
