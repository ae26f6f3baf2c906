"""Which decision stands on each change, and what still waits for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from watcher.model import Change, ChangeKind, Decision, Review


def standing(reviews: Iterable[Review]) -> dict[int, Review]:
    """Give the decision in force for each change: the latest that was not undone. Order of input does not matter."""
    reviews = tuple(reviews)
    undone = undone_ids(reviews)
    return {
        review.change_id: review
        for review in in_order(reviews)
        if review.decision is not Decision.UNDO and (review.id is None or review.id not in undone)
    }


def undone_ids(reviews: Iterable[Review]) -> set[int]:
    """Give the ids of the reviews that a later row took back."""
    return {review.undoes for review in reviews if review.undoes is not None}


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """Give reviews in the order in which they were written down, those not written yet at the end.

    The ledger's ids tell that order; clocks of two reviewers need not agree.
    """
    return sorted(
        reviews, key=lambda review: (review.id is None, review.id or 0, review.decided_at)
    )


def choices(status: str, kind: ChangeKind) -> frozenset[Decision]:
    """Give the decisions that make a difference to a change of `kind` in the state `status`, as the ledger names it.

    What stands need not be said again, what mended itself asks nothing of anybody, and an item about a source has no
    value to amend. What was decided is not put off: whoever wants it back in the queue takes the decision back.
    """
    if status == "closed":
        return frozenset()
    own = {Decision.ACCEPT, Decision.AMEND, Decision.DISMISS}
    if status in ("open", "deferred"):
        own.add(Decision.DEFER)
    if kind is ChangeKind.SOURCE:
        own.discard(Decision.AMEND)
    stands = {"accepted": Decision.ACCEPT, "dismissed": Decision.DISMISS}.get(status)
    return frozenset(own - {stands})


def is_waiting(review: Review | None, now: datetime) -> bool:
    """Whether a change with this standing decision wants a person: undecided, or deferred until a time now past."""
    if review is None:
        return True
    deferred = review.decision is Decision.DEFER
    return deferred and (review.until is None or review.until <= now)


def queue_order(changes: Iterable[Change]) -> list[Change]:
    """Give changes as a person should meet them: most significant first, then longest waiting."""
    return sorted(
        changes,
        key=lambda change: (-change.significance.level, change.raised_at, change.id or 0),
    )
