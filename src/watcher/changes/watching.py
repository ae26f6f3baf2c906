"""One step of a source's life: from the state before to the state after, and what of it a person is told.

claims differ? ─┐
blocks differ ──┼─► silenced (a rule says why) │ waits for a second look │ told
what waited ────┘                                                          └─► Change
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.changes.claims import compare_claims
from watcher.changes.compare import Comparison, compare_blocks
from watcher.changes.context import Context, is_policy, touches
from watcher.changes.memory import MOST_WAITING, Memory, Waiting
from watcher.changes.noise import is_sure, silencing_rule
from watcher.changes.significance import significance
from watcher.changes.words import word_edits
from watcher.model import (
    Block,
    BlockChange,
    Change,
    ChangeKind,
    ClaimChange,
    Difference,
    Document,
    Region,
    SourceId,
    State,
    Suppression,
)
from watcher.text import canonical

LONGEST_WAIT = timedelta(days=1)
"""No difference waits longer than this to be told."""

MUCH = 0.3
"""When this share of a policy is gone and little came instead, a second look must confirm it."""

_LONGEST_SUPPRESSION = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step came to: the new memory, the change to tell, what was silenced, whether something waits."""

    memory: Memory
    change: Change | None = None
    suppressed: tuple[Suppression, ...] = ()
    pending: bool = False


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The differences of one step by what becomes of them."""

    told: tuple[BlockChange, ...]
    unsure: tuple[BlockChange, ...]
    silenced: tuple[tuple[str, BlockChange], ...]


def watch(memory: Memory, before: State | None, after: State) -> Outcome:
    """Give what the step from `before` to `after` means for a person.

    `before` is the last good state, None at the first look; the same document on both sides asks only whether what
    waits still holds. The change's `source_id` is left empty for the caller, who knows it.
    """
    if before is None:
        return _first_look(memory, after)
    claims = compare_claims(before.claims, after.claims)
    context = Context(memory, before, after)
    comparison = compare_blocks(context.old, context.new)
    by_rule = _sort_out(comparison, claims, context)
    held, lost = _second_look(memory.waiting, context.standing)
    told, waiting = _decide(by_rule, held, lost, claims, context)
    change = _change(told, claims, before, after)
    suppressed = (
        *_silent(by_rule.silenced),
        *_silent_stretches(comparison),
        *_silent(("did not last", waited.change) for waited in lost),
        *_silent_regions(before.document, after.document),
    )
    return Outcome(
        _remember(memory, by_rule, told, waiting, after.seen_at), change, suppressed, bool(waiting)
    )


def _first_look(memory: Memory, after: State) -> Outcome:
    if not after.claims:
        return Outcome(memory)
    claims = compare_claims((), after.claims)
    change = Change(
        source_id=SourceId(""),
        kind=ChangeKind.FIRST_LOOK,
        before_snapshot=None,
        after_snapshot=after.snapshot_id,
        changed_at=after.seen_at,
        raised_at=after.seen_at,
        significance=significance(claims, ()),
        claims=claims,
        title=_counted(len(claims), "claim") + " read at the first look",
    )
    return Outcome(memory, change)


# ── what becomes of each difference ──────────────────────────────────────────────────────────────


def _sort_out(comparison: Comparison, claims: Sequence[ClaimChange], context: Context) -> _Sorted:
    quotes = frozenset(
        claim.evidence.quote
        for change in claims
        for claim in (change.before, change.after)
        if claim is not None
    )
    told: list[BlockChange] = []
    unsure: list[BlockChange] = []
    silenced: list[tuple[str, BlockChange]] = []
    half_there = _lost_much(comparison, context)
    for piece in comparison.pieces:
        change = piece.change
        rule = silencing_rule(piece, context)
        if rule is not None and not (quotes and touches(change, quotes)):
            silenced.append((rule, change))
        elif is_sure(change) and not half_there:
            told.append(change)
        else:
            unsure.append(change)
    return _Sorted(tuple(told), tuple(unsure), tuple(silenced))


def _lost_much(comparison: Comparison, context: Context) -> bool:
    """Whether so much went and so little came that the page may not have been there as a whole."""
    went = sum(
        len(p.change.before.text)
        for p in comparison.pieces
        if p.change.before and not p.change.after
    )
    came = sum(
        len(p.change.after.text)
        for p in comparison.pieces
        if p.change.after and not p.change.before
    )
    whole = sum(len(block.text) for block in context.old)
    return went > MUCH * whole and came < went / 2


def _second_look(
    waiting: Iterable[Waiting], standing: Mapping[bytes, int]
) -> tuple[list[Waiting], list[Waiting]]:
    """Give which of what waited still holds, and which did not last."""
    held: list[Waiting] = []
    lost: list[Waiting] = []
    for waited in waiting:
        (held if waited.holds(standing) else lost).append(waited)
    return held, lost


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told in one change, and which of it was seen before this step."""

    now: tuple[BlockChange, ...]
    confirmed: tuple[Waiting, ...]


def _decide(
    by_rule: _Sorted,
    held: Sequence[Waiting],
    lost: Sequence[Waiting],
    claims: Sequence[ClaimChange],
    context: Context,
) -> tuple[_Told, tuple[Waiting, ...]]:
    """Give what is told at this look, and what waits for the next."""
    if by_rule.told or claims or len(by_rule.unsure) > MOST_WAITING:
        return _Told((*by_rule.told, *by_rule.unsure), tuple(held)), ()
    begun = {w.change.after.fingerprint: w for w in lost if w.change.after is not None}
    waiting = [_waiting(change, begun, context) for change in by_rule.unsure]
    due = [w for w in waiting if context.at - w.changed_at >= LONGEST_WAIT]
    return _Told((), (*held, *due)), tuple(w for w in waiting if w not in due)


def _waiting(change: BlockChange, begun: Mapping[bytes, Waiting], context: Context) -> Waiting:
    """Give `change` as waiting; it goes on where a block was waiting that has changed once more."""
    standing = context.standing
    before, after = change.before, change.after
    waiting = Waiting(
        change,
        context.before.snapshot_id,
        context.after.snapshot_id,
        context.at,
        standing[before.fingerprint] if before else 0,
        standing[after.fingerprint] if after else 0,
    )
    earlier = begun.get(before.fingerprint) if before else None
    if earlier is None:
        return waiting
    return replace(
        waiting,
        change=_joined(earlier.change.before, after),
        before_snapshot=earlier.before_snapshot,
        changed_at=earlier.changed_at,
        left=earlier.left,
    )


def _joined(before: Block | None, after: Block | None) -> BlockChange:
    if before is None:
        return BlockChange(Difference.ADDED, None, after)
    return BlockChange(Difference.CHANGED if after else Difference.REMOVED, before, after)


def _change(
    told: _Told, claims: tuple[ClaimChange, ...], before: State, after: State
) -> Change | None:
    if not (told.now or told.confirmed or claims):
        return None
    blocks = tuple(
        _with_words(change) for change in (*(w.change for w in told.confirmed), *told.now)
    )
    is_of_now = bool(told.now or claims)
    first = min(told.confirmed, key=lambda waited: waited.changed_at, default=None)
    last = max(told.confirmed, key=lambda waited: waited.changed_at, default=None)
    weight = significance(claims, blocks)
    return Change(
        source_id=SourceId(""),
        kind=ChangeKind.CHANGE,
        before_snapshot=first.before_snapshot if first else before.snapshot_id,
        after_snapshot=after.snapshot_id if is_of_now or last is None else last.after_snapshot,
        changed_at=first.changed_at if first else after.seen_at,
        raised_at=after.seen_at,
        significance=weight,
        claims=claims,
        blocks=blocks,
        title=_title(claims, blocks, weight.reasons),
    )


def _with_words(change: BlockChange) -> BlockChange:
    if change.words or change.before is None or change.after is None:
        return change
    words = word_edits(canonical(change.before.text), canonical(change.after.text))
    return replace(change, words=words)


def _title(
    claims: Sequence[ClaimChange], blocks: Sequence[BlockChange], reasons: Sequence[str]
) -> str:
    places = dict.fromkeys(
        held.path[-1] for block in blocks if (held := block.after or block.before) and held.path
    )
    where = ", ".join(list(places)[:2])
    return f"{reasons[0]} ({where})" if where else reasons[0]


def _remember(
    memory: Memory,
    by_rule: _Sorted,
    told: _Told,
    waiting: tuple[Waiting, ...],
    at: datetime,
) -> Memory:
    """Give the memory with every turn of this step."""
    silent = [change for _, change in by_rule.silenced]
    memory = memory.with_turns(silent, at, told=False)
    sure = [change for change in told.now if is_sure(change)]
    riding = [change for change in told.now if not is_sure(change)]
    memory = memory.with_turns(sure, at, told=True)
    memory = memory.with_turns([*riding, *(w.change for w in waiting)], at, told=False)
    memory = memory.with_told(w.change for w in told.confirmed)
    return replace(memory, waiting=waiting)


# ── what was silenced ────────────────────────────────────────────────────────────────────────────


def _silent(silenced: Iterable[tuple[str, BlockChange]]) -> Iterable[Suppression]:
    for rule, change in silenced:
        yield Suppression(
            rule, change.difference, _shown(change.after or change.before), _before_text(change)
        )


def _before_text(change: BlockChange) -> str:
    return _shown(change.before) if change.after is not None else ""


def _shown(block: Block | None) -> str:
    return block.text[:_LONGEST_SUPPRESSION] if block else ""


def _silent_stretches(comparison: Comparison) -> Iterable[Suppression]:
    for old, new in comparison.regrouped:
        yield Suppression("same words", Difference.CHANGED, _run(new), _run(old))
    for before, after in comparison.relinked:
        targets_before = " ".join(link.target for link in before.links)
        targets = " ".join(link.target for link in after.links)
        yield Suppression("links only", Difference.CHANGED, targets, targets_before)


def _silent_regions(before: Document, after: Document) -> Iterable[Suppression]:
    """Give one suppression for each region outside the policy in which texts came or went."""
    for region in Region:
        if region is Region.MAIN:
            continue
        old = {b.fingerprint: b for b in before.blocks if b.region is region and not is_policy(b)}
        new = {b.fingerprint: b for b in after.blocks if b.region is region and not is_policy(b)}
        gone = [block for key, block in old.items() if key not in new]
        came = [block for key, block in new.items() if key not in old]
        if gone or came:
            yield Suppression(f"region {region}", Difference.CHANGED, _run(came), _run(gone))


def _run(blocks: Iterable[Block]) -> str:
    text = "\n".join(block.text for block in blocks)
    return text if len(text) <= _LONGEST_SUPPRESSION else text[:_LONGEST_SUPPRESSION] + " …"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
