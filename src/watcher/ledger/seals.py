"""Seals: a hash chain over the rows that are only ever added, so that tampering shows.

A seal covers the rows that were added to every append-only table since the seal before it. Of each row it keeps a leaf
(16 bytes of SHA-256), so that a row which was altered, removed or put in later is named. Whoever alters a row must
write every later seal anew, and then the head is another than the one that somebody noted down. A row that waits for
its seal has a sum until then (sums.py).

What is hashed is a row as JSON without its empty columns: a column added later, empty in old rows, changes no leaf.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.ledger.compression import compress
from watcher.ledger.connection import Connection
from watcher.ledger.times import from_text, to_text

SEALED: Mapping[str, str] = {
    "sources": "id",
    "payloads": "id",
    "documents": "id",
    "snapshots": "id",
    "screenshots": "snapshot_id",
    "checks": "id",
    "suppressions": "id",
    "changes": "id",
    "closings": "number",
    "reviews": "id",
    "comments": "id",
    "corrections": "change_id",
    "same_changes": "change_id",
    "claims": "id",
    "outbox": "id",
    "second_readings": "id",
    "proposals": "id",
    "weighings": "number",
}
"""Table → the column that grows with every row.

All others are rewritten as things go on (what is known of sources and hosts, accounts, channels, deliveries, listings)
or forgotten (sessions, units), so nothing could be sealed of them; each of their rows has a sum.
"""

COLLECTED = ("payloads", "documents", "snapshots", "screenshots", "checks", "suppressions")
"""Tables whose rows retention may let go; of the others none ever goes."""

_ONLY = {"sources": {"id", "source_id"}}
_NOT = {
    "payloads": {"base", "position", "compressed", "crc32"},
    "snapshots": {"document_id"},
    # Until when it was said, and where the quote was last found; what is said and from when on stays.
    "claims": {
        *("rule", "quote", "quote_start", "section", "page", "document_id"),
        *("seen_until", "ended_cause"),
    },
}
"""Columns that may be altered later, and are therefore not sealed; sums.py holds them."""

LEAF = 16
_MOST_ROWS = 4096
"""Rows of a table in one seal, so that sealing and checking take the same room whatever is held."""

WHOLLY_SEALED = frozenset(SEALED) - set(_ONLY) - set(_NOT)
"""Tables of which every column is sealed: their rows need a sum only until then."""

_MOST_CHECKS_WAITING = 64
_LONGEST_WAIT = timedelta(hours=1)
"""A seal costs 300 bytes: a few checks that found nothing new wait until one is worth it, but no longer than this."""

_WAITING = " UNION ALL ".join(
    f"SELECT '{noun}', coalesce((SELECT max({key}) FROM {noun}), 0) "
    f"- coalesce((SELECT max(last) FROM leaves WHERE noun = '{noun}'), 0)"
    for noun, key in SEALED.items()
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal. Its digest stands for all that was sealed before: note it down elsewhere."""

    number: int
    sealed_at: datetime
    digest: str


class Seals:
    """The chain of one ledger; `ledger_id` is what it begins with."""

    def __init__(
        self, connection: Connection, ledger_id: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connection = connection
        self._ledger_id = ledger_id
        self._clock = clock
        self._sealed = clock()

    def head(self) -> Head | None:
        """Give the last seal, None when nothing was sealed yet."""
        row = self._connection.row(
            "SELECT id, sealed_at, digest FROM seals ORDER BY id DESC LIMIT 1"
        )
        return None if row is None else Head(row[0], from_text(row[1]), row[2].hex())

    def find(self, digest: str) -> int | None:
        """Give the number of the seal whose digest is, or begins with, `digest`; None when there is none."""
        row = self._connection.row(
            "SELECT id FROM seals WHERE substr(lower(hex(digest)), 1, length(?1)) = lower(?1) ORDER BY id DESC LIMIT 1",
            (digest,),
        )
        return None if row is None else int(row[0])

    def waiting(self) -> dict[str, int]:
        """Give by how many ids each table is ahead of the last seal, for those that are."""
        return {noun: number for noun, number in self._connection.rows(_WAITING) if number > 0}

    def seal(self, at: datetime) -> Head | None:
        """Seal every row that waits for it, and give the head of the chain."""
        self._sealed = self._clock()
        with self._connection.atomic():
            while waiting := self.waiting():
                self._seal_rows(list(waiting), at)
        return self.head()

    def seal_when_due(self, at: datetime) -> None:
        """Seal what waits, unless it is a few checks of today that found nothing new."""
        waiting = self.waiting()
        if set(waiting) - {"checks"} or waiting.get("checks", 0) >= _MOST_CHECKS_WAITING:
            self.seal(at)
        elif waiting:
            head = self.head()
            if head is None or at - head.sealed_at >= _LONGEST_WAIT:
                self.seal(at)

    def seal_in_between(self, at: datetime) -> None:
        """Seal what waits when this ledger was open for an hour without a seal: a sweep may take the whole night.

        It is the time that passes here that counts, not `at`: a history that is played again has years in a minute.
        """
        if self._clock() - self._sealed >= _LONGEST_WAIT.total_seconds():
            self.seal(at)

    def let_go(self, gone: Mapping[str, Collection[int]], at: datetime) -> None:
        """Record, in a seal of its own, which rows retention let go; call it in the transaction in which they went."""
        told = {noun: ranges_of(rows).encode() for noun, rows in gone.items() if rows}
        if not told:
            return
        digests = [[noun, hashlib.sha256(ranges).hexdigest()] for noun, ranges in told.items()]
        number = self._add({"gone": digests}, at)
        for noun, ranges in told.items():
            self._connection.write(
                "INSERT INTO gone (seal, noun, ranges) VALUES (?, ?, ?)",
                (number, noun, compress(ranges)),
            )
            key = SEALED[noun]
            self._connection.write(
                "UPDATE leaves SET leaves = NULL WHERE noun = ? AND leaves IS NOT NULL AND NOT EXISTS "
                f"(SELECT 1 FROM {noun} WHERE {key} BETWEEN leaves.first AND leaves.last)",
                (noun,),
            )

    def _seal_rows(self, nouns: list[str], at: datetime) -> None:
        segments = [(noun, *self._segment(noun)) for noun in nouns]
        contents = [
            [noun, first, last, hashlib.sha256(leaves).hexdigest()]
            for noun, first, last, leaves in segments
        ]
        number = self._add({"rows": contents}, at)
        self._connection.write_all(
            "INSERT INTO leaves (seal, noun, first, last, leaves) VALUES (?, ?, ?, ?, ?)",
            [(number, *segment) for segment in segments],
        )
        self._connection.write_all(
            "DELETE FROM sums WHERE noun = ? AND row <= ?",
            [(noun, last) for noun, _, last, _ in segments if noun in WHOLLY_SEALED],
        )

    def _segment(self, noun: str) -> tuple[int, int, bytes]:
        """Give the first and last id of the rows of a table that are sealed next, and their leaves."""
        key = SEALED[noun]
        cursor = self._connection.run(
            f"SELECT {key}, * FROM {noun} WHERE {key} > "
            f"coalesce((SELECT max(last) FROM leaves WHERE noun = '{noun}'), 0) ORDER BY {key} LIMIT ?",
            (_MOST_ROWS,),
        )
        names = [column[0] for column in cursor.description[1:]]
        leaves: list[bytes] = []
        first = last = 0
        for row_id, *row in cursor:
            first = first or row_id
            if row_id - first >= _MOST_ROWS:
                break
            leaves.append(bytes(LEAF * (row_id - last - 1) if last else 0))
            leaves.append(leaf_of(noun, names, row))
            last = row_id
        return first, last, b"".join(leaves)

    def _add(self, contents: dict[str, object], at: datetime) -> int:
        head = self.head()
        number, sealed_at = (head.number if head else 0) + 1, to_text(at)
        text = json.dumps(contents, separators=(",", ":"))
        before = head.digest if head else self._ledger_id
        digest = seal_digest(before, number, sealed_at, text)
        return self._connection.write(
            "INSERT INTO seals VALUES (?, ?, ?, ?)",
            (number, sealed_at, text, bytes.fromhex(digest)),
        )


def seal_digest(before: str, number: int, sealed_at: str, contents: str) -> str:
    """Give the digest of a seal; `before` is that of the one before it, or the ledger's id for the first."""
    return hashlib.sha256(f"{before}\n{number}\n{sealed_at}\n{contents}".encode()).hexdigest()


def sealed_row(noun: str, names: Iterable[str], row: Iterable[object]) -> dict[str, object]:
    """Give what is sealed of a row: its columns that are not empty and never altered, bytes as hexadecimal."""
    only, left_out = _ONLY.get(noun), _NOT.get(noun, ())
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in zip(names, row, strict=True)
        if value is not None and name not in left_out and (only is None or name in only)
    }


def leaf_of(noun: str, names: Iterable[str], row: Iterable[object]) -> bytes:
    """Give the leaf of a row: the first 16 bytes of the SHA-256 of `[table, row]` as JSON with sorted keys."""
    plain = [noun, sealed_row(noun, names, row)]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()[:LEAF]


def ranges_of(rows: Iterable[int]) -> str:
    """Give ids as ranges: `1-4,6`."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return ",".join(f"{low}-{high}" if high > low else str(low) for low, high in ranges)


def ranges_from(text: str) -> list[tuple[int, int]]:
    """Give what `ranges_of` wrote, each range with its first and its last id. Raises ValueError for other text."""
    parts = (each.partition("-") for each in text.split(","))
    return [(int(low), int(high or low)) for low, _, high in parts]
