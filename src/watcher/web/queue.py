"""The queue: what waits, the most significant first, filtered and page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from watcher import reviews
from watcher.desk import Desk
from watcher.ledger.queue import Asked
from watcher.model import Change, ChangeKind, Decision, Offering, Review, Source, SourceId
from watcher.reviews import standing
from watcher.web.alarms import alarms_of
from watcher.web.finds import found
from watcher.web.rendering import page
from watcher.web.telling import BlockView, ClaimView, block_views, claim_views, is_obvious, title_of
from watcher.web.visit import Need, Visit, may

PER_PAGE = 50
STATES = ("waiting", "deferred", "decided", "closed", "all")
AGES = {
    "": "any age",
    "1": "last day",
    "7": "last week",
    "30": "last month",
    "-7": "over a week",
    "-30": "over a month",
}
_FILTERS = ("state", "offering", "provider", "source", "kind", "age", "reviewer")
_CLAIMS_SHOWN = 3
_SHOWN = ("claims differ: ", "first look: ")
"""How reasons begin that only count what stands above them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue: a change, and those that say the same elsewhere."""

    change: Change
    same: tuple[Change, ...]
    source: Source
    others: tuple[Source, ...]
    offerings: tuple[Offering, ...]
    title: str
    claims: tuple[ClaimView, ...]
    blocks: tuple[BlockView, ...]
    status: str
    review: Review | None
    choices: frozenset[Decision]
    obvious: bool

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons that the row does not show already, by its claims."""
        reasons = self.change.significance.reasons
        return tuple(each for each in reasons if not (self.claims and each.startswith(_SHOWN)))

    @property
    def ids(self) -> str:
        """The changes of this row, as forms carry them."""
        return ",".join(str(each.id) for each in (self.change, *self.same))


def home(visit: Visit) -> Response:
    """Send those who work here to the queue, and others to what they may read."""
    return RedirectResponse("/queue" if may(visit.account, Need.READER) else "/offerings", 303)


def queue_page(visit: Visit) -> Response:
    """Show a page of the queue."""
    ledger, asked, number = visit.desk.ledger, asked_for(visit), max(visit.number("page", 1), 1)
    groups = ledger.queue.page(asked, visit.now, PER_PAGE, (number - 1) * PER_PAGE)
    counts = ledger.queue.counts(asked, visit.now)
    return page(
        visit,
        "queue.html",
        rows=rows_of(visit.desk, groups),
        counts=counts,
        waiting=counts.items if asked == Asked() else ledger.queue.counts(Asked(), visit.now).items,
        number=number,
        last=-(-counts.groups // PER_PAGE),
        chosen=chosen(visit),
        filters=filters(visit),
        options=options(visit.desk),
        seen=visit.desk.last_seen(),
        next_look=ledger.sources.next_due_at(),
        done=done(visit),
        finds=len(found(visit)),
        alarms=() if filters(visit) else alarms_of(visit),
    )


def chosen(visit: Visit) -> dict[str, str]:
    """Give the filters that the address names."""
    return {name: visit.asked(name) for name in _FILTERS}


def filters(visit: Visit) -> str:
    """Give the filters as an address carries them on."""
    return urlencode({name: value for name, value in chosen(visit).items() if value})


def asked_for(visit: Visit) -> Asked:
    """Give what the address asks of the queue; what makes no sense does not narrow it."""
    names = chosen(visit)
    age = names["age"] if names["age"] in AGES else ""
    moment = visit.now - timedelta(days=abs(int(age))) if age else None
    return Asked(
        state=names["state"] if names["state"] in STATES else "waiting",
        sources=_sources(visit.desk, names),
        kind=ChangeKind(names["kind"]) if names["kind"] in list(ChangeKind) else None,
        raised_since=moment if not age.startswith("-") else None,
        raised_before=moment if age.startswith("-") else None,
        reviewer=names["reviewer"] or None,
    )


def _sources(desk: Desk, names: Mapping[str, str]) -> list[SourceId] | None:
    """Give the sources that fit offering, provider and source, or None when none of them is named."""
    offering, provider, source = names["offering"], names["provider"], names["source"]
    if not (offering or provider or source):
        return None
    slugs = {slug for slug, each in desk.offerings.items() if each.provider == provider}
    return [
        each.id
        for each in desk.sources.values()
        if (not source or each.id == source)
        and (not offering or offering in each.offerings)
        and (not provider or slugs.intersection(each.offerings))
    ]


def options(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """Give what there is to choose among, by filter, as (value, words)."""
    providers = sorted({each.provider for each in desk.offerings.values()}, key=str.casefold)
    offerings = sorted(desk.offerings.values(), key=lambda each: each.name.casefold())
    sources = sorted(desk.sources.values(), key=lambda each: each.title.casefold())
    return {
        "state": [(state, state) for state in STATES],
        "kind": [("", "any kind"), *((kind, kind.replace("_", " ")) for kind in ChangeKind)],
        "provider": [("", "any provider"), *((each, each) for each in providers)],
        "offering": [("", "any offering"), *((each.slug, each.name) for each in offerings)],
        "source": [("", "any source"), *((each.id, each.title) for each in sources)],
        "age": list(AGES.items()),
        "reviewer": [("", "anybody"), *((name, name) for name in desk.ledger.queue.reviewers())],
    }


def rows_of(desk: Desk, groups: list[tuple[int, ...]]) -> list[Row]:
    """Give the rows of groups of changes, in their order."""
    held = desk.ledger.changes.several([each for group in groups for each in group])
    return [row_of(desk, *(held[each] for each in group)) for group in groups]


def row_of(desk: Desk, change: Change, *same: Change) -> Row:
    """Give the row of a change and of those that say the same."""
    source = desk.source_of(change)
    decision = standing(desk.ledger.reviews.of(change.id or 0)).get(change.id or 0)
    status = desk.ledger.changes.status(change.id or 0)
    return Row(
        change=change,
        same=same,
        source=source,
        others=tuple(map(desk.source_of, same)),
        offerings=tuple(
            desk.offerings[slug] for slug in source.offerings if slug in desk.offerings
        ),
        title=title_of(desk, change, decision),
        claims=claim_views(desk, change, in_context=False)[:_CLAIMS_SHOWN],
        blocks=() if change.claims else tuple(block_views(change.blocks[:1])),
        status=status,
        review=decision,
        choices=reviews.choices(status, change.kind),
        obvious=is_obvious(change),
    )


def done(visit: Visit) -> Row | None:
    """Give the change that the visitor decided on a moment ago, as the address says."""
    if not visit.asked("done").isdigit():
        return None
    held = visit.desk.ledger.changes.several([visit.number("done")])
    return row_of(visit.desk, *held.values()) if held else None
