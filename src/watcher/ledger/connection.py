"""The one door to SQLite: statements, transactions, and SQLite's errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from sqlite_utils import Database

from watcher.errors import LedgerBusy, LedgerError, LedgerFull, LedgerUnusable

Row = tuple[Any, ...]

_TAKE_THE_PEN = "DELETE FROM ledger WHERE false"

_TROUBLES: dict[int, tuple[type[LedgerError], str]] = {
    sqlite3.SQLITE_FULL: (
        LedgerFull,
        "{path}: no space is left to write to. Nothing that was held is lost; free some space and sweep again.",
    ),
    sqlite3.SQLITE_READONLY: (
        LedgerFull,
        "{path}: cannot be written, it or its folder is read-only. Give yourself write permission there, "
        "or name another ledger with --ledger.",
    ),
    sqlite3.SQLITE_IOERR: (
        LedgerFull,
        "{path}: the disk failed to read or write ({detail}). Check the disk and its free space, then try again; "
        "what was committed is still held.",
    ),
    sqlite3.SQLITE_BUSY: (
        LedgerBusy,
        "{path}: another process has been writing to it for too long. Try again when it is done.",
    ),
    sqlite3.SQLITE_LOCKED: (
        LedgerBusy,
        "{path}: another process has been writing to it for too long. Try again when it is done.",
    ),
    sqlite3.SQLITE_NOTADB: (
        LedgerUnusable,
        "{path}: is not a ledger (not a SQLite database). Name the right file with --ledger, or move this one away.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        LedgerUnusable,
        "{path}: is damaged or was only half written ({detail}). Put a backup in its place; what can still be read "
        "of it, `sqlite3 {path} .recover` shows.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        LedgerUnusable,
        "{path}: cannot be opened. Check that its folder exists and that you may read and write there.",
    ),
    sqlite3.SQLITE_PERM: (
        LedgerUnusable,
        "{path}: may not be opened by you. Check its permissions.",
    ),
}
"""SQLite's primary result codes that a person can do something about. All others are bugs and stay as they are."""


_DAMAGED = ("Could not decode", "unsupported file format")
"""Words without a code of their own: text that is no longer UTF-8 (Python's), another number in a header (SQLite's)."""


def explain(error: sqlite3.Error, path: Path) -> NoReturn:
    """Raise the LedgerError that says what `error` means for the ledger at `path`, or `error` itself if it is a bug."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if str(error).startswith(_DAMAGED):
        code = sqlite3.SQLITE_CORRUPT
    if code not in _TROUBLES:
        raise error
    kind, message = _TROUBLES[code]
    raise kind(message.format(path=path, detail=error)) from error


class Connection:
    """One connection to one ledger, for one thread."""

    def __init__(self, database: Database, path: Path, *, read_only: bool) -> None:
        self.database = database
        self.path = path
        self.read_only = read_only
        self._raw = database.conn
        self._when_undone: list[Callable[[], None]] = []

    def run(self, sql: str, values: Sequence[object] | dict[str, object]) -> sqlite3.Cursor:
        """Run one statement, its values by place or by name, and give its cursor."""
        try:
            return self._raw.execute(sql, values)
        except UnicodeEncodeError:
            # A page may hold half a surrogate pair (JSON escapes allow it); SQLite's text cannot.
            sql.encode()  # but where the statement itself holds half a pair, the file's own words are damaged
            if isinstance(values, dict):
                return self.run(sql, {name: _encodable(each) for name, each in values.items()})
            return self.run(sql, [_encodable(value) for value in values])
        except UnicodeDecodeError as error:
            self._damaged(error)
        except sqlite3.Error as error:
            explain(error, self.path)

    def write(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement and give the id of the row it inserted last.

        Outside `atomic` it is a transaction of its own.
        """
        return self.run(sql, values).lastrowid or 0

    def changed(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement and give the number of rows that it inserted, altered or removed."""
        return self.run(sql, values).rowcount

    def write_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of `rows`."""
        try:
            self._raw.executemany(sql, rows)
        except sqlite3.Error as error:
            explain(error, self.path)

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """Give the first row of a query, or None."""
        try:
            found: Row | None = self.run(sql, values).fetchone()
        except UnicodeDecodeError as error:
            self._damaged(error)
        except sqlite3.Error as error:
            explain(error, self.path)
        return found

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Give all rows of a query."""
        try:
            return self.run(sql, values).fetchall()
        except UnicodeDecodeError as error:
            self._damaged(error)
        except sqlite3.Error as error:
            explain(error, self.path)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Make what is written inside one transaction: all of it stands or none. Inside another, it is a savepoint.

        The right to write is taken at the start, so that a transaction which has read something cannot fail later
        because another process wrote meanwhile.
        """
        try:
            with self._savepoint() if self._raw.in_transaction else self._transaction():
                yield
        except sqlite3.Error as error:
            self._undo()
            explain(error, self.path)
        except BaseException:
            self._undo()
            raise

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self.database.atomic():
            if not self.read_only:
                self._raw.execute(_TAKE_THE_PEN)
            yield

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """As `Database.atomic` does inside a transaction, but always by one name, so that statements are kept ready.

        Of savepoints with one name, SQLite takes the innermost.
        """
        self._raw.execute("SAVEPOINT inner")
        try:
            yield
        except BaseException:
            if self._raw.in_transaction:  # some errors (a full disk) undo the whole transaction
                self._raw.execute("ROLLBACK TO inner")
                self._raw.execute("RELEASE inner")
            raise
        self._raw.execute("RELEASE inner")

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Have `forget` called whenever anything is undone, for those who remember what they wrote."""
        self._when_undone.append(forget)

    def close(self) -> None:
        """Close the connection; what is not committed is undone."""
        self._raw.close()

    def _damaged(self, error: UnicodeDecodeError) -> NoReturn:
        """Say that the file is damaged where SQLite itself complains in words that are no longer UTF-8."""
        _, message = _TROUBLES[sqlite3.SQLITE_CORRUPT]
        detail = error.object.decode("utf-8", "replace")
        raise LedgerUnusable(message.format(path=self.path, detail=detail)) from error

    def _undo(self) -> None:
        for forget in self._when_undone:
            forget()


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
