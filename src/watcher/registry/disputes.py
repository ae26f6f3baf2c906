"""What accepted claims of several sources disagree on, unless a person has said that they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watcher.model import (
    AcceptedClaim,
    Change,
    ChangeKind,
    Decision,
    Offering,
    Review,
    Source,
    Value,
    Vocabulary,
    cell_of,
)
from watcher.values import Statement, dispute

Pair = tuple[str, frozenset[str]]
"""A claim id, and two values of it."""


def dismissed_pairs(changes: Iterable[Change], decisions: Mapping[int, Review]) -> frozenset[Pair]:
    """Give the contradictions that a person dismissed: both can be true, whatever it looks like."""
    return frozenset(
        _pair(cell_of(difference.before), difference.before.value, difference.after.value)
        for change in changes
        if change.kind is ChangeKind.CONTRADICTION
        if (review := decisions.get(change.id or 0)) and review.decision is Decision.DISMISS
        for difference in change.claims
        if difference.before and difference.after
    )


def disagreement(
    one: tuple[AcceptedClaim, Source],
    other: tuple[AcceptedClaim, Source],
    vocabulary: Vocabulary,
    offering: Offering,
    dismissed: frozenset[Pair],
) -> str:
    """Give what two accepted claims of one cell disagree on, an empty text when both can be true."""
    first, second = one[0], other[0]
    key = vocabulary.get(first.key)
    claim_id = f"{first.key}@{first.scope}" if first.scope else first.key
    if key is None or _pair(claim_id, first.value, second.value) in dismissed:
        return ""
    own = (offering.name, offering.type, offering.slug)
    return dispute(key, _statement(*one), _statement(*other), own)


def _statement(claim: AcceptedClaim, source: Source) -> Statement:
    return Statement(claim.value, source.kind, claim.condition or "", claim.quote, claim.attributes)


def _pair(claim_id: str, one: Value, other: Value) -> Pair:
    return claim_id, frozenset((repr(one), repr(other)))
