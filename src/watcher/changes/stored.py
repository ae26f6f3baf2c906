"""What a memory keeps, as plain data and back: lists, texts, numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from watcher.changes.records import Doubt, Relinked, Slot, Trace, Waiting
from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Claim,
    ClaimChange,
    Difference,
    Evidence,
    Link,
    Region,
)


def _seconds(at: datetime) -> float:
    return at.timestamp()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def trace_out(trace: Trace) -> list[Any]:
    """Give a trace as data."""
    times = [_seconds(trace.first_at), _seconds(trace.since)]
    flags = [int(trace.present), int(trace.believed)]
    return [trace.key, trace.text, *flags, *times, trace.returns, trace.chain]


def trace_in(row: list[Any]) -> Trace:
    """Give the trace that `trace_out` gave as data."""
    key, text, present, believed, first_at, since, returns, chain = row
    return Trace(
        key,
        text,
        bool(present),
        _moment(first_at),
        _moment(since),
        bool(believed),
        returns,
        chain,
    )


def slot_out(slot: Slot) -> list[Any]:
    """Give a slot as data."""
    return [slot.key, slot.text, list(slot.seen), _seconds(slot.first_at), _seconds(slot.since)]


def slot_in(row: list[Any]) -> Slot:
    """Give the slot that `slot_out` gave as data."""
    key, text, seen, first_at, since = row
    return Slot(key, text, tuple(seen), _moment(first_at), _moment(since))


def waiting_out(waiting: Waiting) -> dict[str, Any]:
    """Give a difference that waits as data."""
    change = waiting.change
    return {
        "difference": change.difference.value,
        "before": _block_out(change.before) if change.before else None,
        "after": _block_out(change.after) if change.after else None,
        "snapshots": [waiting.before_snapshot, waiting.after_snapshot],
        "at": _seconds(waiting.changed_at),
        "counts": [waiting.left, waiting.there],
        "until": _seconds(waiting.until) if waiting.until else None,
    }


def waiting_in(row: dict[str, Any]) -> Waiting:
    """Give the difference that `waiting_out` gave as data."""
    before = _block(row["before"]) if row["before"] else None
    after = _block(row["after"]) if row["after"] else None
    before_snapshot, after_snapshot = row["snapshots"]
    left, there = row["counts"]
    return Waiting(
        BlockChange(Difference(row["difference"]), before, after),
        before_snapshot,
        after_snapshot,
        _moment(row["at"]),
        left,
        there,
        _moment(row["until"]) if row["until"] else None,
    )


def doubt_out(doubt: Doubt) -> dict[str, Any]:
    """Give a claim that is looked at twice as data."""
    change = doubt.change
    return {
        "difference": change.difference.value,
        "before": _claim_out(change.before) if change.before else None,
        "after": _claim_out(change.after) if change.after else None,
        "snapshots": [doubt.before_snapshot, doubt.after_snapshot],
        "at": _seconds(doubt.changed_at),
    }


def doubt_in(row: dict[str, Any]) -> Doubt:
    """Give the doubt that `doubt_out` gave as data."""
    before = _claim(row["before"]) if row["before"] else None
    after = _claim(row["after"]) if row["after"] else None
    change = ClaimChange(Difference(row["difference"]), before, after)
    before_snapshot, after_snapshot = row["snapshots"]
    return Doubt(change, before_snapshot, after_snapshot, _moment(row["at"]))


def relinked_out(pair: Relinked) -> list[Any]:
    """Give a block whose links were exchanged as data."""
    return [_block_out(pair.before), _block_out(pair.after)]


def relinked_in(row: list[Any]) -> Relinked:
    """Give the block that `relinked_out` gave as data."""
    before, after = row
    return Relinked(_block(before), _block(after))


def _block_out(block: Block) -> list[Any]:
    links = [[link.text, link.target] for link in block.links]
    place = [block.kind.value, block.region.value, list(block.path), block.level, block.page]
    return [block.text, *place, links]


def _block(row: list[Any]) -> Block:
    text, kind, region, path, level, page, links = row
    return Block(
        BlockKind(kind),
        text,
        Region(region),
        tuple(path),
        tuple(Link(*link) for link in links),
        level,
        page,
    )


def _claim_out(claim: Claim) -> list[Any]:
    place = claim.evidence
    evidence = [place.quote, place.start, list(place.section), place.page]
    attributes = [list(pair) for pair in claim.attributes]
    return [claim.key, claim.value, evidence, claim.condition, claim.scope, attributes, claim.rule]


def _claim(row: list[Any]) -> Claim:
    key, value, (quote, start, section, page), condition, scope, attributes, rule = row
    return Claim(
        key,
        _value(value),
        Evidence(quote, start, tuple(section), page),
        condition,
        scope,
        tuple((name, _value(held)) for name, held in attributes),
        rule,
    )


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
