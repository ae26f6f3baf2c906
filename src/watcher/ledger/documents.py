"""Documents: what a payload reads as, stored exactly, once for all snapshots that read the same."""

from __future__ import annotations

from datetime import datetime

from watcher.errors import NotFound
from watcher.ledger.connection import Connection
from watcher.ledger.encoding import document_as, document_from, from_bytes, to_bytes
from watcher.ledger.payloads import Payloads, Strand
from watcher.ledger.sources import key_of
from watcher.ledger.times import to_text
from watcher.model import Document, SourceId

_ADD = "INSERT INTO documents (source, payload, digest, reader, title, made_at) VALUES (?, ?, ?, ?, ?, ?)"


class Documents:
    """The documents of all sources."""

    def __init__(self, connection: Connection, payloads: Payloads) -> None:
        self._connection = connection
        self._payloads = payloads

    def add(self, source_id: SourceId, document: Document, at: datetime) -> int:
        """Store a document and give its id, which is that of an earlier one if it is the same to the letter.

        To the letter, and not only in meaning: quotes are verbatim substrings of the document that is stored.
        """
        source = key_of(self._connection, source_id)
        with self._connection.atomic():
            payload = self._payloads.put_row(
                source, to_bytes(document_as(document)), Strand.DOCUMENT
            )
            held = self._connection.row(
                "SELECT id FROM documents WHERE source = ? AND payload = ?", (source, payload)
            )
            if held is not None:
                return int(held[0])
            row = (source, payload, document.digest, document.reader, document.title, to_text(at))
            return self._connection.write(_ADD, row)

    def get(self, document_id: int) -> Document:
        """Give a document. Raises NotFound, or PayloadDamaged when it is not what was stored."""
        row = self._connection.row("SELECT payload FROM documents WHERE id = ?", (document_id,))
        if row is None:
            raise NotFound(f"{self._connection.path}: holds no document {document_id}.")
        return document_from(from_bytes(self._payloads.get_row(row[0])))
