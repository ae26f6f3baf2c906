"""The API's past of a source: looks, snapshots and what they read as, claims over time, what was silenced."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from watcher.ledger.claims import ClaimRow
from watcher.model import Check, Claim, Snapshot
from watcher.web.api_answers import as_json, paged, paging
from watcher.web.visit import Visit, source_of


def checks(visit: Visit) -> Response:
    """Give a page of the looks at a source, oldest first."""
    held = visit.desk.ledger.checks.following(source_of(visit).id, *paging(visit))
    return paged(visit, [(each.id, _check(each)) for each in held])


def snapshots(visit: Visit) -> Response:
    """Give a page of the snapshots of a source, oldest first."""
    held = visit.desk.ledger.snapshots.following(source_of(visit).id, *paging(visit))
    return paged(visit, [(each.id, _snapshot(each)) for each in held])


def document(visit: Visit) -> Response:
    """Give a snapshot with the blocks that it reads as; none where it was not read."""
    snapshot = visit.desk.ledger.snapshots.get(visit.number("snapshot"))
    read = visit.desk.document(snapshot.id)
    blocks = [
        {"kind": each.kind, "region": each.region, "path": each.path, "text": each.text}
        for each in (read.blocks if read else ())
    ]
    title = read.title if read else None
    return as_json(_snapshot(snapshot) | {"title": title, "blocks": blocks})


def claims(visit: Visit) -> Response:
    """Give the claims that a source makes now, as read by machine."""
    ledger, source = visit.desk.ledger, source_of(visit)
    items = [_claim(each) for each in ledger.claims.current(source.id)]
    return as_json({"checked_at": ledger.last_confirmed(source.id), "items": items})


def claim_history(visit: Visit) -> Response:
    """Give a page of all that a source ever claimed, each for as long as it said so, oldest first."""
    held = visit.desk.ledger.claims.following(source_of(visit).id, *paging(visit))
    return paged(visit, [(row_id, _spell(row_id, row)) for row_id, row in held])


def suppressions(visit: Visit) -> Response:
    """Give a page of what was silenced for a source, oldest first: an item for each rule in a look."""
    held = visit.desk.ledger.suppressions.following(source_of(visit).id, *paging(visit))
    return paged(
        visit,
        [
            (
                row_id,
                {
                    "id": row_id,
                    "at": at,
                    "rule": silenced[0].rule if silenced else "",
                    "differences": [
                        {"difference": each.difference, "before": each.before, "text": each.text}
                        for each in silenced
                    ],
                },
            )
            for row_id, at, silenced in held
        ],
    )


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "checked_at": check.checked_at,
        "verdict": check.judgement.verdict,
        "signal": check.judgement.signal,
        "status": check.status,
        "snapshot": check.snapshot_id,
    }


def _snapshot(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "id": snapshot.id,
        "source": snapshot.source_id,
        "taken_at": snapshot.taken_at,
        "sha256": snapshot.payload_digest,
        "media_type": snapshot.media_type,
        "final_url": snapshot.final_url,
        "good": snapshot.good,
        "fetched_with": snapshot.fetched_with,
        "seen_by": snapshot.seen_by,
        "has_screenshot": snapshot.screenshot_digest is not None,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.id,
        "key": claim.key,
        "value": claim.value,
        "condition": claim.condition,
        "quote": claim.evidence.quote,
        "attributes": dict(claim.attributes),
        "rule": claim.rule,
    }


def _spell(row_id: int, row: ClaimRow) -> dict[str, Any]:
    told = {
        "id": row_id,
        "seen_from": row.seen_from,
        "seen_until": row.seen_until,
        "cause": row.cause,
        "ended_cause": row.ended_cause,
    }
    return told | _claim(row.claim)
