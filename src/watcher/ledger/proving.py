"""The rows that a change stands on, each with the seal that holds it: what a proof is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from watcher.errors import NotFound
from watcher.ledger.connection import Connection
from watcher.ledger.encoding import to_json
from watcher.ledger.ledger import Ledger
from watcher.ledger.seals import SEALED, sealed_row

SealedRow = dict[str, Any]
"""`table`, `id`, `seal`, and `row`: what was sealed of it, by column."""

_SNAPSHOTS = (
    "SELECT id FROM snapshots WHERE id IN (SELECT before_snapshot FROM changes WHERE id = ?1 "
    "UNION SELECT after_snapshot FROM changes WHERE id = ?1)"
)
_DOCUMENTS = (
    f"SELECT document_id FROM snapshots WHERE id IN ({_SNAPSHOTS}) "
    # A quote may have been found anew in a document of a later reader.
    "UNION SELECT document_id FROM claims WHERE quote IN (SELECT value ->> '$.before.quote' FROM changes, "
    "json_each(changes.claims) WHERE changes.id = ?1) AND source = (SELECT source FROM changes WHERE id = ?1)"
)
_STANDS_ON = {
    "changes": "SELECT ?1",
    "sources": "SELECT source FROM changes WHERE id = ?1",
    "reviews": "SELECT id FROM reviews WHERE change_id = ?1",
    "corrections": "SELECT change_id FROM corrections WHERE change_id = ?1",
    "closings": "SELECT number FROM closings WHERE change_id = ?1",
    "snapshots": _SNAPSHOTS,
    "screenshots": f"SELECT snapshot_id FROM screenshots WHERE snapshot_id IN ({_SNAPSHOTS})",
    "documents": _DOCUMENTS,
    "checks": f"SELECT min(id) FROM checks WHERE snapshot_id IN ({_SNAPSHOTS}) GROUP BY snapshot_id",
    "payloads": f"SELECT payload FROM snapshots WHERE id IN ({_SNAPSHOTS}) "
    f"UNION SELECT headers FROM snapshots WHERE id IN ({_SNAPSHOTS}) "
    f"UNION SELECT payload FROM screenshots WHERE snapshot_id IN ({_SNAPSHOTS}) "
    f"UNION SELECT payload FROM documents WHERE id IN ({_DOCUMENTS})",
}
"""Table → the ids of the rows that change ?1 stands on."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a change stands on: sealed rows, the leaves of their seals, and the chain from the first of those seals on.

    `before` is the digest of the seal before the first, the ledger's id when there is none.
    """

    rows: tuple[SealedRow, ...]
    leaves: tuple[dict[str, Any], ...]
    seals: tuple[dict[str, Any], ...]
    before: str


def grounds_of(ledger: Ledger, change_id: int) -> Grounds:
    """Give what the change stands on. Seal what waits first. Raises NotFound when there is no such change."""
    ledger.changes.get(change_id)
    connection = ledger.connection
    rows: list[SealedRow] = []
    leaves: dict[int, dict[str, Any]] = {}
    for noun, query in _STANDS_ON.items():
        ids = [row[0] for row in connection.rows(query, (change_id,)) if row[0] is not None]
        for row, segment in _sealed(connection, noun, ids):
            rows.append(row)
            leaves[segment["id"]] = segment
    first = min(each["seal"] for each in leaves.values())
    seals = connection.rows(
        "SELECT id, sealed_at, contents, digest FROM seals WHERE id >= ? ORDER BY id", (first,)
    )
    before = connection.row("SELECT digest FROM seals WHERE id = ?", (first - 1,))
    return Grounds(
        rows=tuple(rows),
        leaves=tuple(_without_id(each) for _, each in sorted(leaves.items())),
        seals=tuple(
            {"number": number, "sealed_at": at, "contents": contents, "digest": digest.hex()}
            for number, at, contents, digest in seals
        ),
        before=before[0].hex() if before else ledger.id,
    )


def documents_read_from(ledger: Ledger, snapshot_ids: Iterable[int]) -> dict[int, int]:
    """Give by snapshot which document it reads as, for those that were read."""
    rows = ledger.connection.rows(
        "SELECT id, document_id FROM snapshots WHERE document_id IS NOT NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        (to_json(list(snapshot_ids)),),
    )
    return dict(rows)


def _sealed(
    connection: Connection, noun: str, ids: list[int]
) -> list[tuple[SealedRow, dict[str, Any]]]:
    found = []
    by_segment: dict[int, dict[str, Any]] = defaultdict(dict)
    for row_id in ids:
        segment = connection.row(
            "SELECT id, seal, noun, first, last, leaves FROM leaves "
            "WHERE noun = ? AND last >= ? ORDER BY last LIMIT 1",
            (noun, row_id),
        )
        if segment is None or segment[5] is None:
            raise NotFound(
                f"{connection.path}: {noun} {row_id} stands in no seal. `watcher verify --head` seals what is new."
            )
        names = ("id", "seal", "table", "first", "last", "leaves")
        by_segment[segment[0]] = dict(zip(names, (*segment[:5], segment[5].hex()), strict=True))
        cursor = connection.run(f"SELECT * FROM {noun} WHERE {SEALED[noun]} = ?", (row_id,))
        columns = [column[0] for column in cursor.description]
        plain = sealed_row(noun, columns, cursor.fetchone())
        row = {"table": noun, "id": row_id, "seal": segment[1], "row": plain}
        found.append((row, by_segment[segment[0]]))
    return found


def _without_id(segment: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in segment.items() if name != "id"}
