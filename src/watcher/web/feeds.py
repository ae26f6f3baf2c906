"""Feeds as they are served: detected changes for those who work here, reviewed ones for everybody; ETag and 304."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from starlette.responses import Response

from watcher.desk import Desk
from watcher.model import Change, ChangeKind, ClaimChange, SourceId
from watcher.registry import FeedInfo, FeedItem, atom, detected_items, json_feed, reviewed_items
from watcher.web.rendering import page
from watcher.web.visit import Need, Visit, may, not_found

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_FORMS = {"atom": (atom, "application/atom+xml"), "json": (json_feed, "application/feed+json")}
_SCOPES = ("offering", "provider", "source", "key")
_RECENT = 2_000
"""Changes looked at for a feed: it holds the newest two hundred that fit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which feed is asked for: reviewed or detected, of everything or of one thing, in which form."""

    reviewed: bool
    scope: str
    name: str
    form: str

    @property
    def title(self) -> str:
        """What the feed is called."""
        about = f" of {self.name}" if self.name else ""
        return f"Policy changes{about}" + ("" if self.reviewed else ", detected, unreviewed")

    @property
    def id(self) -> str:
        """What tells the feed from the others of its ledger, whatever its form."""
        kind = "reviewed" if self.reviewed else "detected"
        return f"{kind}/{self.scope}/{self.name}" if self.scope else kind


def feeds_page(visit: Visit) -> Response:
    """Show which feeds there are."""
    return page(
        visit,
        "feeds.html",
        offerings=visit.desk.offerings.values(),
        providers=sorted({each.provider for each in visit.desk.offerings.values()}),
        sources=visit.desk.sources.values(),
        keys=visit.desk.vocabulary.values(),
    )


def feed(visit: Visit) -> Response:
    """Give a feed, or 304 when the reader has it. Detected changes need an account or its token."""
    wanted = _wanted(str(visit.request.path_params["name"]))
    if not wanted.reviewed and not may(visit.account, Need.READER):
        return Response(
            "A token is needed: send it as the password.",
            401,
            {"www-authenticate": 'Basic realm="watcher"'},
        )
    write, media_type = _FORMS[wanted.form]
    content = write(_info(visit, wanted), _items(visit.desk, wanted))
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "no-cache"}
    if etag in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _wanted(path: str) -> Wanted:
    """Read `reviewed.atom`, or `detected/offering/acme-api.json`."""
    stem, _, form = path.rpartition(".")
    kind, _, rest = stem.partition("/")
    scope, _, name = rest.partition("/")
    if (
        kind not in ("reviewed", "detected")
        or form not in _FORMS
        or (scope and scope not in _SCOPES)
    ):
        not_found("There is no such feed; /feeds lists them.")
    if scope and not name:
        not_found(f"Say which {scope}; /feeds lists the feeds.")
    return Wanted(kind == "reviewed", scope, name, form)


def _info(visit: Visit, wanted: Wanted) -> FeedInfo:
    root = visit.place.url.rstrip("/")
    first = visit.desk.ledger.changes.following(0, 1)
    home = f"{root}/offerings/{wanted.name}" if wanted.scope == "offering" else f"{root}/offerings"
    return FeedInfo(
        ledger_id=visit.desk.ledger.id,
        name=wanted.id,
        title=wanted.title,
        url=f"{root}{visit.request.url.path}",
        home=home if wanted.reviewed else f"{root}/queue",
        began_at=first[0].raised_at if first else _BEFORE_ALL,
    )


def _items(desk: Desk, wanted: Wanted) -> tuple[FeedItem, ...]:
    sources = {each: source for each, source in desk.sources.items() if _fits(desk, wanted, each)}
    changes = [
        change
        for change in _recent(desk, wanted, sources)
        if change.source_id in sources and _has_key(change.claims, wanted)
    ]
    if wanted.reviewed:
        ids = {change.id for change in changes}
        told = [each for each in desk.ledger.reviews.all() if each.change_id in ids]
        return reviewed_items(
            changes, told, desk.decisions(), sources, desk.offerings, desk.vocabulary
        )
    past = desk.ledger.changes.imported()
    news = [
        each for each in changes if each.kind is not ChangeKind.FIRST_LOOK and each.id not in past
    ]
    return detected_items(news, sources, desk.offerings, desk.vocabulary)


def _recent(desk: Desk, wanted: Wanted, sources: Iterable[SourceId]) -> list[Change]:
    """Give the newest changes, newest first: of few sources from each, so that busy ones crowd none of them out."""
    if wanted.scope in ("", "key"):
        return desk.ledger.changes.all(limit=_RECENT)
    held = [
        change
        for each in sources
        for change in desk.ledger.changes.all(source_id=each, limit=_RECENT)
    ]
    return sorted(held, key=lambda change: (change.raised_at, change.id or 0), reverse=True)


def _fits(desk: Desk, wanted: Wanted, source_id: SourceId) -> bool:
    source = desk.sources[source_id]
    if wanted.scope == "source":
        return source_id == wanted.name
    if wanted.scope == "offering":
        return wanted.name in source.offerings
    if wanted.scope == "provider":
        own = (desk.offerings.get(slug) for slug in source.offerings)
        return any(each is not None and each.provider == wanted.name for each in own)
    return True


def _has_key(claims: Iterable[ClaimChange], wanted: Wanted) -> bool:
    if wanted.scope != "key":
        return True
    return any(each.key == wanted.name for each in claims)
