"""Documents: what a payload reads as, stored exactly, once for all snapshots that read the same."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from watcher.errors import NotFound
from watcher.ledger.connection import Connection
from watcher.ledger.encoding import document_as, document_from, from_bytes, to_bytes
from watcher.ledger.payloads import Payloads, Strand
from watcher.ledger.sources import key_of
from watcher.ledger.times import to_text
from watcher.model import Digest, Document, SourceId, digest_of

_ADD = "INSERT INTO documents (source, payload, digest, reader, title, made_at) VALUES (?, ?, ?, ?, ?, ?)"
_OF_SNAPSHOT = "SELECT document_id FROM snapshots WHERE id = ?"
_FIND = (
    "SELECT payloads.id, payloads.digest FROM documents JOIN payloads ON payloads.id = payload "
    "WHERE documents.id = ?"
)
_REMEMBERED_CHARACTERS = 1_000_000
"""So much text of documents stays at hand: with all that was worked out of them, a few times as many bytes."""


class Documents:
    """The documents of all sources."""

    def __init__(self, connection: Connection, payloads: Payloads) -> None:
        self._connection = connection
        self._payloads = payloads
        self._at_hand = _AtHand(_REMEMBERED_CHARACTERS)

    def add(self, source_id: SourceId, document: Document, at: datetime) -> int:
        """Store a document and give its id, which is that of an earlier one if it is the same to the letter.

        To the letter, and not only in meaning: quotes are verbatim substrings of the document that is stored.
        """
        source = key_of(self._connection, source_id)
        content = to_bytes(document_as(document))
        digest = digest_of(content)
        with self._connection.atomic():
            payload = self._payloads.put_row(source, content, Strand.DOCUMENT, digest)
            self._at_hand.put(digest, document)
            held = self._connection.row(
                "SELECT id FROM documents WHERE source = ? AND payload = ?", (source, payload)
            )
            if held is not None:
                return int(held[0])
            row = (source, payload, document.digest, document.reader, document.title, to_text(at))
            return self._connection.write(_ADD, row)

    def get(self, document_id: int) -> Document:
        """Give a document. Raises NotFound, or PayloadDamaged when it is not what was stored."""
        row = self._connection.row(_FIND, (document_id,))
        if row is None:
            raise NotFound(f"{self._connection.path}: holds no document {document_id}.")
        payload, digest = row[0], Digest(row[1].hex())
        document = self._at_hand.get(digest)
        if document is None:
            document = document_from(from_bytes(self._payloads.get_row(payload)))
            self._at_hand.put(digest, document)
        return document

    def of_snapshot(self, snapshot_id: int) -> Document:
        """Give the document that a snapshot was read as when it was taken. Raises as `get` does."""
        row = self._connection.row(_OF_SNAPSHOT, (snapshot_id,))
        if row is None or row[0] is None:
            raise NotFound(f"{self._connection.path}: holds no document of snapshot {snapshot_id}.")
        return self.get(row[0])


class _AtHand:
    """The documents that were asked for last, by the digest of what is stored: never another than the ledger holds."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[Digest, Document] = OrderedDict()
        self._characters = 0

    def get(self, digest: Digest) -> Document | None:
        document = self._held.get(digest)
        if document is not None:
            self._held.move_to_end(digest)
        return document

    def put(self, digest: Digest, document: Document) -> None:
        if digest in self._held:
            return
        self._held[digest] = document
        self._characters += len(document.text)
        while self._characters > self._room:
            _, gone = self._held.popitem(last=False)
            self._characters -= len(gone.text)
