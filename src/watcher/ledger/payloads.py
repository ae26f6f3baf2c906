"""Payloads: bytes stored once under their digest, each as its difference from the one before it."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from watcher.errors import NotFound, PayloadDamaged
from watcher.ledger import compression
from watcher.ledger.connection import Connection
from watcher.ledger.sources import key_of
from watcher.model import Digest, SourceId, digest_of

KEY_FRAME_EVERY = 256
LANDING_EVERY = 16
"""A payload is stored against the one before it; every 16th against the 16th before it, so that restoring takes 15
such strides and 15 steps at the most, and every 256th alone. A key frame at every 25th instead, as restoring step by
step would want it for the same 24 steps, makes a long history twice as large: key frames are most of what is stored.
"""

_REMEMBERED_BYTES = 8 * 1024 * 1024
"""Of payloads against which the next may be stored: enough for what a sweep looks at twice."""

_RESTORED_BYTES = 1_000_000
"""So large a payload, restored last, stays at hand: the document that a new one is compared with is stored against."""

_RESTORE = """
WITH RECURSIVE chain (id, base, step) AS (
    SELECT id, base, 0 FROM payloads WHERE id = ?
    UNION ALL
    SELECT payloads.id, payloads.base, chain.step + 1 FROM chain JOIN payloads ON payloads.id = chain.base)
SELECT payloads.digest, payloads.compressed, payloads.crc32
  FROM chain JOIN payloads ON payloads.id = chain.id ORDER BY chain.step DESC
"""
_BASE = (
    "SELECT base.id, base.position FROM payloads JOIN payloads AS base ON base.id = payloads.base "
    "WHERE payloads.id = ?"
)
_ADD = (
    "INSERT INTO payloads (digest, source, strand, size, base, position, compressed, crc32) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Strand(StrEnum):
    """What resembles what: each payload is stored against the last one of its source on the same strand."""

    PAGE = "page"
    REFUSED = "refused"
    DOCUMENT = "document"
    HEADERS = "headers"
    SCREENSHOT = "screenshot"


class _Last(NamedTuple):
    id: int
    position: int
    content: bytes


class _Restored(NamedTuple):
    digest: bytes
    content: bytes


class Payloads:
    """The payloads of all sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._restored = _Restored(b"", b"")
        self._last = _LastPayloads(_REMEMBERED_BYTES)
        connection.when_undone(self._last.clear)

    def put(self, source_id: SourceId, payload: bytes, strand: Strand = Strand.PAGE) -> Digest:
        """Store `payload` unless it is held already, and give its digest. Raises NotFound for an unknown source."""
        digest = digest_of(payload)
        with self._connection.atomic():
            source = key_of(self._connection, source_id)
            self._put(source, payload, strand, bytes.fromhex(digest))
        return digest

    def put_row(
        self, source: int, payload: bytes, strand: Strand, digest: Digest | None = None
    ) -> int:
        """Store `payload` for the source with row id `source` unless it is held, and give the payload's row id.

        `digest` spares computing it; the caller has seen that it is the payload's.
        """
        return self._put(source, payload, strand, bytes.fromhex(digest or digest_of(payload)))

    def get(self, digest: Digest) -> bytes:
        """Give the payload stored under `digest`.

        Raises NotFound when there is none, PayloadDamaged when what is stored does not restore to it.
        """
        found = self._connection.row(
            "SELECT id FROM payloads WHERE digest = ?", (bytes.fromhex(digest),)
        )
        if found is None:
            raise NotFound(f"{self._connection.path}: holds no payload with digest {digest}.")
        return self.get_row(found[0])

    def get_row(self, row_id: int) -> bytes:
        """Give the payload with this row id; raises as `get` does."""
        chain = self._connection.rows(_RESTORE, (row_id,))
        if not chain:
            raise NotFound(f"{self._connection.path}: holds no payload {row_id}.")
        wanted = Digest(chain[-1][0].hex())
        content: bytes | None = None
        for digest, compressed, crc in chain:
            if zlib.crc32(compressed) != crc:
                raise self._damaged(
                    wanted, f"stored bytes of {digest.hex()} are not what was written"
                )
            content = self._step(wanted, compressed, content)
        if content is None or digest_of(content) != wanted:
            raise self._damaged(wanted, "it restores to other bytes")
        if len(content) <= _RESTORED_BYTES:
            self._restored = _Restored(chain[-1][0], content)
        return content

    def drop(self, rows: Collection[int]) -> None:
        """Let go of the payloads with these row ids, which nothing else points to any more.

        What is stored as a difference from one of them is stored anew, together with the whole strand it is on, so
        that restoring takes no longer than before.
        """
        gone = set(rows)
        with self._connection.atomic():
            for source, strand in self._strands_resting_on(gone):
                self._store_anew(source, strand, gone)
            # Each stands on an earlier one, so the last go first.
            last_first = [(row,) for row in sorted(gone, reverse=True)]
            self._connection.write_all("DELETE FROM payloads WHERE id = ?", last_first)
        self._last.clear()

    def size(self) -> int:
        """Give the bytes that all payloads take, compressed."""
        found = self._connection.row("SELECT coalesce(sum(length(compressed)), 0) FROM payloads")
        return int(found[0]) if found else 0

    def _put(self, source: int, payload: bytes, strand: Strand, digest: bytes) -> int:
        held = self._connection.row("SELECT id FROM payloads WHERE digest = ?", (digest,))
        if held is not None:
            return int(held[0])
        position, base = self._base_for_next(source, strand)
        compressed = compression.compress(payload, base.content if base else None)
        crc = zlib.crc32(compressed)
        row = (
            digest,
            source,
            strand.value,
            len(payload),
            base and base.id,
            position,
            compressed,
            crc,
        )
        row_id = self._connection.write(_ADD, row)
        if base is None:  # what is seen for the first time is not looked at twice in one sweep
            self._last.forget((source, strand))
        else:
            self._last.put((source, strand), _Last(row_id, position, payload))
        return row_id

    def _strands_resting_on(self, gone: set[int]) -> list[tuple[int, str]]:
        """Give the strands, by source, on which a payload that stays is stored against one that goes."""
        rows = self._connection.rows(
            "SELECT id, base, source, strand FROM payloads WHERE base IS NOT NULL"
        )
        return sorted(
            {
                (source, strand)
                for row, base, source, strand in rows
                if base in gone and row not in gone
            }
        )

    def _store_anew(self, source: int, strand: str, gone: set[int]) -> None:
        """Store what stays of a strand as if what goes had never been; each is read before it is written."""
        rows = self._connection.rows(
            "SELECT id FROM payloads WHERE source = ? AND strand = ? ORDER BY id", (source, strand)
        )
        last: _Last | None = None
        landing: _Last | None = None
        for position, row_id in enumerate(each for (each,) in rows if each not in gone):
            at = position % KEY_FRAME_EVERY
            content = self.get_row(row_id)
            base = None if at == 0 else landing if at % LANDING_EVERY == 0 else last
            compressed = compression.compress(content, base.content if base else None)
            self._connection.write(
                "UPDATE payloads SET base = ?, position = ?, compressed = ?, crc32 = ? WHERE id = ?",
                (base and base.id, at, compressed, zlib.crc32(compressed), row_id),
            )
            last = _Last(row_id, at, content)
            landing = last if at % LANDING_EVERY == 0 else landing

    def _base_for_next(self, source: int, strand: Strand) -> tuple[int, _Last | None]:
        """Give the position of the next payload and what to store it against: None starts a chain of its own."""
        try:
            last = self._remembered(source, strand) or self._last_stored(source, strand)
            if last is None or last.position + 1 >= KEY_FRAME_EVERY:
                return 0, None
            position = last.position + 1
            return position, self._landing_before(last) if position % LANDING_EVERY == 0 else last
        except PayloadDamaged:
            return 0, None  # what is new must not hang on what is broken

    def _remembered(self, source: int, strand: Strand) -> _Last | None:
        """Give the last payload of a strand from memory, unless another process let go of it meanwhile."""
        last = self._last.get((source, strand))
        if last is None:
            return None
        held = self._connection.row("SELECT position FROM payloads WHERE id = ?", (last.id,))
        return last if held == (last.position,) else None

    def _last_stored(self, source: int, strand: Strand) -> _Last | None:
        found = self._connection.row(
            "SELECT id, position, digest FROM payloads WHERE source = ? AND strand = ? ORDER BY id DESC LIMIT 1",
            (source, strand.value),
        )
        if found is None:
            return None
        row_id, position, digest = found
        is_at_hand = digest == self._restored.digest
        return _Last(
            row_id, position, self._restored.content if is_at_hand else self.get_row(row_id)
        )

    def _landing_before(self, last: _Last) -> _Last:
        row_id, position = last.id, last.position
        while position % LANDING_EVERY:
            row_id, position = self._connection.rows(_BASE, (row_id,))[0]
        return _Last(row_id, position, self.get_row(row_id))

    def _step(self, wanted: Digest, compressed: bytes, before: bytes | None) -> bytes:
        try:
            return compression.restore(compressed, before)
        except ValueError as error:
            raise self._damaged(wanted, str(error)) from error

    def _damaged(self, digest: Digest, detail: str) -> PayloadDamaged:
        return PayloadDamaged(
            f"{self._connection.path}: the payload {digest} is damaged ({detail}). "
            "Put a backup of the ledger in its place, or do without this payload."
        )


class _LastPayloads:
    """The last payload of the strands written to most recently, so many bytes of them at the most."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[tuple[int, Strand], _Last] = OrderedDict()
        self._bytes = 0

    def get(self, place: tuple[int, Strand]) -> _Last | None:
        last = self._held.get(place)
        if last is not None:
            self._held.move_to_end(place)
        return last

    def put(self, place: tuple[int, Strand], last: _Last) -> None:
        self.forget(place)
        if len(last.content) > self._room // 4:
            return
        self._held[place] = last
        self._bytes += len(last.content)
        while self._bytes > self._room:
            self.forget(next(iter(self._held)))

    def clear(self) -> None:
        self._held.clear()
        self._bytes = 0

    def forget(self, place: tuple[int, Strand]) -> None:
        gone = self._held.pop(place, None)
        if gone is not None:
            self._bytes -= len(gone.content)
