"""Whether the chain of seals holds: no row altered, removed, put in or put elsewhere since it was sealed."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from watcher.ledger.compression import restore
from watcher.ledger.connection import Connection
from watcher.ledger.findings import Finding, Progress, Sources, silent
from watcher.ledger.seals import COLLECTED, LEAF, SEALED, leaf_of, ranges_from, seal_digest

_STEP = "chain"
_ABSENT = bytes(LEAF)
_ALTERED = "is not what was sealed: it was altered later, past Watcher or by a failing disk"
_REMOVED = "was sealed and is not there: it was removed past Watcher"
_ADDED = "stands between rows that were sealed, and in no seal: it was put in later, past Watcher"


class ChainInspection:
    """Looks through the chain of one ledger, seal by seal."""

    def __init__(self, connection: Connection, ledger_id: str, sources: Sources) -> None:
        self._connection = connection
        self._ledger_id = ledger_id
        self._sources = sources
        self._gone: dict[str, list[tuple[int, int]]] = {noun: [] for noun in SEALED}
        self._last = dict.fromkeys(SEALED, 0)

    def findings(self, progress: Progress = silent) -> Iterator[Finding]:
        """Give what is broken, oldest seal first."""
        yield from self._read_gone()
        total = int(self._connection.rows("SELECT count(*) FROM seals")[0][0])
        before, expected = self._ledger_id, 1
        seals = self._connection.run(
            "SELECT id, sealed_at, contents, digest FROM seals ORDER BY id", ()
        )
        for number, sealed_at, contents, digest in seals:
            progress(_STEP, expected, total)
            if number != expected:
                yield self._seal(expected, "is missing: it, or several, were removed past Watcher")
            if seal_digest(before, number, sealed_at, contents) != digest.hex():
                yield self._seal(
                    number, "does not follow from the seal before it and its own contents"
                )
            before, expected = digest.hex(), number + 1
            yield from self._contents(number, contents)
        yield from self._stray_leaves()

    def _contents(self, number: int, contents: str) -> Iterator[Finding]:
        try:
            told: dict[str, list[list[Any]]] = json.loads(contents)
            segments = [
                (str(noun), int(first), int(last), str(digest))
                for noun, first, last, digest in told.get("rows", [])
            ]
        except (ValueError, TypeError, AttributeError):
            yield self._seal(number, "has contents that cannot be read")
            return
        for noun, first, last, digest in segments:
            if noun in SEALED:
                yield from self._segment(number, noun, first, last, digest)
            else:
                yield self._seal(number, f"names a table that is never sealed, {noun!r}")

    def _segment(
        self, number: int, noun: str, first: int, last: int, digest: str
    ) -> Iterator[Finding]:
        held = self._connection.rows(
            "SELECT id, first, last, leaves FROM leaves WHERE seal = ? AND noun = ?", (number, noun)
        )
        if len(held) != 1 or held[0][1:3] != (first, last):
            yield self._seal(number, f"has lost its leaves of {noun} {first} to {last}")
            return
        row_id, _, _, leaves = held[0]
        yield from self._between(noun, self._last[noun] + 1, first - 1)
        self._last[noun] = last
        if leaves is None:
            yield from self._all_gone(noun, first, last)
        elif hashlib.sha256(leaves).hexdigest() != digest or len(leaves) != LEAF * (
            last - first + 1
        ):
            yield Finding(
                _STEP,
                "leaves",
                str(row_id),
                "",
                f"the leaves of {noun} {first} to {last} are not what was sealed",
            )
        else:
            yield from self._rows(noun, first, last, leaves)

    def _rows(self, noun: str, first: int, last: int, leaves: bytes) -> Iterator[Finding]:
        """Hold the rows of a segment against their leaves."""
        expected = first
        cursor, names = self._select(noun, first, last)
        for row_id, *row in cursor:
            yield from self._missing(noun, expected, row_id - 1, first, leaves)
            expected = row_id + 1
            leaf = leaves[LEAF * (row_id - first) : LEAF * (row_id - first + 1)]
            if leaf == _ABSENT:
                yield self._row(noun, row_id, names, row, _ADDED)
            elif leaf_of(noun, names, row) != leaf:
                yield self._row(noun, row_id, names, row, _ALTERED)
        yield from self._missing(noun, expected, last, first, leaves)

    def _missing(
        self, noun: str, low: int, high: int, first: int, leaves: bytes
    ) -> Iterator[Finding]:
        for row_id in range(low, high + 1):
            leaf = leaves[LEAF * (row_id - first) : LEAF * (row_id - first + 1)]
            if leaf != _ABSENT and not self._is_gone(noun, row_id):
                yield Finding(_STEP, noun, str(row_id), "", _REMOVED)

    def _between(self, noun: str, low: int, high: int) -> Iterator[Finding]:
        if low <= high:
            cursor, names = self._select(noun, low, high)
            for row_id, *row in cursor:
                yield self._row(noun, row_id, names, row, _ADDED)

    def _all_gone(self, noun: str, first: int, last: int) -> Iterator[Finding]:
        """Look at a segment of which retention let every row go, and its leaves with them."""
        yield from self._between(noun, first, last)
        for row_id in sorted({first, last}):
            if not self._is_gone(noun, row_id):
                yield Finding(_STEP, noun, str(row_id), "", _REMOVED)

    def _select(self, noun: str, first: int, last: int) -> tuple[Any, list[str]]:
        key = SEALED[noun]
        cursor = self._connection.run(
            f"SELECT {key}, * FROM {noun} WHERE {key} BETWEEN ? AND ? ORDER BY {key}", (first, last)
        )
        return cursor, [column[0] for column in cursor.description[1:]]

    def _read_gone(self) -> Iterator[Finding]:
        """Take in what retention let go, as far as a seal says so."""
        for row_id, seal, noun, ranges in self._connection.run(
            "SELECT id, seal, noun, ranges FROM gone ORDER BY id", ()
        ):
            try:
                text = restore(ranges)
                told = ranges_from(text.decode())
            except ValueError:
                yield Finding(_STEP, "gone", str(row_id), "", "cannot be read")
                continue
            if noun not in COLLECTED or [
                noun,
                hashlib.sha256(text).hexdigest(),
            ] not in self._told_gone(seal):
                yield Finding(
                    _STEP,
                    "gone",
                    str(row_id),
                    "",
                    "is not what its seal says: rows may have been removed past Watcher",
                )
                continue
            self._gone[noun].extend(told)
        for each in self._gone.values():
            each.sort()

    def _told_gone(self, seal: int) -> list[list[str]]:
        row = self._connection.row("SELECT contents FROM seals WHERE id = ?", (seal,))
        try:
            told = json.loads(row[0]).get("gone", []) if row else []
        except (ValueError, AttributeError):
            return []
        return told if isinstance(told, list) else []

    def _is_gone(self, noun: str, row_id: int) -> bool:
        ranges = self._gone[noun]
        at = bisect_right(ranges, (row_id, 2**63)) - 1
        return at >= 0 and ranges[at][0] <= row_id <= ranges[at][1]

    def _stray_leaves(self) -> Iterator[Finding]:
        rows = self._connection.rows(
            "SELECT leaves.id, noun, first, last FROM leaves LEFT JOIN seals ON seals.id = leaves.seal "
            "WHERE seals.id IS NULL OR NOT EXISTS (SELECT 1 "
            "FROM json_each(iif(json_valid(contents), contents, '{}'), '$.rows') AS told WHERE told.value ->> 0 = noun "
            "AND told.value ->> 1 = first AND told.value ->> 2 = last)"
        )
        for row_id, noun, first, last in rows:
            yield Finding(
                _STEP,
                "leaves",
                str(row_id),
                "",
                f"its seal says nothing of {noun} {first} to {last}",
            )

    def _row(
        self, noun: str, row_id: int, names: list[str], row: list[object], what: str
    ) -> Finding:
        return Finding(_STEP, noun, str(row_id), self._sources.of_row(names, row), what)

    def _seal(self, number: int, what: str) -> Finding:
        return Finding(_STEP, "seals", str(number), "", what)
