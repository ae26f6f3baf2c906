"""Decisions that can stand: each function gives a Review to write down, or says why there can be none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from rapidfuzz import process

from watcher import values as normal_forms
from watcher.errors import ReviewError
from watcher.model import Change, Decision, DismissReason, Key, Review, Value, Vocabulary
from watcher.reviews.standing import in_order, undone_ids


def accept(change: Change, *, reviewer: str, at: datetime, note: str = "") -> Review:
    """Give the decision that `change` is as the machine says.

    Like its siblings it raises ReviewError when the change is not in a ledger, nobody is named, or `at` has no zone.
    """
    return Review(
        change_id=_id_of(change),
        decision=Decision.ACCEPT,
        reviewer=_named(reviewer),
        decided_at=_moment(at, "the time of the decision"),
        note=note,
    )


def amend(
    change: Change,
    values: Mapping[str, object],
    vocabulary: Vocabulary,
    *,
    reviewer: str,
    at: datetime,
    note: str = "",
) -> Review:
    """Give the decision that `change` stands with other values: by claim id, None withdraws the claim.

    A claim id that the change does not hold adds what the machine missed. Claims that are not named are accepted
    as read. Raises ReviewError when nothing is amended, a key is unknown or a value is not allowed.
    """
    return Review(
        change_id=_id_of(change),
        decision=Decision.AMEND,
        reviewer=_named(reviewer),
        decided_at=_moment(at, "the time of the decision"),
        note=note,
        values=amended_values(values, vocabulary),
    )


def dismiss(
    change: Change,
    reason: DismissReason | str | None,
    *,
    reviewer: str,
    at: datetime,
    note: str = "",
) -> Review:
    """Give the decision that `change` is not worth an entry. Raises ReviewError without one of the reasons."""
    known = ", ".join(DismissReason)
    if not reason:
        raise ReviewError(f"Change {change.id} is dismissed without a reason; give one of {known}.")
    try:
        reason = DismissReason(reason)
    except ValueError:
        message = f"{reason!r} is no reason to dismiss change {change.id}; give one of {known}."
        raise ReviewError(message) from None
    return Review(
        change_id=_id_of(change),
        decision=Decision.DISMISS,
        reviewer=_named(reviewer),
        decided_at=_moment(at, "the time of the decision"),
        reason=reason,
        note=note,
    )


def defer(
    change: Change, until: datetime, *, reviewer: str, at: datetime, note: str = ""
) -> Review:
    """Give the decision to look at `change` again from `until` on. Raises ReviewError unless that is after `at`."""
    decided_at = _moment(at, "the time of the decision")
    until = _moment(until, "the time to defer to")
    if until <= decided_at:
        raise ReviewError(
            f"Change {change.id} cannot wait until {until:%Y-%m-%d %H:%M} UTC, which is past; "
            "name a later time."
        )
    return Review(
        change_id=_id_of(change),
        decision=Decision.DEFER,
        reviewer=_named(reviewer),
        decided_at=decided_at,
        note=note,
        until=until,
    )


def undo(
    reviews: Iterable[Review],
    *,
    reviewer: str,
    at: datetime,
    change_id: int | None = None,
    review_id: int | None = None,
    note: str = "",
) -> Review:
    """Give the row that takes back a decision: review `review_id`, or else the latest that stands.

    `change_id` narrows the latest to one change. The decision before it stands again. Raises ReviewError when there
    is nothing to undo, also when the review named is undone already or is itself an undo.
    """
    undone = _undoable(tuple(reviews), change_id, review_id)
    return Review(
        change_id=undone.change_id,
        decision=Decision.UNDO,
        reviewer=_named(reviewer),
        decided_at=_moment(at, "the time of the decision"),
        note=note,
        undoes=undone.id,
    )


def amended_values(values: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, Value | None]:
    """Give amended values in their normal forms, by claim id. Raises ReviewError naming what is not allowed."""
    if not values:
        raise ReviewError("Nothing is amended; accept the change, or name a claim and its value.")
    return {claim_id: _normal(claim_id, raw, vocabulary) for claim_id, raw in values.items()}


def _normal(claim_id: str, raw: object, vocabulary: Vocabulary) -> Value | None:
    key = _key(claim_id, vocabulary)
    if raw is None:
        return None
    try:
        return normal_forms.normalise(key, raw)
    except ValueError as trouble:
        raise ReviewError(f"{claim_id} cannot be amended: {trouble}.") from trouble


def _key(claim_id: str, vocabulary: Vocabulary) -> Key:
    name = claim_id.split("@", 1)[0]
    if name in vocabulary:
        return vocabulary[name]
    near = process.extractOne(name, list(vocabulary), score_cutoff=60)
    hint = f"; did you mean {near[0]!r}?" if near else "; `watcher vocabulary` lists the keys."
    raise ReviewError(f"{name!r} is not a key of the vocabulary{hint}")


def _undoable(reviews: tuple[Review, ...], change_id: int | None, review_id: int | None) -> Review:
    undone = undone_ids(reviews)
    candidates = [
        review
        for review in in_order(reviews)
        if review.decision is not Decision.UNDO
        and review.id is not None
        and review.id not in undone
        and change_id in (None, review.change_id)
        and review_id in (None, review.id)
    ]
    if candidates:
        return candidates[-1]
    what = f"review {review_id}" if review_id is not None else "a decision"
    where = f" on change {change_id}" if change_id is not None else ""
    raise ReviewError(f"There is nothing to undo: {what}{where} does not stand.")


def _id_of(change: Change) -> int:
    if change.id is None:
        raise ReviewError(f"This change of {change.source_id} is not in a ledger yet; store it.")
    return change.id


def _named(reviewer: str) -> str:
    if not reviewer.strip():
        raise ReviewError("A decision needs the name of the person who takes it; give a reviewer.")
    return reviewer.strip()


def _moment(moment: datetime, what: str) -> datetime:
    if moment.tzinfo is None:
        raise ReviewError(f"{what.capitalize()} has no time zone: {moment}; give it in UTC.")
    return moment.astimezone(UTC)
