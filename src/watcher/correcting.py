"""A correction on its way: into the queue at once, then checked against its source by a look of its own.

The look is made after the reader was answered. If it finds the quote that the last look did not (or no longer finds
it), an item with that evidence takes the place of the first one. Whatever ends it early loses nothing: the correction
waits already, and its source is due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from watcher import reviews
from watcher.claims import Pack
from watcher.desk import Desk, pack_named
from watcher.engines import Fetcher
from watcher.errors import FetchError
from watcher.model import (
    Authority,
    Change,
    Correction,
    HostRules,
    Known,
    Response,
    Source,
)
from watcher.settings import Settings

FRESH_FOR = timedelta(minutes=5)
"""What was looked at so lately is not looked at again: many corrections are not many visits."""

Result = TypeVar("Result")

Fetching = Callable[[Settings, Mapping[str, HostRules]], AbstractAsyncContextManager[Fetcher]]
"""What opens a fetcher, as `engines.fetcher` does."""


class Ask(Protocol):
    """Whoever owns the ledger, and does with the desk what is asked."""

    async def __call__(self, work: Callable[[Desk], Result]) -> Result:
        """Give what `work` makes of the desk."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A look that a correction asks for: what to fetch, and how its host wants to be treated."""

    source: Source
    known: Known
    hosts: Mapping[str, HostRules]


def propose(desk: Desk, correction: Correction) -> Correction:
    """Take a reader's correction into the queue, checked against its source as it was last seen; the source is due.

    Raises ReviewError when the offering has no source, NotFound when there is no such offering.
    """
    source = _source_of(desk, correction)
    with desk.ledger.atomic():
        sent = desk.ledger.corrections.add(correction, _item(desk, correction, source))
        if _is_proof(correction, source):
            desk.ledger.sources.make_due(source.id, correction.sent_at)
    return sent


async def check_at_once(
    ask: Ask, fetching: Fetching, settings: Settings, change_id: int, clock: Callable[[], datetime]
) -> int:
    """Look at the source that a correction names, and give the number of the item that stands for it then."""
    wanted = await ask(lambda desk: wanted_for(desk, change_id, clock()))
    if wanted is None:
        return change_id
    try:
        async with fetching(settings, wanted.hosts) as fetcher:
            response = await fetcher.fetch(wanted.source, wanted.known)
    except FetchError:  # no browser here: the next sweep looks, wherever it runs
        return change_id
    pack = pack_named(settings)
    return await ask(lambda desk: renewed(desk, change_id, wanted, response, pack))


def wanted_for(desk: Desk, change_id: int, now: datetime) -> Wanted | None:
    """Give the look that a correction asks for; None when it names no primary source, or that was seen just now."""
    correction, source = (
        desk.ledger.corrections.of(change_id),
        desk.source_of(desk.change(change_id)),
    )
    if correction is None or not _is_proof(correction, source):
        return None
    known = desk.ledger.sources.known(source.id)
    if known.last_check_at is not None and now - known.last_check_at < FRESH_FOR:
        return None
    return Wanted(source, known, desk.ledger.sources.host_rules())


def renewed(
    desk: Desk, change_id: int, wanted: Wanted, response: Response, pack: Pack | None = None
) -> int:
    """Record the look unless another overtook it; give the number of the item that stands for the correction then."""
    source = wanted.source
    if desk.ledger.sources.known(source.id).last_check_at == wanted.known.last_check_at:
        desk.take_in(source, response, pack)
    return _renewed(desk, change_id, source, response.fetched_at)


def _renewed(desk: Desk, change_id: int, source: Source, at: datetime) -> int:
    """Put an item with the evidence of now in place of an undecided one with other evidence."""
    correction, held = desk.ledger.corrections.of(change_id), desk.change(change_id)
    if correction is None or desk.ledger.reviews.of(change_id):
        return change_id
    item = _item(desk, correction, source)
    if _quote(item) == _quote(held):
        return change_id
    with desk.ledger.atomic():
        sent = desk.ledger.corrections.add(correction, item)
        renewed = sent.change_id or 0
        desk.ledger.changes.close(
            change_id, at, f"the source was looked at anew; item {renewed} has what it says now"
        )
    return renewed


def _item(desk: Desk, correction: Correction, source: Source) -> Change:
    known = desk.ledger.sources.known(source.id)
    document = None if known.document_id is None else desk.ledger.documents.get(known.document_id)
    return reviews.correction_change(
        correction,
        source,
        snapshot_id=known.snapshot_id,
        document=document,
        seen_at=known.last_good_at,
        current=desk.ledger.claims.current(source.id),
    )


def _source_of(desk: Desk, correction: Correction) -> Source:
    offering = desk.offering(correction.offering)
    return reviews.source_for(correction, desk.sources_of(offering.slug).values())


def _is_proof(correction: Correction, source: Source) -> bool:
    return source.authority is Authority.PRIMARY and reviews.names(correction, source)


def _quote(item: Change) -> str:
    return next((each.after.evidence.quote for each in item.claims if each.after), "")
