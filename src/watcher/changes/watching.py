"""One step of a source's life: from the state before to the state after, and what of it a person is told.

claims differ? ─┐
blocks differ ──┼─► silenced (a rule says why) │ waits │ told ─► Change
what waited ────┘
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from watcher.changes import doubting
from watcher.changes.compare import Comparison, compare_blocks
from watcher.changes.context import Context, policy_of, touches
from watcher.changes.doubting import Doubts
from watcher.changes.memory import MOST_WAITING, ROTATION, Memory
from watcher.changes.noise import RETURNS, is_sure, silencing_rule
from watcher.changes.records import Doubt, Waiting
from watcher.changes.telling import Told, believed_again, change_of, first_look, suppressions
from watcher.model import (
    Block,
    BlockChange,
    Change,
    ClaimChange,
    Difference,
    State,
    Suppression,
)

LONGEST_WAIT = timedelta(days=1)
"""No difference that a second look can confirm waits longer than this."""

MUCH = 0.3
"""When this share of a policy is gone and little came instead, a second look must confirm it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step came to.

    `pending` tells that a second look soon would decide something; `settling` that a known variant which was not told
    is being given time: told when it stays, so that a later look should ask again even if nothing changed by then.
    """

    memory: Memory
    change: Change | None = None
    suppressed: tuple[Suppression, ...] = ()
    pending: bool = False
    settling: bool = False


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The differences of one step by what becomes of them; `is_sure` tells that they need no second look."""

    claims: tuple[ClaimChange, ...]
    told: tuple[BlockChange, ...]
    unsure: tuple[BlockChange, ...]
    silenced: tuple[tuple[str, BlockChange], ...]
    is_sure: bool = False


def watch(memory: Memory, before: State | None, after: State, *, is_ours: bool = False) -> Outcome:
    """Give what the step from `before` to `after` means for a person.

    `before` is the last good state, None at the first look; the same document on both sides asks only whether what
    waits still holds. A step that `is_ours` is counted and not told. The change's `source_id` is left empty for the
    caller, who knows it.
    """
    if before is None:
        return Outcome(memory, first_look(after))
    if is_ours:
        return _take_over(memory, before, after)
    old = policy_of(before.document)
    new = old if after.document is before.document else policy_of(after.document)
    comparison = compare_blocks(old, new)
    context = Context(memory, before, after, old, new, comparison.pieces)
    doubts = doubting.second_look(memory.doubts, before, after)
    by_rule = _with_riders(_sort_out(comparison, doubts, context), memory)
    ready, later, lost = _second_look(memory.waiting, context)
    told, waiting = _decide(by_rule, ready, lost, doubts.confirmed, context)
    untold = () if told.claims else by_rule.claims
    doubted = doubting.doubt(untold, before, after)
    remembered = _remember(memory, by_rule, told, waiting, context)
    remembered = remembered.with_exchanges(context.turns, context.at)
    remembered = remembered.with_relinked(_leads_elsewhere(comparison))
    if told.says_something:
        told = replace(told, relinked=remembered.relinked)
        remembered = replace(remembered, relinked=())
    settling = (*later, *_settling(by_rule, remembered, context))
    silenced = (*by_rule.silenced, *(("did not last", w.change) for w in lost))
    return Outcome(
        replace(remembered, waiting=(*waiting, *settling)[:MOST_WAITING], doubts=doubted),
        change_of(told, context),
        (*suppressions(silenced, comparison, context), *believed_again(doubts.lost)),
        pending=bool(waiting or doubted),
        settling=bool(settling),
    )


def _take_over(memory: Memory, before: State, after: State) -> Outcome:
    """Give what becomes of a step that is ours: the page was read after other things had been done to it.

    Nothing is told and nothing waits any longer; all that differs is counted, with what it would have said.
    """
    old, new = policy_of(before.document), policy_of(after.document)
    comparison = compare_blocks(old, new)
    context = Context(memory, before, after, old, new, comparison.pieces)
    silenced = (("other steps", piece.change) for piece in comparison.pieces)
    taken_over = replace(memory, waiting=(), doubts=())
    return Outcome(taken_over, suppressed=suppressions(silenced, comparison, context))


def _sort_out(comparison: Comparison, doubts: Doubts, context: Context) -> _Sorted:
    """Give what becomes of each difference; claims whose words alone differ join where those deserve a look."""
    claims, restated = doubts.fresh, doubts.restated
    quotes = _quotes((*claims, *(doubt.change for doubt in doubts.confirmed)))
    old_quotes = _quotes(restated)
    told: list[BlockChange] = []
    unsure: list[BlockChange] = []
    silenced: list[tuple[str, BlockChange]] = []
    half_there = _lost_much(comparison, context) or doubting.must_be_seen_twice(
        claims, comparison.pieces
    )
    for piece in comparison.pieces:
        change = piece.change
        rule = silencing_rule(piece, context)
        outranked = touches(change, quotes if rule in RETURNS else quotes | old_quotes)
        if rule is not None and not outranked:
            silenced.append((rule, change))
        elif is_sure(change) and not half_there:
            told.append(change)
        else:
            unsure.append(change)
    named = tuple(each for each in restated if _deserves_a_look(each, silenced))
    all_claims = tuple(sorted((*claims, *named), key=lambda each: each.key))
    is_sure_enough = bool(told or claims) and not half_there
    return _Sorted(all_claims, tuple(told), tuple(unsure), tuple(silenced), is_sure_enough)


def _quotes(claims: Iterable[ClaimChange]) -> frozenset[str]:
    sides = [claim for change in claims for claim in (change.before, change.after)]
    return frozenset(claim.evidence.quote for claim in sides if claim is not None)


def _deserves_a_look(restated: ClaimChange, silenced: Iterable[tuple[str, BlockChange]]) -> bool:
    """Whether the old words of a claim did not go with a text that is known to come and go."""
    assert restated.before is not None
    quote = frozenset((restated.before.evidence.quote,))
    return not any(touches(change, quote) for _, change in silenced)


def _with_riders(by_rule: _Sorted, memory: Memory) -> _Sorted:
    """Give the same with returns that nobody was told of joined to what is told anyway."""
    if not by_rule.told:
        return by_rule
    riders = [
        (rule, change)
        for rule, change in by_rule.silenced
        if rule == "variant" and _is_news_to_reader(change, memory)
    ]
    silenced = tuple(item for item in by_rule.silenced if item not in riders)
    unsure = (*by_rule.unsure, *(change for _, change in riders))
    return replace(by_rule, unsure=unsure, silenced=silenced)


def _is_news_to_reader(change: BlockChange, memory: Memory) -> bool:
    """Whether after this change a person believes what is no longer so."""
    trace = memory.trace_of(change.after or change.before)
    return trace is not None and trace.believed is trace.present


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
    waiting: Iterable[Waiting], context: Context
) -> tuple[list[Waiting], list[Waiting], list[Waiting]]:
    """Give what of that which waited is to be told, what waits on, and what did not last."""
    ready: list[Waiting] = []
    later: list[Waiting] = []
    lost: list[Waiting] = []
    for waited in waiting:
        if waited.holds(context.standing):
            (ready if waited.is_due(context.at) else later).append(waited)
        elif waited.until is None:
            lost.append(waited)
    return ready, later, lost


def _decide(
    by_rule: _Sorted,
    ready: Sequence[Waiting],
    lost: Sequence[Waiting],
    doubted: Sequence[Doubt],
    context: Context,
) -> tuple[Told, tuple[Waiting, ...]]:
    """Give what is told at this look, and what waits for the next."""
    if by_rule.is_sure or len(by_rule.unsure) > MOST_WAITING:
        now = (*by_rule.told, *by_rule.unsure)
        return Told(now, tuple(ready), (), by_rule.claims, tuple(doubted)), ()
    begun = {w.change.after.fingerprint: w for w in lost if w.change.after is not None}
    waiting = [_waiting(change, begun, context) for change in by_rule.unsure]
    due = [w for w in waiting if context.at - w.changed_at >= LONGEST_WAIT]
    told = Told((), (*ready, *due), doubted=tuple(doubted))
    return told, tuple(w for w in waiting if w not in due)


def _waiting(change: BlockChange, begun: Mapping[bytes, Waiting], context: Context) -> Waiting:
    """Give `change` as waiting; it goes on where a block was waiting that has changed once more."""
    waiting = _as_waiting(change, context)
    earlier = begun.get(change.before.fingerprint) if change.before else None
    if earlier is None:
        return waiting
    return replace(
        waiting,
        change=_joined(earlier.change.before, change.after),
        before_snapshot=earlier.before_snapshot,
        changed_at=earlier.changed_at,
        left=earlier.left,
    )


def _as_waiting(change: BlockChange, context: Context) -> Waiting:
    before, after = change.before, change.after
    return Waiting(
        replace(change, words=()),
        context.before.snapshot_id,
        context.after.snapshot_id,
        context.at,
        context.standing[before.fingerprint] if before else 0,
        context.standing[after.fingerprint] if after else 0,
    )


def _joined(before: Block | None, after: Block | None) -> BlockChange:
    if before is None:
        return BlockChange(Difference.ADDED, None, after)
    return BlockChange(Difference.CHANGED if after else Difference.REMOVED, before, after)


# ── what is remembered ───────────────────────────────────────────────────────────────────────────


def _remember(
    memory: Memory,
    by_rule: _Sorted,
    told: Told,
    waiting: Iterable[Waiting],
    context: Context,
) -> Memory:
    """Give the memory with every turn of this step that history rules may ask for."""
    silent = [change for rule, change in by_rule.silenced if rule in RETURNS]
    sure = [change for change in told.now if is_sure(change)]
    riding = [change for change in told.now if not is_sure(change)]
    unsure = [*riding, *(w.change for w in waiting)]
    for changes, is_told in ((silent, False), (sure, True), (unsure, False)):
        memory = memory.with_turns(changes, context.at, told=is_told, kept=context.kept_texts)
    return memory.with_told(w.change for w in told.confirmed)


def _settling(by_rule: _Sorted, memory: Memory, context: Context) -> Iterator[Waiting]:
    """Give the silenced returns after which a person believes what is no longer so, to be told if they stay.

    What left a slot that rotates is told only with what stays there.
    """
    for rule, change in by_rule.silenced:
        if rule == ROTATION and change.after is None:
            continue
        trace = memory.trace_of(change.after or change.before)
        if rule in RETURNS and trace is not None and not trace.is_told:
            yield replace(_as_waiting(change, context), until=context.at + trace.patience)


def _leads_elsewhere(comparison: Comparison) -> Iterator[tuple[Block, Block]]:
    """Give the blocks whose words stayed while their links lead to other documents."""
    for before, after in comparison.relinked:
        if _documents(before) != _documents(after):
            yield before, after


def _documents(block: Block) -> list[tuple[str, str]]:
    parts = [urlsplit(link.target) for link in block.links]
    return [(part.netloc.removeprefix("www."), part.path.rstrip("/").casefold()) for part in parts]
