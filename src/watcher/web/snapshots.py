"""Snapshots: what was received, as text of ours or as bytes to take away; never as a page of our origin."""

from __future__ import annotations

from starlette.responses import Response

from watcher.rendered import rendered_lines
from watcher.web import memento
from watcher.web.rendering import page
from watcher.web.security import CAPTURED
from watcher.web.visit import Visit, not_found

_BLOCKS_SHOWN = 3_000


def snapshot_page(visit: Visit) -> Response:
    """Show the document that a snapshot reads as, block by block, and how it was received."""
    snapshot = visit.desk.ledger.snapshots.get(visit.number("snapshot"))
    document = visit.desk.document(snapshot.id)
    return page(
        visit,
        "snapshot.html",
        snapshot=snapshot,
        source=visit.desk.sources[snapshot.source_id],
        document=document,
        blocks=document.blocks[:_BLOCKS_SHOWN] if document else (),
        rendered=list(rendered_lines(snapshot)),
        left_out=max(0, len(document.blocks) - _BLOCKS_SHOWN) if document else 0,
    )


def payload(visit: Visit) -> Response:
    """Give the bytes of a snapshot as a file of plain text: nothing in them is run or shown by a browser."""
    snapshot_id = visit.number("snapshot")
    snapshot = visit.desk.ledger.snapshots.get(snapshot_id)
    content = visit.desk.ledger.snapshots.payload(snapshot_id)
    return Response(
        content,
        media_type="text/plain; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="snapshot-{snapshot_id}.txt"',
            "content-security-policy": CAPTURED,
            **memento.headers_of(visit, snapshot),
        },
    )


def screenshot(visit: Visit) -> Response:
    """Give the picture of a snapshot that was rendered; we made it, and a JPEG runs nothing."""
    content = visit.desk.ledger.snapshots.screenshot(visit.number("snapshot"))
    if content is None:
        not_found("This snapshot has no picture.")
    return Response(
        content,
        media_type="image/jpeg",
        headers={
            "content-security-policy": CAPTURED,
            "cache-control": "private, max-age=31536000, immutable",
        },
    )
