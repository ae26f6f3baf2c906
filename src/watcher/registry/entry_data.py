"""An entry as plain data, for JSON: keys in a stable order, times as RFC 3339 in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from watcher.model import Value
from watcher.registry.claim_notes import ClaimNote
from watcher.registry.entries import Cell, ChangeNote, Entry, Proof, SourceNote
from watcher.registry.printable import printable, stamp


def entry_as_data(entry: Entry) -> dict[str, Any]:
    """Give the entry as dicts, lists and scalars that `json.dumps` takes; the same entry gives the same text."""
    offering = entry.offering
    return {
        "slug": offering.slug,
        "name": offering.name,
        "provider": offering.provider,
        "type": offering.type,
        "status": offering.status,
        "summary": offering.summary,
        "guidance": offering.guidance,
        "official_site": offering.official_site,
        "official_docs": offering.official_docs,
        "checked_at": _time(entry.checked_at),
        "oldest_check_at": _time(entry.oldest_check_at),
        "watch_outs": [
            {"key": each.key, "label": each.label, "answer": each.answer, "reason": each.reason}
            for each in entry.watch_outs
        ],
        "groups": [
            {"name": group.name, "title": group.title, "cells": [_cell(c) for c in group.cells]}
            for group in entry.groups
        ],
        "recent_changes": [_change(change) for change in entry.changes],
        "sources": [_source(source) for source in entry.sources],
    }


def claim_note_as_data(note: ClaimNote) -> dict[str, Any]:
    """Give what a change says of one claim; a side that said nothing is null."""
    return {
        "claim": printable(note.claim_id),
        "key": printable(note.key),
        "label": printable(note.label),
        "difference": note.difference.value,
        "old": note.old or None,
        "new": note.new or None,
        "old_condition": note.old_condition or None,
        "new_condition": note.new_condition or None,
        "old_quote": note.old_quote or None,
        "new_quote": note.new_quote or None,
        "amended": note.amended,
        "withdrawn": note.withdrawn,
        "added": list(note.added),
        "removed": list(note.removed),
        "old_source": note.old_source or None,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "key": cell.key,
        "label": cell.label,
        "question": cell.question,
        "scope": cell.scope,
        "reviewed": cell.reviewed,
        **_proof(cell.proof),
        "attributes": {name: _value(value) for name, value in cell.attributes},
        "also": [_proof(other) for other in cell.others],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "value": _value(proof.value),
        "shown": proof.shown,
        "condition": proof.condition or None,
        "quote": proof.quote,
        "source": {"id": proof.source_id, "title": proof.source, "url": proof.url},
        "checked_at": _time(proof.checked_at),
        "stale": bool(proof.stale),
        "stale_reason": proof.stale or None,
        "amended": proof.amended,
        "contradicts": proof.contradicts or None,
    }


def _change(change: ChangeNote) -> dict[str, Any]:
    return {
        "id": change.change_id,
        "title": change.title,
        "changed_at": _time(change.changed_at),
        "decided_at": _time(change.decided_at),
        "effective_on": change.effective_on.isoformat() if change.effective_on else None,
        "source": {"title": change.source, "url": change.url},
        "claims": [claim_note_as_data(note) for note in change.claims],
    }


def _source(source: SourceNote) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": source.title,
        "kind": source.kind,
        "provider": source.provider,
        "primary": source.is_primary,
        "url": source.url,
        "checked_at": _time(source.checked_at),
        "stale": bool(source.stale),
        "stale_reason": source.stale or None,
    }


def _time(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


def _value(value: Value) -> Any:
    if isinstance(value, tuple):
        return [printable(item) for item in value]
    return printable(value) if isinstance(value, str) else value
