"""What is said of one step: the change for a person, and every difference that was not told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from watcher.changes.compare import Comparison
from watcher.changes.context import Context, is_policy
from watcher.changes.evidence import fate
from watcher.changes.noise import binds
from watcher.changes.records import Doubt, Relinked, Waiting
from watcher.changes.significance import significance
from watcher.changes.words import word_edits
from watcher.model import (
    Block,
    BlockChange,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Difference,
    Document,
    Region,
    Significance,
    SourceId,
    State,
    Suppression,
)
from watcher.text import canonical

_LONGEST_SUPPRESSION = 2_000
_IN_TURN = "one text after the other in one place"


@dataclass(frozen=True, slots=True)
class Told:
    """What one change tells: blocks and claims of this step, those that waited and hold, links that were exchanged."""

    now: tuple[BlockChange, ...] = ()
    confirmed: tuple[Waiting, ...] = ()
    relinked: tuple[Relinked, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    doubted: tuple[Doubt, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether anything but links is told."""
        return bool(self.now or self.confirmed or self.claims or self.doubted)


def first_look(after: State) -> Change | None:
    """Give the item with the claims of a first look, for a person to accept; None when there are none."""
    if not after.claims:
        return None
    claims = tuple(ClaimChange(Difference.ADDED, None, claim) for claim in after.claims)
    count = f"{len(claims)} claim{'' if len(claims) == 1 else 's'}"
    return Change(
        source_id=SourceId(""),
        kind=ChangeKind.FIRST_LOOK,
        before_snapshot=None,
        after_snapshot=after.snapshot_id,
        changed_at=after.seen_at,
        raised_at=after.seen_at,
        significance=Significance(3, (f"first look: {count} to accept",)),
        claims=claims,
        title=f"{count} read at the first look",
    )


def change_of(told: Told, context: Context) -> Change | None:
    """Give the change that tells all this, between the last state without and the first with it; None if nothing."""
    if not told.says_something:
        return None
    before, after = context.before, context.after
    claims = _by_key((*told.claims, *(doubt.change for doubt in told.doubted)))
    earlier = [waited.change for waited in told.confirmed]
    links = [pair.change for pair in told.relinked]
    blocks = tuple(_with_words(change) for change in (*earlier, *told.now, *links))
    is_of_now = bool(told.now or told.claims)
    # What settled long ago and is told along with news does not stretch the change over that time.
    spanning: list[Waiting | Doubt] = [
        *(w for w in told.confirmed if w.until is None or not is_of_now),
        *told.doubted,
    ]
    first = min(spanning, key=lambda waited: waited.changed_at, default=None)
    last = max(spanning, key=lambda waited: waited.changed_at, default=None)
    bare = bool(told.now) and not (claims or told.confirmed)
    known = _known_to_alternate(told.now, context) if bare else None
    weight = significance(claims, blocks, _fates(claims, after.document))
    if known == _IN_TURN:
        weight = Significance(1, (known, "the next are silenced unless they bind or bear a claim"))
    return Change(
        source_id=SourceId(""),
        kind=ChangeKind.VARIANTS if known else ChangeKind.CHANGE,
        before_snapshot=first.before_snapshot if first else before.snapshot_id,
        after_snapshot=after.snapshot_id if is_of_now or last is None else last.after_snapshot,
        changed_at=first.changed_at if first else after.seen_at,
        raised_at=after.seen_at,
        significance=weight,
        claims=claims,
        blocks=blocks,
        title=_title(blocks, known or weight.reasons[0]),
    )


def _by_key(claims: Iterable[ClaimChange]) -> tuple[ClaimChange, ...]:
    return tuple(sorted(claims, key=lambda change: change.key))


def _fates(claims: Iterable[ClaimChange], document: Document) -> dict[ClaimChange, str]:
    """Give what became of the evidence of those claims whose fact stands."""
    return {
        change: found
        for change in claims
        if change.before and change.after and (found := fate(change.before, change.after, document))
    }


def believed_again(doubts: Iterable[Doubt]) -> tuple[Suppression, ...]:
    """Give the suppressions of claims that differed at one look and not at the next."""
    return tuple(
        Suppression(
            "did not last",
            doubt.change.difference,
            _claimed(doubt.change.after),
            _claimed(doubt.change.before),
        )
        for doubt in doubts
    )


def _claimed(claim: Claim | None) -> str:
    """Give a claim in a line: its key, its value, the words it stands on."""
    if claim is None:
        return ""
    value = ", ".join(claim.value) if isinstance(claim.value, tuple) else claim.value
    return f"{claim.key}: {value} ({claim.evidence.quote})"[:_LONGEST_SUPPRESSION]


def _known_to_alternate(changes: Iterable[BlockChange], context: Context) -> str | None:
    """Say what shows that texts only take turns; None when they do not, or say what somebody must or may not do."""
    told = tuple(changes)
    if all(context.memory.returning(change, context.at) is not None for change in told):
        return "back to an earlier text"
    turning = {
        piece.change
        for piece in context.pieces
        if (piece.old, piece.new) in context.begins_to_rotate and not binds(piece.change)
    }
    return _IN_TURN if turning.issuperset(told) else None


def _with_words(change: BlockChange) -> BlockChange:
    if change.words or change.before is None or change.after is None:
        return change
    words = word_edits(canonical(change.before.text), canonical(change.after.text))
    return replace(change, words=words)


def _title(blocks: Sequence[BlockChange], what: str) -> str:
    places = dict.fromkeys(
        held.path[-1] for block in blocks if (held := block.after or block.before) and held.path
    )
    where = ", ".join(list(places)[:2])
    return f"{what} ({where})" if where else what


def suppressions(
    silenced: Iterable[tuple[str, BlockChange]], comparison: Comparison, context: Context
) -> tuple[Suppression, ...]:
    """Give everything that differs in this step and is not told, with the rule that says so."""
    return (
        *(_silent(rule, change) for rule, change in silenced),
        *_silent_stretches(comparison),
        *_silent_regions(context.before.document, context.after.document),
    )


def _silent(rule: str, change: BlockChange) -> Suppression:
    shown = _shown(change.after or change.before)
    before = _shown(change.before) if change.after is not None else ""
    return Suppression(rule, change.difference, shown, before)


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
    old, new = _by_region(before), _by_region(after)
    for region in Region:
        gone = [block for key, block in old[region].items() if key not in new[region]]
        came = [block for key, block in new[region].items() if key not in old[region]]
        gone, came = ([b for b in blocks if not is_policy(b)] for blocks in (gone, came))
        if gone or came:
            yield Suppression(f"region {region}", Difference.CHANGED, _run(came), _run(gone))


def _by_region(document: Document) -> dict[Region, dict[bytes, Block]]:
    found: dict[Region, dict[bytes, Block]] = {region: {} for region in Region}
    for block in document.blocks:
        if block.region is not Region.MAIN:
            found[block.region][block.fingerprint] = block
    return found


def _run(blocks: Iterable[Block]) -> str:
    text = "\n".join(block.text for block in blocks)
    return text if len(text) <= _LONGEST_SUPPRESSION else text[:_LONGEST_SUPPRESSION] + " …"
