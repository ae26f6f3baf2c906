"""What a replay leaves for the scorers: alerts raised, and claims read at labelled captures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from watcher.claims import read_claims
from watcher.ledger import Ledger
from watcher.model import Change, ChangeKind, Claim, Key, SourceId, ValueType, Vocabulary
from watcher.sweep import Sweep

_ALERTS = (ChangeKind.CHANGE, ChangeKind.VARIANTS)
"""Kinds of item that say something about the page's text; an item about the source does not."""


def write_alerts(ledger: Ledger, path: Path) -> int:
    """Write one line for every change put into the review queue; give how many."""
    changes = [change for change in ledger.changes.all() if change.kind in _ALERTS]
    changes.sort(key=lambda change: (change.raised_at, change.source_id))
    _write_lines(path, (_alert(ledger, change) for change in changes))
    return len(changes)


def write_claims(
    ledger: Ledger, sweep: Sweep, vocabulary: Vocabulary, labels: Path, path: Path
) -> int:
    """Write the claims read from exactly the captures that `labels` names; give how many."""
    wanted = {(line["page"], line["captured_at"]) for line in _read_lines(labels)}
    rows: list[dict[str, object]] = []
    for page, captured_at in sorted(wanted):
        for claim in _claims_at(ledger, sweep, page, captured_at):
            rows.append(_claim_row(page, captured_at, claim, vocabulary))
    _write_lines(path, rows)
    return len(rows)


def _claims_at(ledger: Ledger, sweep: Sweep, page: str, captured_at: str) -> tuple[Claim, ...]:
    at = datetime.fromisoformat(captured_at)
    snapshot = ledger.snapshots.at(SourceId(page), at)
    if snapshot is None or snapshot.document_id is None or snapshot.id is None:
        return ()
    document = ledger.documents.get(snapshot.document_id)
    return read_claims(document, *sweep.rules)


def _alert(ledger: Ledger, change: Change) -> dict[str, object]:
    before, after = (
        None if id is None else ledger.snapshots.get(id).taken_at.isoformat()
        for id in (change.before_snapshot, change.after_snapshot)
    )
    return {
        "page": change.source_id,
        "before": before,
        "after": after,
        "raised_at": change.raised_at.isoformat(),
        "what": change.title,
        "level": change.significance.level,
        "why": list(change.significance.reasons),
        "claims": [
            {
                "key": each.key,
                "old": None if each.before is None else each.before.value,
                "new": None if each.after is None else each.after.value,
                "old_quote": None if each.before is None else each.before.evidence.quote,
                "new_quote": None if each.after is None else each.after.evidence.quote,
            }
            for each in change.claims
        ],
    }


def _claim_row(
    page: str, captured_at: str, claim: Claim, vocabulary: Vocabulary
) -> dict[str, object]:
    return {
        "page": page,
        "captured_at": captured_at,
        "key": claim.key,
        "value": _plain(claim, vocabulary.get(claim.key)),
        "condition": claim.condition,
        "quote": claim.evidence.quote,
    }


def _plain(claim: Claim, key: Key | None) -> object:
    """Give a value as the labels write it: yes and no for booleans, lists as lists."""
    if key is not None and key.type is ValueType.BOOL:
        return "yes" if claim.value else "no"
    return list(claim.value) if isinstance(claim.value, tuple) else claim.value


def _read_lines(path: Path) -> Iterable[dict[str, str]]:
    return (json.loads(line) for line in path.read_text().splitlines() if line.strip())


def _write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
