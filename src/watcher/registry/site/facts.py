"""What the site is made of: the facts as they come from the ledger, and the same facts sorted once for all pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from watcher.errors import NotAccepted
from watcher.model import (
    AcceptedClaim,
    Change,
    Check,
    Claim,
    Decision,
    Known,
    Offering,
    Review,
    Slug,
    Source,
    SourceId,
    Vocabulary,
    told_to,
)
from watcher.registry.entries import Cell, Entry, entry
from watcher.registry.feed_items import FeedItem, reviewed_items
from watcher.registry.lines import SpanKind, line, span
from watcher.registry.printable import quote_link

Each = TypeVar("Each")
Place = TypeVar("Place")

_STANDS = (Decision.ACCEPT, Decision.AMEND)


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """How the site is called and where it will be. Without `url` it has no sitemap and its feeds name no address.

    `corrections` is where readers send corrections: an e-mail address, or a web address in which `{offering}` and
    `{key}` are filled in.
    """

    title: str = "Policy registry"
    url: str = ""
    corrections: str = ""

    @property
    def root(self) -> str:
        """The site's address with a slash at its end, or an empty text."""
        return f"{self.url.rstrip('/')}/" if self.url else ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is published, at `now`. `accepted` comes from `reviews.accepted_claims`, `decisions` from `standing`.

    `checks` are the last looks at each source, newest first. `unreviewed` holds machine-read claims only when they
    are to be shown too.
    """

    ledger_id: str
    offerings: Mapping[Slug, Offering]
    sources: Mapping[SourceId, Source]
    vocabulary: Vocabulary
    accepted: Sequence[AcceptedClaim]
    changes: Sequence[Change]
    reviews: Sequence[Review]
    decisions: Mapping[int, Review]
    known: Mapping[SourceId, Known]
    now: datetime
    checks: Mapping[SourceId, Sequence[Check]] = field(default_factory=dict)
    unreviewed: Mapping[SourceId, Sequence[Claim]] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A change that readers were told of. `review` is None when it has been taken back since."""

    change: Change
    source: Source
    review: Review | None
    item: FeedItem

    @property
    def id(self) -> int:
        """The change's number, which its address carries."""
        return self.change.id or 0

    @property
    def keys(self) -> tuple[str, ...]:
        """The claim keys that it is about."""
        return tuple(dict.fromkeys(note.key for note in self.item.claims))


@dataclass(frozen=True)
class Registry:
    """The facts, each sorted to where pages need it. Lists of changes are newest first."""

    facts: Facts
    site: SiteInfo
    entries: Mapping[Slug, Entry]
    rows: Mapping[str, Sequence[tuple[Entry, tuple[Cell, ...]]]]
    told: Sequence[Told]
    told_of_source: Mapping[SourceId, Sequence[Told]]
    told_of_offering: Mapping[Slug, Sequence[Told]]
    told_of_key: Mapping[str, Sequence[Told]]
    accepted_of_source: Mapping[SourceId, Sequence[AcceptedClaim]]
    sources: Sequence[Source]

    @property
    def vocabulary(self) -> Vocabulary:
        """The claim keys."""
        return self.facts.vocabulary

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that have an address: those of the vocabulary, and others that something was claimed of."""
        return tuple(dict.fromkeys([*self.vocabulary, *sorted(self.rows)]))


def registry_of(facts: Facts, site: SiteInfo) -> Registry:
    """Sort the facts once. Raises NotAccepted when a claim or change rests on no decision that accepts it."""
    _refuse_unaccepted(facts)
    entries = _entries(facts)
    told = _told(facts)
    used = {source_id for source_id, source in facts.sources.items() if _is_used(source, entries)}
    used |= {each.source.id for each in told}
    return Registry(
        facts=facts,
        site=site,
        entries=entries,
        rows=_rows(entries.values()),
        told=told,
        told_of_source=_sorted_to(told, lambda each: (each.source.id,)),
        told_of_offering=_told_of_offerings(facts, told),
        told_of_key=_sorted_to(told, lambda each: each.keys),
        accepted_of_source=_by_source(facts),
        sources=sorted(
            (facts.sources[source_id] for source_id in used),
            key=lambda source: (source.title.casefold(), source.id),
        ),
    )


def _refuse_unaccepted(facts: Facts) -> None:
    for claim in facts.accepted:
        decision = facts.decisions.get(claim.change_id)
        if decision is None or decision.decision not in _STANDS:
            raise NotAccepted(
                f"{claim.key} of {claim.offering} rests on change {claim.change_id}, which nobody has accepted; "
                "nothing was published. Decide on it with `watcher review`."
            )


def _is_used(source: Source, entries: Mapping[Slug, Entry]) -> bool:
    return any(slug in entries for slug in source.offerings)


def _entries(facts: Facts) -> dict[Slug, Entry]:
    """Give each offering's entry, by provider and name.

    `entry` looks for what belongs to an offering in all that it is given; here it is given nothing else.
    """
    confirmed = {
        source_id: known.last_good_at
        for source_id, known in facts.known.items()
        if known.last_good_at is not None
    }
    sources = _sorted_to(facts.sources.values(), lambda source: source.offerings)
    accepted = _sorted_to(facts.accepted, lambda claim: (claim.offering,))
    changes = _sorted_to(facts.changes, lambda change: (change.source_id,))
    return {
        offering.slug: entry(
            offering,
            sources={source.id: source for source in sources.get(offering.slug, ())},
            accepted=accepted.get(offering.slug, ()),
            changes=[
                change
                for source in sources.get(offering.slug, ())
                for change in changes.get(source.id, ())
            ],
            decisions=facts.decisions,
            confirmed=confirmed,
            vocabulary=facts.vocabulary,
            now=facts.now,
            unreviewed=facts.unreviewed,
        )
        for offering in sorted(facts.offerings.values(), key=_place)
    }


def _place(offering: Offering) -> tuple[str, str, str]:
    return offering.provider.casefold(), offering.name.casefold(), offering.slug


def _rows(entries: Iterable[Entry]) -> dict[str, list[tuple[Entry, tuple[Cell, ...]]]]:
    """Give for each key the offerings that have an answer, with their cells."""
    rows: dict[str, list[tuple[Entry, tuple[Cell, ...]]]] = defaultdict(list)
    for each in entries:
        for key, cells in cells_by_key(each).items():
            rows[key].append((each, cells))
    return rows


def cells_by_key(of: Entry) -> dict[str, tuple[Cell, ...]]:
    """Give the cells of an entry under their keys, in the entry's order."""
    cells: dict[str, list[Cell]] = defaultdict(list)
    for group in of.groups:
        for cell in group.cells:
            cells[cell.key].append(cell)
    return {key: tuple(inside) for key, inside in cells.items()}


def _told(facts: Facts) -> list[Told]:
    reviews = _sorted_to(facts.reviews, lambda review: (review.change_id,))
    told = []
    for change in facts.changes:
        if history := reviews.get(change.id or 0):
            told += _told_as(facts, change, history)
    return sorted(told, key=lambda each: (each.change.changed_at, each.id), reverse=True)


def _told_of_offerings(facts: Facts, told: Iterable[Told]) -> dict[Slug, list[Told]]:
    """Give under each offering what readers were told of it: of a change, no more than is about it."""
    reviews = _sorted_to(facts.reviews, lambda review: (review.change_id,))
    found: dict[Slug, list[Told]] = defaultdict(list)
    for each in told:
        for slug in each.source.offerings:
            part = told_to(each.change, slug)
            if part is each.change:
                found[slug].append(each)
            elif part is not None:
                found[slug] += _told_as(facts, part, reviews[each.id])
    return dict(found)


def _told_as(facts: Facts, change: Change, history: Sequence[Review]) -> list[Told]:
    known = (facts.sources, facts.offerings, facts.vocabulary)
    items = reviewed_items([change], history, facts.decisions, *known)
    return [_as_told(facts, change, item) for item in items]


def _as_told(facts: Facts, change: Change, item: FeedItem) -> Told:
    source = facts.sources[change.source_id]
    decision = facts.decisions.get(change.id or 0)
    if decision is not None and decision.decision in _STANDS:
        return Told(change, source, decision, item)
    return Told(change, source, None, _without_values(item, source))


def _without_values(item: FeedItem, source: Source) -> FeedItem:
    """Give the item of a change that was taken back without what it said: nobody stands by that any more."""
    notice = "This was published and has been taken back; it no longer stands."
    return replace(
        item,
        title=f"Taken back: a change of {source.title}",
        lines=(
            line(span(SpanKind.WARNING, notice)),
            line(span(SpanKind.META, source.title, source.url)),
        ),
        source_url=quote_link(source.url, ""),
        effective_on=None,
        claims=(),
        labels=("taken_back", *source.offerings),
    )


def _by_source(facts: Facts) -> dict[SourceId, list[AcceptedClaim]]:
    """Give what is accepted from each source, once where it says the same of several offerings."""
    claims = {
        (claim.source_id, claim.key, claim.scope, claim.value): claim for claim in facts.accepted
    }
    return _sorted_to(claims.values(), lambda claim: (claim.source_id,))


def _sorted_to(
    every: Iterable[Each], places: Callable[[Each], Iterable[Place]]
) -> dict[Place, list[Each]]:
    """Give under each place what belongs there, in the order given."""
    found: dict[Place, list[Each]] = defaultdict(list)
    for each in every:
        for place in places(each):
            found[place].append(each)
    return dict(found)
