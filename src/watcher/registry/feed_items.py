"""What feeds tell: detected changes for maintainers, reviewed ones for readers, each under one permanent id.

An item's id is made of the ledger's id and the change's, so it is the same however often it is published. What
becomes of a change that readers were told of (amended, accepted again, taken back) is an update of its item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from watcher.model import (
    Change,
    Decision,
    Offering,
    Review,
    Slug,
    Source,
    SourceId,
    Vocabulary,
    concerned,
)
from watcher.registry.account import change_lines, change_title, effective_on
from watcher.registry.claim_notes import ClaimNote, claim_notes
from watcher.registry.entries import PUBLISHED_KINDS
from watcher.registry.lines import Line, SpanKind, line, span
from watcher.registry.printable import one_line, quote_link

FEED_LENGTH = 200
"""Items of a feed: weeks of news for a reader who was away, and still one small file."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD = (Decision.ACCEPT, Decision.AMEND)


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed is: `name` tells it from the other feeds of its ledger and is part of its permanent id.

    `url` is where the feed itself is served and `home` the page that it is a feed of, where there are such.
    `began_at` is the feed's time while it is empty: a moment that stays, such as the ledger's first check.
    """

    ledger_id: str
    name: str
    title: str
    subtitle: str = ""
    url: str = ""
    home: str = ""
    author: str = "Watcher"
    began_at: datetime = _EPOCH

    @property
    def id(self) -> str:
        """The permanent id of the feed, a tag URI (RFC 4151)."""
        return tag(self.ledger_id, f"feeds/{self.name}")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One change as a feed tells it. `path` with the ledger's id makes the permanent id.

    `stale` says why what it tells may no longer hold.
    """

    path: str
    title: str
    lines: tuple[Line, ...]
    source_url: str
    published_at: datetime
    updated_at: datetime
    changed_at: datetime
    effective_on: date | None
    labels: tuple[str, ...]
    claims: tuple[ClaimNote, ...] = ()
    state: str = "unreviewed"
    stale: str = ""


def tag(ledger_id: str, path: str) -> str:
    """Give the tag URI of something in a ledger. `.invalid` (RFC 2606) claims nobody's domain."""
    return f"tag:watcher.invalid,2026:{ledger_id}/{path}"


def detected_items(
    changes: Iterable[Change],
    sources: Mapping[SourceId, Source],
    offerings: Mapping[Slug, Offering],
    vocabulary: Vocabulary,
    limit: int = FEED_LENGTH,
) -> tuple[FeedItem, ...]:
    """Give an item for each of the newest `limit` changes that the machine raised, each marked unreviewed.

    What a person does with a change later alters nothing here. Changes of sources no longer declared are left out.
    """
    told = [change for change in changes if change.source_id in sources and change.id is not None]
    told.sort(key=lambda change: (change.raised_at, change.id), reverse=True)
    return tuple(
        _detected(change, sources[change.source_id], offerings, vocabulary)
        for change in told[:limit]
    )


def reviewed_items(
    changes: Iterable[Change],
    reviews: Iterable[Review],
    decisions: Mapping[int, Review],
    sources: Mapping[SourceId, Source],
    offerings: Mapping[Slug, Offering],
    vocabulary: Vocabulary,
    limit: int = FEED_LENGTH,
    stale: Mapping[SourceId, str] | None = None,
) -> tuple[FeedItem, ...]:
    """Give an item for each change that was accepted or amended, the `limit` decided last, newest first.

    `reviews` is their whole history, `decisions` what stands (`reviews.standing`). A change that was told and is
    accepted no longer stays as an item that says so: nothing that readers were told vanishes in silence. `stale`
    says of sources why they may no longer say what they did; their items say so too.
    """
    histories: dict[int, list[Review]] = {}
    for review in sorted(reviews, key=lambda review: (review.decided_at, review.id or 0)):
        histories.setdefault(review.change_id, []).append(review)
    told = [
        (history, change)
        for change in changes
        if change.kind in PUBLISHED_KINDS and change.source_id in sources
        if (history := _since_told(histories.get(change.id or 0, [])))
    ]
    told.sort(key=lambda each: (each[0][-1].decided_at, each[1].id), reverse=True)
    return tuple(
        _reviewed(
            change,
            history,
            decisions.get(change.id or 0),
            sources[change.source_id],
            offerings,
            vocabulary,
            (stale or {}).get(change.source_id, ""),
        )
        for history, change in told[:limit]
    )


def _since_told(history: list[Review]) -> list[Review]:
    """Give the decisions on a change from the first that told it to readers."""
    for place, review in enumerate(history):
        if review.decision in _TOLD:
            return history[place:]
    return []


def _detected(
    change: Change, source: Source, offerings: Mapping[Slug, Offering], vocabulary: Vocabulary
) -> FeedItem:
    told = change_lines(change, source, vocabulary)
    notes = claim_notes(change, vocabulary)
    about = concerned(change, source.offerings)
    warning = "Detected by machine, not reviewed by a person."
    return FeedItem(
        path=f"changes/{change.id}/detected",
        title=f"[unreviewed] {change_title(change, source, vocabulary)}",
        lines=(line(span(SpanKind.WARNING, warning)), *_about(about, offerings), *told[1:]),
        source_url=_place(source, notes),
        published_at=change.raised_at,
        updated_at=change.raised_at,
        changed_at=change.changed_at,
        effective_on=effective_on(change),
        labels=("unreviewed", change.kind.value, *_labels(about, source, notes)),
        claims=notes,
    )


def _reviewed(
    change: Change,
    history: list[Review],
    decision: Review | None,
    source: Source,
    offerings: Mapping[Slug, Offering],
    vocabulary: Vocabulary,
    stale: str,
) -> FeedItem:
    stands = decision is not None and decision.decision in _TOLD
    about = concerned(change, source.offerings)
    review = decision if stands else None
    notes = claim_notes(change, vocabulary, review)
    title = change_title(change, source, vocabulary, review)
    told = change_lines(change, source, vocabulary, review=review, for_readers=True)
    return FeedItem(
        path=f"changes/{change.id}/reviewed",
        title=title if stands else f"Taken back: {title}",
        lines=(*_state_line(stands, stale), *_about(about, offerings), *told[1:]),
        source_url=_place(source, notes),
        published_at=history[0].decided_at,
        updated_at=history[-1].decided_at,
        changed_at=change.changed_at,
        effective_on=effective_on(change),
        labels=("reviewed" if stands else "taken_back", *_labels(about, source, notes))
        + (("stale",) if stale else ()),
        claims=notes,
        state="reviewed" if stands else "taken_back",
        stale=stale,
    )


def _state_line(stands: bool, stale: str) -> Iterator[Line]:
    if stale:
        yield line(span(SpanKind.WARNING, f"Stale: {stale}"))
    if not stands:
        text = "This was published and has been taken back: it no longer stands as told below."
        yield line(span(SpanKind.WARNING, text))


def _about(about: Iterable[Slug], offerings: Mapping[Slug, Offering]) -> Iterator[Line]:
    names = [
        f"{offerings[slug].name} ({offerings[slug].provider})"
        for slug in about
        if slug in offerings
    ]
    if names:
        yield line(span(SpanKind.META, f"Concerns {', '.join(map(one_line, names))}."))


def _labels(about: Iterable[Slug], source: Source, notes: tuple[ClaimNote, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*about, source.kind.value, *(note.key for note in notes)]))


def _place(source: Source, notes: tuple[ClaimNote, ...]) -> str:
    """Give the source's address at the first quote that is there now."""
    return quote_link(source.url, next((note.new_quote for note in notes if note.new_quote), ""))
