"""The registry's cells as they follow from the decisions, and from nothing else.

For one source its states count in the order in which the page had them, whenever they were decided: who accepts
February's change before January's still gets February's value. Between sources the weight of the source counts
(see authority.py), then the newer decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from watcher.model import (
    AcceptedClaim,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Decision,
    Review,
    Slug,
    Source,
    SourceId,
    Value,
    Vocabulary,
    offering_named,
    scope_naming,
    subject_of,
)
from watcher.reviews.authority import weight
from watcher.reviews.standing import standing

_NO_KEYS: Vocabulary = MappingProxyType({})

_ACCEPTED = (Decision.ACCEPT, Decision.AMEND)


@dataclass(frozen=True, slots=True)
class _Held:
    """A claim of one source as the decisions leave it; `claim` is None when a person added it."""

    claim_id: str
    value: Value
    claim: Claim | None
    change: Change
    review: Review


def accepted_claims(
    changes: Iterable[Change],
    reviews: Iterable[Review],
    sources: Mapping[SourceId, Source],
    confirmed: Mapping[SourceId, datetime],
    vocabulary: Vocabulary = _NO_KEYS,
) -> tuple[AcceptedClaim, ...]:
    """Give every accepted claim, cell by cell (offering, key, scope), the one to show first in each cell.

    Primary sources come before secondary ones, kinds of source that the vocabulary calls best for a key before
    others, newer decisions before older ones. `confirmed` holds the last good check of each source and becomes
    `checked_at`; a claim that an undecided change says otherwise about is only as checked as the last earlier state
    that we know. A contradiction changes nothing until a person amends it: then both its sources are taken to say
    that. Claims of sources no longer declared are left out. The result depends on neither the order nor the
    repetition of its input.
    """
    decisions = standing(reviews)
    told: list[AcceptedClaim] = []
    for source_id, history in _histories(changes, decisions).items():
        if source := sources.get(source_id):
            by_id = _fold(source_id, history, decisions)
            for held in by_id.values():
                about = _offerings(held.claim_id, source, by_id)
                cells = _cells(held, source, history, decisions, confirmed.get(source_id))
                told.extend(cell for cell in cells if cell.offering in about)
    return tuple(sorted(told, key=lambda claim: _rank(claim, sources, vocabulary)))


def _histories(
    changes: Iterable[Change], decisions: Mapping[int, Review]
) -> dict[SourceId, list[Change]]:
    """Give the changes of each source in the order in which its page had them.

    A contradiction that was amended stands in the histories of both its sources, any other one in none; a reader's
    correction only once it is accepted, so that nobody can cast doubt by sending one.
    """
    histories: dict[SourceId, list[Change]] = defaultdict(list)
    for change in sorted(
        {change.id: change for change in changes}.values(),
        key=lambda change: (change.changed_at, change.id or 0),
    ):
        if change.kind is ChangeKind.CORRECTION:
            if (review := decisions.get(change.id or 0)) and review.decision in _ACCEPTED:
                histories[change.source_id].append(change)
        elif change.kind is not ChangeKind.CONTRADICTION:
            histories[change.source_id].append(change)
        elif (review := decisions.get(change.id or 0)) and review.decision is Decision.AMEND:
            for source_id in {change.source_id, *(each.before_source for each in change.claims)}:
                if source_id is not None:
                    histories[source_id].append(change)
    return histories


def _fold(
    source_id: SourceId, history: Iterable[Change], decisions: Mapping[int, Review]
) -> dict[str, _Held]:
    held: dict[str, _Held] = {}
    for change in history:
        review = decisions.get(change.id or 0)
        if review is None or review.decision not in _ACCEPTED:
            continue
        for claim_id, claim, value in _effects(change, review, source_id):
            if value is None:
                held.pop(claim_id, None)
            else:
                held[claim_id] = _Held(claim_id, value, claim, change, review)
    return held


def _effects(
    change: Change, review: Review, source_id: SourceId
) -> Iterator[tuple[str, Claim | None, Value | None]]:
    """Give what a decision does to each claim: the value it sets, or None where it withdraws."""
    added_by_hand = dict(review.values)
    for difference in change.claims:
        claim = _claim_of(source_id, difference)
        if claim is None:
            continue
        value = claim.value if difference.after else None
        # The sides of a contradiction differ in their ids where one of them names the offering.
        by_own_id_last = sorted(
            _ids(difference.before, difference.after), key=lambda each: each == claim.id
        )
        for claim_id in by_own_id_last:
            value = added_by_hand.pop(claim_id, value)
        yield claim.id, claim, value
    for claim_id, value in added_by_hand.items():
        yield claim_id, None, value


def _claim_of(source_id: SourceId, difference: ClaimChange) -> Claim | None:
    """Give the claim that is `source_id`'s: in a contradiction each side has a source of its own."""
    if difference.before_source == source_id:
        return difference.before
    return difference.after or difference.before


def _cells(
    held: _Held,
    source: Source,
    history: list[Change],
    decisions: Mapping[int, Review],
    confirmed: datetime | None,
) -> Iterator[AcceptedClaim]:
    contrary = _contrary(held, history, decisions)
    key, _, scope = held.claim_id.partition("@")
    claim = held.claim
    for offering in source.offerings:
        yield AcceptedClaim(
            offering=offering,
            key=key,
            scope=subject_of(scope),
            value=held.value,
            condition=claim.condition if claim else None,
            quote=claim.evidence.quote if claim else "",
            attributes=claim.attributes if claim else (),
            source_id=source.id,
            change_id=held.change.id or 0,
            decided_at=held.review.decided_at,
            checked_at=_checked(held, history, contrary, confirmed),
            amended=held.claim_id in held.review.values,
            contrary_id=contrary.id if contrary else None,
        )


def _offerings(claim_id: str, source: Source, held: Mapping[str, _Held]) -> tuple[Slug, ...]:
    """Give the offerings of a source that a claim is about; one that names an offering goes first there."""
    key, _, scope = claim_id.partition("@")
    if scope:
        named = offering_named(scope)
        return tuple(slug for slug in source.offerings if named in (None, slug))
    return tuple(slug for slug in source.offerings if f"{key}@{scope_naming(slug)}" not in held)


def _contrary(held: _Held, history: list[Change], decisions: Mapping[int, Review]) -> Change | None:
    """Give the first later, undecided change that no longer says what is held, unless the page says it again."""
    undecided = [
        (change, difference.after)
        for change in history[history.index(held.change) + 1 :]
        if _is_undecided(decisions.get(change.id or 0))
        for difference in change.claims
        if held.claim_id in _ids(difference.before, difference.after)
    ]
    if not undecided:
        return None
    latest = undecided[-1][1]
    says_it_again = latest is not None and latest.value == held.value
    return None if says_it_again else undecided[0][0]


def _is_undecided(review: Review | None) -> bool:
    return review is None or review.decision is Decision.DEFER


def _ids(*claims: Claim | None) -> set[str]:
    return {claim.id for claim in claims if claim}


def _checked(
    held: _Held, history: list[Change], contrary: Change | None, confirmed: datetime | None
) -> datetime:
    if held.change.kind is ChangeKind.CORRECTION and confirmed is not None:
        return confirmed  # a reader's word is no look at the source
    if contrary is None:
        return max(confirmed or held.change.changed_at, held.change.changed_at)
    return history[history.index(contrary) - 1].changed_at


def _rank(
    claim: AcceptedClaim, sources: Mapping[SourceId, Source], vocabulary: Vocabulary
) -> tuple[str, str, str, tuple[bool, int], float, int, str]:
    newest_first = -claim.decided_at.timestamp()
    return (
        *(claim.offering, claim.key, claim.scope),
        weight(sources[claim.source_id], claim.key, vocabulary),
        *(newest_first, -claim.change_id, claim.source_id),
    )
