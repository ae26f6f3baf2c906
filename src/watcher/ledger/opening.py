"""Open a ledger: new, current, or old and brought up to date; anything else is refused with what to do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from watcher.errors import LedgerFull, LedgerOld, LedgerTooNew, LedgerUnusable
from watcher.ledger.connection import Connection, explain
from watcher.ledger.schema import APPLICATION_ID, VERSION, migrate
from watcher.ledger.sums import register

_PATIENCE = 10.0
"""Seconds to wait for another process's transaction; ours take milliseconds."""

_SETTINGS = (
    "PRAGMA foreign_keys = ON",
    # Kill the process anywhere: every committed transaction is kept, as it stands in the write-ahead log that the
    # kernel holds. Lose power: the file stays whole and in order, the last moments of a sweep may be gone, and the
    # next sweep looks again. FULL would close that gap at an fsync for each check.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -8000",
    "PRAGMA journal_size_limit = 33554432",
)


def open_connection(
    path: Path, *, create: bool, read_only: bool, of_any_age: bool = False
) -> Connection:
    """Give a connection to the ledger at `path`, its tables up to date; with `of_any_age` they may be older.

    Raises LedgerUnusable when there is none and none is to be made, or when the file is not a sound ledger;
    LedgerTooNew when a newer Watcher has altered its tables; LedgerOld when an older one made them and it is only to
    be read; LedgerFull when it cannot be written.
    """
    _look(path, create=create and not read_only, read_only=read_only)
    try:
        database = _connect(path, read_only=read_only)
    except sqlite3.Error as error:
        explain(error, path)
    connection = Connection(database, path, read_only=read_only)
    try:
        _prepare(connection, of_any_age=of_any_age)
    except BaseException:
        connection.close()
        raise
    return connection


def _look(path: Path, *, create: bool, read_only: bool) -> None:
    # Only by name: were we to open and close the file ourselves, POSIX would drop the locks that SQLite holds on it.
    if path.is_dir():
        raise LedgerUnusable(
            f"{path}: is a folder. Name a file in it with --ledger, such as {path / 'watcher.db'}."
        )
    is_new = not path.exists()
    if is_new and not create:
        raise LedgerUnusable(
            f"{path}: there is no ledger here yet. Run `watcher sweep` first, or name it with --ledger."
        )
    if is_new:
        _make_folder(path.parent)
    places = [path.parent] if is_new else [path, path.parent]
    for place in places:
        if not read_only and not os.access(place, os.W_OK, effective_ids=True):
            raise LedgerFull(
                f"{place}: may not be written by you. Give yourself write permission there, "
                "or name another ledger with --ledger."
            )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerFull(
            f"{folder}: the folder cannot be made ({error.strerror}). Make it, or name another ledger with --ledger."
        ) from error


def _connect(path: Path, *, read_only: bool) -> Database:
    log = path.with_name(f"{path.name}-wal")
    mode = "ro" if read_only else "rwc"
    if read_only and not os.access(path.parent, os.W_OK, effective_ids=True) and not log.exists():
        # In a folder that nobody can write to, SQLite cannot keep the index of its log; there is no log to index.
        mode = "ro&immutable=1"
    raw = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        cached_statements=256,
    )
    register(raw)
    return Database(raw, execute_plugins=False)


def _prepare(connection: Connection, *, of_any_age: bool) -> None:
    _recognise(connection)
    if connection.read_only:
        _refuse_old(connection, of_any_age=of_any_age)
    else:
        connection.write("PRAGMA journal_mode = WAL")
        _bring_up_to_date(connection)
    for setting in _SETTINGS:
        connection.write(setting)


def _number(connection: Connection, pragma: str) -> int:
    found = connection.row(f"PRAGMA {pragma}")
    return int(found[0]) if found else 0


def _recognise(connection: Connection) -> None:
    path, version = connection.path, _number(connection, "user_version")
    tables = connection.row("SELECT count(*) FROM sqlite_master")
    is_empty = tables == (0,)
    if not is_empty and _number(connection, "application_id") != APPLICATION_ID:
        raise LedgerUnusable(
            f"{path}: is a SQLite database, but not a ledger of Watcher. Name the right file with --ledger."
        )
    if version > VERSION:
        raise LedgerTooNew(
            f"{path}: was written by a newer Watcher (tables of version {version}, this one knows {VERSION}). "
            "Update Watcher; the ledger was left as it is."
        )


def _refuse_old(connection: Connection, *, of_any_age: bool) -> None:
    path, version = connection.path, _number(connection, "user_version")
    if version == 0:
        raise LedgerUnusable(
            f"{path}: is empty, there is no ledger here yet. Run `watcher sweep` first, or name it with --ledger."
        )
    if version < VERSION and not of_any_age:
        raise LedgerOld(
            f"{path}: was written by an older Watcher (tables of version {version}, this one knows {VERSION}), and is "
            "not brought up to date where it may only be read. Call `watcher status` once as somebody who may write it."
        )


def _bring_up_to_date(connection: Connection) -> None:
    if _number(connection, "user_version") == VERSION:
        return
    raw = connection.database.conn
    try:
        # IMMEDIATE, so that of two processes which find the ledger new, one makes the tables and one waits.
        raw.execute("BEGIN IMMEDIATE")
        try:
            if _number(connection, "user_version") < VERSION:
                migrate(connection.database)
            raw.execute("COMMIT")
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
    except sqlite3.Error as error:
        explain(error, connection.path)
