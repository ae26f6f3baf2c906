"""Snapshots: what a check received and we kept; only which document it reads as may be set later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watcher.errors import NotFound
from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import from_bytes, from_json, to_bytes, to_json
from watcher.ledger.payloads import Payloads, Strand
from watcher.ledger.sources import key_of
from watcher.ledger.times import from_text, to_microseconds, to_text
from watcher.model import Digest, Hop, Snapshot, SourceId, digest_of

_SELECT = (
    "SELECT snapshots.id, sources.source_id, taken_at, payloads.digest, media_type, final_url, good, headers, hops, "
    "fetched_with, seen_by, document_id, pictures.digest FROM snapshots "
    "JOIN sources ON sources.id = snapshots.source JOIN payloads ON payloads.id = snapshots.payload "
    "LEFT JOIN screenshots ON screenshots.snapshot_id = snapshots.id "
    "LEFT JOIN payloads AS pictures ON pictures.id = screenshots.payload"
)
_ADD = (
    "INSERT INTO snapshots (source, taken_at, payload, media_type, final_url, good, headers, hops, fetched_with, "
    "seen_by, document_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Snapshots:
    """The snapshots of all sources."""

    def __init__(self, connection: Connection, payloads: Payloads) -> None:
        self._connection = connection
        self._payloads = payloads

    def add(self, snapshot: Snapshot, payload: bytes, screenshot: bytes = b"") -> int:
        """Keep a snapshot with its payload, and its screenshot if there is one, and give its id.

        Raises ValueError when the snapshot names another digest than the payload has, NotFound for a source never
        declared.
        """
        if snapshot.payload_digest != digest_of(payload):
            raise ValueError(
                f"snapshot of {snapshot.source_id}: its payload has another digest than it says"
            )
        source = key_of(self._connection, snapshot.source_id)
        strand = Strand.PAGE if snapshot.good else Strand.REFUSED
        with self._connection.atomic():
            row = (
                source,
                to_text(snapshot.taken_at),
                self._payloads.put_row(source, payload, strand, snapshot.payload_digest),
                snapshot.media_type,
                snapshot.final_url,
                int(snapshot.good),
                self._put_headers(source, snapshot),
                to_json([(hop.url, hop.status) for hop in snapshot.hops])
                if snapshot.hops
                else None,
                snapshot.fetched_with,
                snapshot.seen_by,
                snapshot.document_id,
            )
            snapshot_id = self._connection.write(_ADD, row)
            if screenshot:
                picture = self._payloads.put_row(source, screenshot, Strand.SCREENSHOT)
                self._connection.write(
                    "INSERT INTO screenshots (snapshot_id, payload) VALUES (?, ?)",
                    (snapshot_id, picture),
                )
            return snapshot_id

    def get(self, snapshot_id: int) -> Snapshot:
        """Give a snapshot. Raises NotFound when there is none."""
        row = self._connection.row(f"{_SELECT} WHERE snapshots.id = ?", (snapshot_id,))
        if row is None:
            raise self._missing(snapshot_id)
        return self._snapshot(row)

    def of(
        self, source_id: SourceId, limit: int = 50, *, good_only: bool = False
    ) -> list[Snapshot]:
        """Give the last snapshots of a source, newest first."""
        wanted = "AND good" if good_only else ""
        rows = self._connection.rows(
            f"{_SELECT} WHERE snapshots.source = ? {wanted} ORDER BY snapshots.id DESC LIMIT ?",
            (key_of(self._connection, source_id), limit),
        )
        return [self._snapshot(row) for row in rows]

    def following(self, source_id: SourceId, after: int, limit: int) -> list[Snapshot]:
        """Give the snapshots of a source kept after the one with the id `after`, oldest first: a page of all."""
        rows = self._connection.rows(
            f"{_SELECT} WHERE snapshots.source = ? AND snapshots.id > ? ORDER BY snapshots.id LIMIT ?",
            (key_of(self._connection, source_id), after, limit),
        )
        return [self._snapshot(row) for row in rows]

    def each_of(self, source_id: SourceId) -> Iterator[tuple[Snapshot, int | None]]:
        """Give every snapshot of a source, oldest first, with the status of HTTP at the check that first saw it."""
        source = key_of(self._connection, source_id)
        ids = self._connection.rows(
            "SELECT id FROM snapshots WHERE source = ? ORDER BY id", (source,)
        )
        for (row_id,) in ids:
            snapshot = self.get(row_id)
            seen = self._connection.row(
                "SELECT status FROM checks WHERE source = ? AND checked_at = ?",
                (source, to_microseconds(snapshot.taken_at)),
            )
            yield snapshot, seen[0] if seen else None

    def moments(self, source_id: SourceId) -> list[tuple[datetime, int]]:
        """Give when each good snapshot of a source was taken, with its id, oldest first."""
        rows = self._connection.rows(
            "SELECT taken_at, snapshots.id FROM snapshots JOIN sources ON sources.id = snapshots.source "
            "WHERE sources.source_id = ? AND good ORDER BY taken_at, snapshots.id",
            (source_id,),
        )
        return [(from_text(taken_at), snapshot_id) for taken_at, snapshot_id in rows]

    def at(self, source_id: SourceId, taken_at: datetime) -> Snapshot | None:
        """Give the snapshot that the check of a source at exactly `taken_at` saw, if it saw one."""
        row = self._connection.row(
            f"{_SELECT} WHERE snapshots.id = (SELECT snapshot_id FROM checks WHERE source = ? AND checked_at = ?)",
            (key_of(self._connection, source_id), to_microseconds(taken_at)),
        )
        return None if row is None else self._snapshot(row)

    def payload(self, snapshot_id: int) -> bytes:
        """Give the bytes of a snapshot. Raises NotFound, or PayloadDamaged when they are not what was stored."""
        row = self._connection.row("SELECT payload FROM snapshots WHERE id = ?", (snapshot_id,))
        if row is None:
            raise self._missing(snapshot_id)
        return self._payloads.get_row(row[0])

    def screenshot(self, snapshot_id: int) -> bytes | None:
        """Give the JPEG of a rendered snapshot, None when there is none. Raises PayloadDamaged."""
        row = self._connection.row(
            "SELECT payload FROM screenshots WHERE snapshot_id = ?", (snapshot_id,)
        )
        return None if row is None else self._payloads.get_row(row[0])

    def read_as(self, snapshot_id: int, document_id: int) -> None:
        """Set which document a snapshot reads as; everything else of a snapshot stands."""
        self._connection.write(
            "UPDATE snapshots SET document_id = ? WHERE id = ?", (document_id, snapshot_id)
        )

    def _put_headers(self, source: int, snapshot: Snapshot) -> int | None:
        if not snapshot.headers:
            return None
        return self._payloads.put_row(source, to_bytes(snapshot.headers), Strand.HEADERS)

    def _missing(self, snapshot_id: int) -> NotFound:
        return NotFound(f"{self._connection.path}: holds no snapshot {snapshot_id}.")

    def _snapshot(self, row: Row) -> Snapshot:
        (row_id, source_id, taken_at, digest, media_type, final_url, good, headers, hops, *how) = (
            row
        )
        fetched_with, seen_by, document_id, picture = how
        stored = [] if headers is None else from_bytes(self._payloads.get_row(headers))
        return Snapshot(
            source_id=SourceId(source_id),
            taken_at=from_text(taken_at),
            payload_digest=Digest(digest.hex()),
            media_type=media_type,
            final_url=final_url,
            good=bool(good),
            headers=tuple((name, value) for name, value in stored),
            hops=tuple(Hop(url, status) for url, status in from_json(hops or "[]")),
            fetched_with=fetched_with,
            seen_by=seen_by,
            document_id=document_id,
            screenshot_digest=Digest(picture.hex()) if picture else None,
            id=row_id,
        )
