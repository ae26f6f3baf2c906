"""Payloads: bytes stored once under their digest, each as its difference from the one before it."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from enum import StrEnum
from typing import NamedTuple

from watcher.errors import NotFound, PayloadDamaged
from watcher.ledger import compression
from watcher.ledger.connection import Connection
from watcher.ledger.sources import key_of
from watcher.model import Digest, SourceId, digest_of

KEY_FRAME_EVERY = 25
"""Payloads from one that stands alone to the next: more saves little room, and restoring walks the whole way."""

_REMEMBERED_BYTES = 32 * 1024 * 1024

_RESTORE = """
WITH RECURSIVE chain (id, base, step) AS (
    SELECT id, base, 0 FROM payloads WHERE id = ?
    UNION ALL
    SELECT payloads.id, payloads.base, chain.step + 1 FROM chain JOIN payloads ON payloads.id = chain.base)
SELECT payloads.digest, payloads.compressed, payloads.crc32
  FROM chain JOIN payloads ON payloads.id = chain.id ORDER BY chain.step DESC
"""
_ADD = (
    "INSERT INTO payloads (digest, source, strand, size, base, depth, compressed, crc32) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Strand(StrEnum):
    """What resembles what: each payload is stored against the last one of its source on the same strand."""

    PAGE = "page"
    REFUSED = "refused"
    DOCUMENT = "document"
    HEADERS = "headers"


class _Last(NamedTuple):
    id: int
    depth: int
    content: bytes


class Payloads:
    """The payloads of all sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = _LastPayloads(_REMEMBERED_BYTES)
        connection.when_undone(self._last.clear)

    def put(self, source_id: SourceId, payload: bytes, strand: Strand = Strand.PAGE) -> Digest:
        """Store `payload` unless it is held already, and give its digest. Raises NotFound for an unknown source."""
        digest = digest_of(payload)
        with self._connection.atomic():
            source = key_of(self._connection, source_id)
            self._put(source, payload, strand, bytes.fromhex(digest))
        return digest

    def put_row(self, source: int, payload: bytes, strand: Strand) -> int:
        """Store `payload` for the source with row id `source` unless it is held, and give the payload's row id."""
        return self._put(source, payload, strand, bytes.fromhex(digest_of(payload)))

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
        return content

    def size(self) -> int:
        """Give the bytes that all payloads take, compressed."""
        found = self._connection.row("SELECT coalesce(sum(length(compressed)), 0) FROM payloads")
        return int(found[0]) if found else 0

    def _put(self, source: int, payload: bytes, strand: Strand, digest: bytes) -> int:
        held = self._connection.row("SELECT id FROM payloads WHERE digest = ?", (digest,))
        if held is not None:
            return int(held[0])
        last = self._last_of(source, strand)
        if last is None or last.depth + 1 >= KEY_FRAME_EVERY:
            base, depth, compressed = None, 0, compression.compress(payload)
        else:
            base, depth, compressed = (
                last.id,
                last.depth + 1,
                compression.compress(payload, last.content),
            )
        crc = zlib.crc32(compressed)
        row = (digest, source, strand.value, len(payload), base, depth, compressed, crc)
        row_id = self._connection.write(_ADD, row)
        self._last.put((source, strand), _Last(row_id, depth, payload))
        return row_id

    def _last_of(self, source: int, strand: Strand) -> _Last | None:
        remembered = self._last.get((source, strand))
        if remembered is not None:
            return remembered
        found = self._connection.row(
            "SELECT id, depth FROM payloads WHERE source = ? AND strand = ? ORDER BY id DESC LIMIT 1",
            (source, strand.value),
        )
        if found is None:
            return None
        try:
            return _Last(found[0], found[1], self.get_row(found[0]))
        except PayloadDamaged:
            return None  # what is new must not hang on what is broken: it starts a chain of its own

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
    """The last payload of the strands written to most recently, at most so many bytes of them."""

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
        self._forget(place)
        if len(last.content) > self._room // 4:
            return
        self._held[place] = last
        self._bytes += len(last.content)
        while self._bytes > self._room:
            self._forget(next(iter(self._held)))

    def clear(self) -> None:
        self._held.clear()
        self._bytes = 0

    def _forget(self, place: tuple[int, Strand]) -> None:
        gone = self._held.pop(place, None)
        if gone is not None:
            self._bytes -= len(gone.content)
