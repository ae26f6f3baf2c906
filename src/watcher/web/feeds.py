"""Feeds as they are served: detected changes for those who work here, reviewed ones for everybody; ETag and 304."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from starlette.responses import Response

from watcher.desk import Desk
from watcher.ledger.news import About
from watcher.model import Change, Slug, SourceId, told_to
from watcher.registry import (
    FEED_LENGTH,
    PUBLISHED_KINDS,
    FeedInfo,
    FeedItem,
    atom,
    detected_items,
    json_feed,
    reviewed_items,
)
from watcher.reviews import standing
from watcher.web.rendering import page
from watcher.web.visit import Need, Visit, may, not_found

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_FORMS = {"atom": (atom, "application/atom+xml"), "json": (json_feed, "application/feed+json")}
_SCOPES = ("offering", "provider", "source", "key")


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
    about = _about(desk, wanted)
    if not wanted.reviewed:
        found = _parts(desk.ledger.news.detected(about, FEED_LENGTH), wanted)
        return detected_items(found, desk.sources, desk.offerings, desk.vocabulary)
    found = _parts(desk.ledger.news.told(about, PUBLISHED_KINDS, FEED_LENGTH), wanted)
    history = desk.ledger.reviews.of_several([each.id or 0 for each in found])
    decided = standing(history)
    return reviewed_items(found, history, decided, desk.sources, desk.offerings, desk.vocabulary)


def _parts(changes: Iterable[Change], wanted: Wanted) -> list[Change]:
    """Give what of changes belongs in the feed: in that of an offering, only what is about it."""
    if wanted.scope != "offering":
        return list(changes)
    parts = (told_to(change, Slug(wanted.name)) for change in changes)
    return [part for part in parts if part is not None]


def _about(desk: Desk, wanted: Wanted) -> About:
    """Give what the feed is about, as the ledger is asked for it."""
    if wanted.scope == "key":
        return About(key=wanted.name)
    if not wanted.scope:
        return About()
    return About(sources=[each for each in desk.sources if _fits(desk, wanted, each)])


def _fits(desk: Desk, wanted: Wanted, source_id: SourceId) -> bool:
    source = desk.sources[source_id]
    if wanted.scope == "source":
        return source_id == wanted.name
    if wanted.scope == "offering":
        return wanted.name in source.offerings
    if wanted.scope == "provider":
        own = (desk.offerings.get(slug) for slug in source.offerings)
        return any(each is not None and each.provider == wanted.name for each in own)
    raise AssertionError(f"{wanted.scope} is no scope of sources")
