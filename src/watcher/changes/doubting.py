"""What is looked at twice before it is believed: lists that only shrink, claims that vanish with their block.

Half a page looks the same as a page that lost something. A second look costs a minute and tells the two apart.

differs ─► doubt ─► second look ─► told, or "did not last"
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from watcher.changes.claims import compare_claims, lost_items, same_fact
from watcher.changes.compare import Piece
from watcher.changes.evidence import evidence_changes, fate
from watcher.changes.records import Doubt
from watcher.model import BlockKind, Claim, ClaimChange, Difference, State

_SEVERAL = 2
"""So many items or rows of one list that go at once may be a list that was not filled."""

_LISTED = (BlockKind.ITEM, BlockKind.ROW)


@dataclass(frozen=True, slots=True)
class Doubts:
    """How claims differ in one step.

    `confirmed` were doubted and still differ, `lost` do not any more; `fresh` were not doubted, nor were `restated`,
    whose words alone differ.
    """

    confirmed: tuple[Doubt, ...] = ()
    lost: tuple[Doubt, ...] = ()
    fresh: tuple[ClaimChange, ...] = ()
    restated: tuple[ClaimChange, ...] = ()


def must_be_seen_twice(claims: Iterable[ClaimChange], pieces: Sequence[Piece]) -> bool:
    """Whether this step may be a page that did not come whole: a list only shrank, or a claim left with its block."""
    return any(map(lost_items, claims)) or _vanished(claims, pieces) or _thinned(pieces)


def _vanished(claims: Iterable[ClaimChange], pieces: Sequence[Piece]) -> bool:
    """Whether a claim is gone in a step in which blocks went and nothing came or was reworded."""
    went = [piece.change.difference for piece in pieces]
    only_less = Difference.REMOVED in went and set(went) <= {Difference.REMOVED, Difference.MOVED}
    return only_less and any(change.after is None for change in claims)


def _thinned(pieces: Sequence[Piece]) -> bool:
    """Whether several items or rows under one heading went, and nothing under it came or was reworded."""
    went: Counter[tuple[str, ...]] = Counter()
    for piece in pieces:
        block = piece.change.before
        if piece.change.difference is Difference.REMOVED and block and block.kind in _LISTED:
            went[block.path] += 1
    came = {piece.change.after.path for piece in pieces if piece.change.after is not None}
    return any(count >= _SEVERAL and path not in came for path, count in went.items())


def second_look(doubts: Iterable[Doubt], before: State, after: State) -> Doubts:
    """Give what became of doubts now that the source was seen again, and what else differs in this step."""
    held = tuple(doubts)
    now = {claim.id: claim for claim in after.claims}
    confirmed: list[Doubt] = []
    lost: list[Doubt] = []
    for doubt in held:
        change = _difference(doubt.change, now, after)
        if change is None:
            lost.append(doubt)
            continue
        same = _said_after(change) == _said_after(doubt.change)
        snapshot = doubt.after_snapshot if same else after.snapshot_id
        confirmed.append(replace(doubt, change=change, after_snapshot=snapshot))
    doubted = {_id(doubt.change) for doubt in held}
    fresh, restated = (
        tuple(change for change in changes if _id(change) not in doubted)
        for changes in (
            compare_claims(before.claims, after.claims),
            evidence_changes(before, after),
        )
    )
    return Doubts(tuple(confirmed), tuple(lost), fresh, restated)


def doubt(changes: Iterable[ClaimChange], before: State, after: State) -> tuple[Doubt, ...]:
    """Give differing claims as waiting for a second look."""
    return tuple(
        Doubt(change, before.snapshot_id, after.snapshot_id, after.seen_at) for change in changes
    )


def _difference(earlier: ClaimChange, now: dict[str, Claim], after: State) -> ClaimChange | None:
    """Give how a claim differs now from what it was before the doubt; None when it does not."""
    old, new = earlier.before, now.get(_id(earlier))
    if old is None or new is None:
        if old is new:
            return None
        return ClaimChange(Difference.ADDED if old is None else Difference.REMOVED, old, new)
    if same_fact(old, new) and not fate(old, new, after.document):
        return None
    return ClaimChange(Difference.CHANGED, old, new)


def _id(change: ClaimChange) -> str:
    claim = change.after or change.before
    assert claim is not None  # one side always exists
    return claim.id


def _said_after(change: ClaimChange) -> object:
    return None if change.after is None else (change.after.value, change.after.condition)
