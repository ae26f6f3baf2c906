"""What a second opinion weighs: it may make a change matter more, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watcher.model import (
    Change,
    ChangeKind,
    Claim,
    Key,
    Proposal,
    SourceKind,
    Stance,
    Vocabulary,
)
from watcher.values import Statement, dispute

_DIFFERS, _ALONE = 5, 4
"""Levels of a change on which the second reader says something else than the rules, and of one where it alone reads
something: a claim in doubt, and whole clauses that nobody weighed."""


def stances(
    claims: Iterable[Claim], ruled: Sequence[Claim], kind: SourceKind, vocabulary: Vocabulary
) -> tuple[Proposal, ...]:
    """Give proposed `claims` with how each stands to what the rules read on the same document of a source of `kind`."""
    return tuple(
        _proposal(
            claim, [each for each in ruled if each.key == claim.key], kind, vocabulary[claim.key]
        )
        for claim in claims
    )


def _proposal(claim: Claim, ruled: Sequence[Claim], kind: SourceKind, key: Key) -> Proposal:
    if not ruled:
        return Proposal(claim, Stance.ALONE)
    agrees = any(_fit(key, claim, each, kind) for each in ruled)
    return Proposal(claim, Stance.AGREES if agrees else Stance.DIFFERS, ruled[0].value)


def _fit(key: Key, one: Claim, other: Claim, kind: SourceKind) -> bool:
    if one.value == other.value:
        return True
    elsewhere = key.compared_among is not None and kind not in key.compared_among
    if key.per_document or elsewhere:  # one document says one thing of it, whatever others may say
        return False
    return not dispute(key, _statement(one, kind), _statement(other, kind))


def _statement(claim: Claim, kind: SourceKind) -> Statement:
    return Statement(
        claim.value, kind, claim.condition or "", claim.evidence.quote, claim.attributes
    )


def concerns(change: Change, proposal: Proposal) -> bool:
    """Whether a proposal speaks of what changed: of a claim that differs, or from a block that does."""
    if change.kind is ChangeKind.FIRST_LOOK:
        return True
    if any(each.key == proposal.claim.key for each in change.claims):
        return True
    quote = proposal.claim.evidence.quote
    texts = [each.after.text for each in change.blocks if each.after]
    return any(quote in text or (text and text in quote) for text in texts)


def weigh(change: Change, proposals: Iterable[Proposal]) -> int:
    """Give the level of `change` when the second reader is heard: never lower than its own."""
    levels = {Stance.DIFFERS: _DIFFERS, Stance.ALONE: _ALONE}
    heard = [levels.get(each.stance, 0) for each in proposals if concerns(change, each)]
    return max([change.significance.level, *heard])
