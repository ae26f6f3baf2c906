"""All of a ledger that can be checked without knowing what it means: file, tables, sums, payloads, quotes, chain.

Each step streams: what is held in memory at once is a payload and the one it stands on, whatever the ledger's size.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator

from sqlite_utils import Database

from watcher.errors import WatcherError
from watcher.ledger import compression
from watcher.ledger.chain_inspection import ChainInspection
from watcher.ledger.documents import Documents
from watcher.ledger.encoding import claim_change_from, from_json
from watcher.ledger.findings import Finding, Progress, Sources, reading_as_stored, silent
from watcher.ledger.ledger import Ledger
from watcher.ledger.payloads import LANDING_EVERY, Payloads
from watcher.ledger.schema import migrate
from watcher.ledger.sums import Summed, register, row_sum, summed_tables
from watcher.model import Document, digest_of

_MOST_MESSAGES = 1000
_REINDEX = "`sqlite3 LEDGER REINDEX` makes the index anew from the rows."
_WITHOUT = "Restore a backup, or do without it."
_MISSING_FROM_INDEX = re.compile(r"row (\S+) missing from index (\S+)")
_STOPPED_BY = (WatcherError, sqlite3.Error, ValueError, LookupError, TypeError, AttributeError)
"""What reading damaged rows may end in. Damage in one place must not hide what is broken in others."""

_STATISTICS = re.compile(r"sqlite_stat\d")


class Inspection:
    """Looks through one open ledger. It only reads, and sees one state, also while a sweep is at work."""

    def __init__(self, ledger: Ledger, progress: Progress = silent) -> None:
        self._ledger = ledger
        self._connection = ledger.connection
        self._payloads = Payloads(ledger.connection)
        self._documents = Documents(ledger.connection, self._payloads)
        self._progress = progress
        self.steps: dict[str, Callable[[], Iterator[Finding]]] = {
            "file": self._file,
            "tables": self._tables,
            "references": self._references,
            "sums": self._sums,
            "payloads": self._payload_rows,
            "quotes": self._quotes,
            "chain": self._chain,
        }
        """The steps by name, each giving what it finds broken."""

    def findings(self) -> Iterator[Finding]:
        """Give everything that is broken, step by step. A step that the damage stops is itself a finding."""
        with reading_as_stored(self._connection):
            for name, step in self.steps.items():
                self._progress(name, 0, 0)
                try:
                    yield from step()
                except _STOPPED_BY as error:
                    cause = error.__cause__ or error
                    yield Finding(
                        name,
                        "",
                        "",
                        "",
                        f"the file is so damaged that {name} cannot be read to the end ({cause})",
                    )

    # ── file and tables ──────────────────────────────────────────────────────────────────────

    def _file(self) -> Iterator[Finding]:
        """Ask SQLite whether pages, indexes and column types are in order."""
        for (message,) in self._connection.rows(f"PRAGMA integrity_check({_MOST_MESSAGES})"):
            if message == "ok":
                continue
            if missing := _MISSING_FROM_INDEX.search(message):
                table = missing[2].partition("_by_")[0]
                yield Finding("file", table, missing[1], "", f"SQLite says: {message}", _REINDEX)
            else:
                yield Finding("file", "", "", "", f"SQLite says: {' '.join(message.split())}")

    def _tables(self) -> Iterator[Finding]:
        """Hold tables, triggers and views against those of a new ledger."""
        wanted, held = _schema_of(_new_ledger()), _schema_of(self._connection.database.conn)
        for name in sorted(wanted.keys() | held.keys()):
            if name not in held:
                yield Finding("tables", name, "", "", "is missing from the ledger")
            elif name not in wanted:
                yield Finding(
                    "tables",
                    name,
                    "",
                    "",
                    "was added past Watcher",
                    "Drop it, unless you know why it is there.",
                )
            elif wanted[name] != held[name]:
                yield Finding("tables", name, "", "", "is not declared as Watcher declares it")

    def _references(self) -> Iterator[Finding]:
        """Find rows that point to rows which are not there."""
        sources = Sources(self._connection)
        for table, row, parent, _ in self._connection.rows("PRAGMA foreign_key_check"):
            yield Finding(
                "references",
                table,
                str(row),
                self._source_of(sources, table, row),
                f"points to a row of {parent} that is not there",
            )

    def _source_of(self, sources: Sources, table: str, row: int) -> str:
        cursor = self._connection.run(f'SELECT * FROM "{table}" WHERE rowid = ?', (row,))
        found = cursor.fetchone()
        names = [column[0] for column in cursor.description]
        return sources.of_row(names, list(found)) if found else ""

    # ── sums ─────────────────────────────────────────────────────────────────────────────────

    def _sums(self) -> Iterator[Finding]:
        """Hold each row that no seal holds against the sum that was kept with it."""
        sources = Sources(self._connection)
        for summed in summed_tables(self._connection.database.conn):
            yield from self._sums_of(summed, sources)
            key = summed.key_of(summed.table)
            rows = self._connection.rows(
                f"SELECT row FROM sums WHERE noun = ? AND row NOT IN (SELECT {key} FROM {summed.table})",
                (summed.table,),
            )
            for (row,) in rows:
                yield Finding(
                    "sums",
                    summed.table,
                    str(row),
                    "",
                    "is not there, though its sum is: it was removed past Watcher",
                )

    def _sums_of(self, summed: Summed, sources: Sources) -> Iterator[Finding]:
        table, key = summed.table, summed.key_of(summed.table)
        named = ", ".join(f'{table}."{name}"' for name in summed.columns)
        rows = self._connection.run(
            f"SELECT {key}, sums.sum, {named} FROM {table} LEFT JOIN sums ON sums.noun = ? AND sums.row = {key} "
            f"WHERE {summed.which}",
            (table,),
        )
        for row_key, kept, *row in rows:
            if kept == row_sum(*row):
                continue
            what = "is not what was written: it was altered past Watcher, or by a failing disk"
            if kept is None:
                what = "has no sum: it was put in past Watcher"
            yield Finding(
                "sums", table, str(row_key), sources.of_row(list(summed.columns), row), what
            )

    # ── payloads and quotes ──────────────────────────────────────────────────────────────────

    def _payload_rows(self) -> Iterator[Finding]:
        """Restore every payload, each from the one before it, and hold it against its digest."""
        sources = Sources(self._connection)
        total = self._number("SELECT count(*) FROM payloads")
        strand: tuple[object, object] | None = None
        held: dict[int, bytes | None] = {}
        landing = last = 0
        rows = self._connection.run(
            "SELECT id, source, strand, base, position, digest, crc32, compressed FROM payloads "
            "ORDER BY source, strand, id",
            (),
        )
        for seen, (row_id, source, name, base, position, digest, crc, compressed) in enumerate(
            rows
        ):
            self._progress("payloads", seen, total)
            if strand != (source, name):
                strand, held = (source, name), {}
            try:
                held[row_id] = self._restored(base, held, digest, crc, compressed)
            except ValueError as error:
                held[row_id] = None
                yield Finding(
                    "payloads",
                    "payloads",
                    str(row_id),
                    sources.name(source),
                    f"{error}{self._shown_in(row_id)}",
                    _WITHOUT,
                )
            if position % LANDING_EVERY == 0:
                landing = row_id
            held = {each: held[each] for each in {landing, row_id} if each in held}
            last = row_id
        self._progress("payloads", total if last else 0, total)

    def _restored(
        self,
        base: int | None,
        held: dict[int, bytes | None],
        digest: bytes,
        crc: int,
        compressed: bytes,
    ) -> bytes:
        """Give a payload's bytes. Raises ValueError saying why they cannot be had."""
        if zlib.crc32(compressed) != crc:
            raise ValueError("its stored bytes are not what was written")
        before = None
        if base is not None:
            before = held[base] if base in held else self._at_rest(base)
            if before is None:
                raise ValueError(
                    f"cannot be restored: it stands on payload {base}, which is damaged"
                )
        content = compression.restore(compressed, before)
        if digest_of(content) != digest.hex():
            raise ValueError("restores to other bytes than those of its digest")
        return content

    def _at_rest(self, row_id: int) -> bytes | None:
        try:
            return self._payloads.get_row(row_id)
        except _STOPPED_BY:
            return None

    def _shown_in(self, payload: int) -> str:
        rows = self._connection.rows(
            "SELECT id FROM snapshots WHERE payload = ?1 OR headers = ?1 ORDER BY id LIMIT 5",
            (payload,),
        )
        return f" (snapshot {', '.join(str(row[0]) for row in rows)})" if rows else ""

    def _quotes(self) -> Iterator[Finding]:
        """Look for every quote in its document, to the letter and at its place."""
        sources = Sources(self._connection)
        total = self._number("SELECT count(*) FROM claims")
        document_id, document = None, None
        rows = self._connection.run(
            "SELECT document_id, id, source, claim_id, quote, quote_start FROM claims ORDER BY document_id, id",
            (),
        )
        for seen, (wanted, row_id, source, claim, quote, start) in enumerate(rows):
            self._progress("quotes", seen, total)
            if wanted != document_id:
                document_id, document = wanted, self._document(wanted)
            if document is None:
                what = (
                    f"{claim}: its document {wanted} cannot be read, so its quote stands on nothing"
                )
            elif document.text[start : start + len(quote)] == quote:
                continue
            else:
                what = f"{claim}: its quote does not stand in document {wanted} at its place"
            yield Finding("quotes", "claims", str(row_id), sources.name(source), what)
        yield from self._changed_quotes(sources)

    def _changed_quotes(self, sources: Sources) -> Iterator[Finding]:
        """Look for the quotes that changes were raised on in what the page then said."""
        rows = self._connection.run(
            "SELECT changes.id, changes.source, claims, snapshots.document_id FROM changes "
            "JOIN snapshots ON snapshots.id = after_snapshot "
            "WHERE changes.kind IN ('change', 'first_look', 'variants') AND claims <> '[]' "
            "ORDER BY snapshots.document_id",
            (),
        )
        document_id, document = None, None
        for row_id, source, claims, wanted in rows:
            if wanted != document_id:
                document_id, document = wanted, self._document(wanted)
            for each in map(claim_change_from, from_json(claims)):
                if (
                    document is None
                    or each.after is None
                    or each.after.evidence.quote in document.text
                ):
                    continue
                yield Finding(
                    "quotes",
                    "changes",
                    str(row_id),
                    sources.name(source),
                    f"the quote of {each.after.id} does not stand in document {wanted}",
                )

    def _document(self, document_id: int) -> Document | None:
        try:
            return self._documents.get(document_id)
        except _STOPPED_BY:
            return None

    # ── chain ────────────────────────────────────────────────────────────────────────────────

    def _chain(self) -> Iterator[Finding]:
        sources = Sources(self._connection)
        return ChainInspection(self._connection, self._ledger.id, sources).findings(self._progress)

    def _number(self, query: str) -> int:
        return int(self._connection.rows(query)[0][0])


def _new_ledger() -> sqlite3.Connection:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    register(raw)
    migrate(Database(raw, execute_plugins=False))
    return raw


def _schema_of(connection: sqlite3.Connection) -> dict[str, tuple[str, str, str]]:
    """Give what each table, index, trigger and view is declared as, by name."""
    rows = connection.execute(
        "SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_master"
    ).fetchall()
    return {
        name: (kind, table, sql) for name, kind, table, sql in rows if not _STATISTICS.match(name)
    }
