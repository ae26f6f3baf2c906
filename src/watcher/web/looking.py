"""One change: claims on top, then words, then what was silenced, how the source fares, and who decided what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from starlette.responses import Response

from watcher import cadence, reviews
from watcher.desk import Desk
from watcher.model import (
    Change,
    ChangeKind,
    Check,
    Correction,
    Known,
    Snapshot,
    Source,
    Suppression,
)
from watcher.registry import effective_on
from watcher.reviews import standing
from watcher.web.queue import asked_for, chosen, done, filters, row_of
from watcher.web.rendering import page
from watcher.web.silencing import proposals
from watcher.web.telling import block_views, claim_views, opinion_views, title_of
from watcher.web.visit import Visit

_SILENCED_SHOWN = 200
_LOOKS_SINCE = 500


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares at a time, and what a person may do about it."""

    source: Source
    known: Known
    last: Check | None
    overdue: bool

    @property
    def state(self) -> str:
        """One word for a list: well, new, stale, or the verdict of the trouble."""
        if self.known.last_verdict is None:
            return "new"
        if not self.known.last_verdict.is_good:
            return self.known.last_verdict.value
        return "stale" if self.overdue else "well"


@dataclass(frozen=True, slots=True)
class Silenced:
    """What one rule silenced."""

    rule: str
    times: tuple[tuple[datetime, Suppression], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """How a correction fares against the source that it names: the first look after it came, and its quote there.

    `watched` is False when the page it names is not this source; `look` is None until there was one.
    """

    watched: bool
    look: Check | None
    stands: bool


def change_page(visit: Visit) -> Response:
    """Show a change with all that a decision needs."""
    desk, change = visit.desk, visit.desk.change(visit.number("change"))
    change_id, source = change.id or 0, desk.source_of(change)
    history = desk.ledger.reviews.of(change_id)
    same = desk.ledger.changes.several(desk.ledger.queue.same_as(change_id, visit.now))
    correction = desk.ledger.corrections.of(change_id)
    return page(
        visit,
        "change.html",
        change=change,
        row=row_of(desk, change, *same.values()),
        title=title_of(desk, change, standing(history).get(change_id)),
        source=source,
        claims=claim_views(desk, change, in_context=change.kind is not ChangeKind.FIRST_LOOK),
        blocks=list(block_views(change.blocks)),
        second=opinion_views(desk, change),
        effective=effective_on(change),
        snapshots=_snapshots(desk, change),
        silenced=silenced_near(desk, change),
        proposals=proposals(desk, change),
        health=health_of(desk, source, visit.now),
        history=history,
        comments=desk.ledger.comments.of(change_id),
        earlier=_earlier(desk, change),
        correction=correction,
        proof=proof_of(desk, correction, source) if correction else None,
        closed_because=desk.ledger.changes.closed_because(change_id),
        keys=sorted(desk.vocabulary.values(), key=lambda key: (key.group, key.label)),
        seen=desk.last_seen(),
        filters=filters(visit),
        chosen=chosen(visit),
        following=desk.ledger.queue.after(change_id, asked_for(visit), visit.now),
        done=done(visit),
    )


def health_of(desk: Desk, source: Source, now: datetime) -> Health:
    """Give how a source fares."""
    known = desk.ledger.sources.known(source.id)
    last = desk.ledger.checks.latest(source.id) if known.last_check_at else None
    return Health(source, known, last, cadence.is_overdue(source, known, now))


def healths(desk: Desk, now: datetime) -> list[Health]:
    """Give how every source fares; of those that are well, the last look is not read."""
    everything, found = desk.ledger.sources.all_known(), []
    for source in desk.sources.values():
        known = everything.get(source.id) or Known(source.id)
        in_trouble = known.last_verdict is not None and not known.last_verdict.is_good
        last = desk.ledger.checks.latest(source.id) if in_trouble else None
        found.append(Health(source, known, last, cadence.is_overdue(source, known, now)))
    return found


def proof_of(desk: Desk, correction: Correction, source: Source) -> Proof:
    """Tell how a correction fares against `source`, as it is known now."""
    known = desk.ledger.sources.known(source.id)
    looks = desk.ledger.checks.of(source.id, _LOOKS_SINCE) if known.last_check_at else []
    since = [each for each in looks if each.checked_at >= correction.sent_at]
    document = desk.document(known.snapshot_id)
    return Proof(
        watched=reviews.names(correction, source),
        look=since[-1] if since else None,
        stands=bool(document and reviews.find_quote(document, correction.quote)),
    )


def silenced_near(desk: Desk, change: Change) -> list[Silenced]:
    """Give what was silenced on the way to a change: from the state before it to the day it was raised."""
    since = change.changed_at - timedelta(days=1)
    if change.before_snapshot is not None:
        since = min(since, desk.ledger.snapshots.get(change.before_snapshot).taken_at)
    near = [
        (at, each)
        for at, each in desk.ledger.suppressions.of(change.source_id, _SILENCED_SHOWN)
        if since <= at <= change.raised_at
    ]
    return by_rule(near)


def by_rule(silenced: list[tuple[datetime, Suppression]]) -> list[Silenced]:
    """Give what was silenced, rule by rule, the busiest rule first."""
    ordered = sorted(silenced, key=lambda each: each[1].rule)
    found = [
        Silenced(rule, tuple(each)) for rule, each in groupby(ordered, lambda each: each[1].rule)
    ]
    return sorted(found, key=lambda each: -len(each.times))


def _snapshots(desk: Desk, change: Change) -> tuple[Snapshot | None, Snapshot | None]:
    sides = [
        None if each is None else desk.ledger.snapshots.get(each)
        for each in (change.before_snapshot, change.after_snapshot)
    ]
    return sides[0], sides[1]


def _earlier(desk: Desk, change: Change) -> list[tuple[Change, str, str]]:
    """Give the other changes of the source with what became of them, newest first."""
    others = desk.ledger.changes.all(source_id=change.source_id, limit=12)
    return [
        (each, desk.ledger.changes.status(each.id or 0), title_of(desk, each))
        for each in others
        if each.id != change.id
    ]
