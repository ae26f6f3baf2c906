"""What an event says, and whether a channel wants to hear it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.model import (
    Change,
    ChangeKind,
    Channel,
    Event,
    NoticeKind,
    Offering,
    Slug,
    Source,
    SourceId,
    Vocabulary,
    concerned,
)
from watcher.registry import FeedItem, detected_items
from watcher.registry.lines import SpanKind, line, span
from watcher.urls import host_of

_KINDS = {
    ChangeKind.CHANGE: NoticeKind.CHANGE,
    ChangeKind.VARIANTS: NoticeKind.CHANGE,
    ChangeKind.CONTRADICTION: NoticeKind.CHANGE,
    ChangeKind.SOURCE: NoticeKind.HEALTH,
    ChangeKind.CORRECTION: NoticeKind.CORRECTION,
}
"""First looks are not here: what a page says when it is first seen is no news, it waits in the queue."""

_DECIDED = ("accepted", "amended")

CHANNEL_ALARM = "channels/"
"""So begins the name of an alarm about a channel itself."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What notices are made of: everything as it was declared last."""

    sources: Mapping[SourceId, Source]
    offerings: Mapping[Slug, Offering]


@dataclass(frozen=True, slots=True)
class Notice:
    """One event as it is told. `name` is the same for ever; `change` is None for an alarm."""

    name: str
    kind: NoticeKind
    item: FeedItem
    offerings: tuple[Offering, ...]
    change: Change | None = None
    source: Source | None = None


def is_wanted(channel: Channel, event: Event, change: Change | None, facts: Facts) -> bool:
    """Tell whether `channel` is to be told of `event`; `change` is what it tells of, None for an alarm.

    Significance is asked of changes alone: trouble and corrections have none that could be compared.
    """
    kind = _kind(event, change)
    if kind is None or kind not in channel.about or _is_own_alarm(channel, event):
        return False
    if (
        change is not None
        and kind is NoticeKind.CHANGE
        and change.significance.level < channel.significance
    ):
        return False
    return _concerns(channel, _slugs(event, change, facts), facts)


def notice_of(
    event: Event, change: Change | None, facts: Facts, vocabulary: Vocabulary, status: str = "open"
) -> Notice | None:
    """Give an event as it is told; None for what is no news any more: it mended itself, or a person dismissed it.

    `status` is what became of the change meanwhile, as `Changes.status` gives it.
    """
    kind = _kind(event, change)
    if kind is None or status in ("closed", "dismissed"):
        return None
    slugs = _slugs(event, change, facts) or ()
    offerings = tuple(facts.offerings[slug] for slug in slugs if slug in facts.offerings)
    if change is None:
        return Notice(event.name, kind, _alarm_item(event), offerings)
    items = detected_items([change], facts.sources, facts.offerings, vocabulary)
    source = facts.sources.get(change.source_id)
    if not items:  # its source is not known any more
        return None
    item = _decided(items[0], status) if status in _DECIDED else items[0]
    return Notice(event.name, kind, item, offerings, change, source)


def _decided(item: FeedItem, status: str) -> FeedItem:
    """Give an item that a person accepted before it was told: it is not unreviewed any more."""
    said = line(span(SpanKind.META, f"Detected by machine, and {status} by a person since."))
    title = item.title.replace("[unreviewed]", f"[{status}]", 1)
    return replace(item, title=title, lines=(said, *item.lines[1:]), state=status)


def _kind(event: Event, change: Change | None) -> NoticeKind | None:
    if change is not None:
        return _KINDS.get(change.kind)
    if event.name.startswith(f"alarms/{CHANNEL_ALARM}"):
        return NoticeKind.HEALTH
    return NoticeKind.FRESHNESS


def _is_own_alarm(channel: Channel, event: Event) -> bool:
    return event.name.startswith(f"alarms/{CHANNEL_ALARM}{channel.name}/")


def _concerns(channel: Channel, slugs: Iterable[Slug] | None, facts: Facts) -> bool:
    """Tell whether a channel wants to hear of these offerings; None stands for all that there are."""
    if slugs is None or not (channel.offerings or channel.providers):
        return True
    told = set(slugs)
    if channel.offerings and not told & set(channel.offerings):
        return False
    providers = {facts.offerings[slug].provider for slug in told if slug in facts.offerings}
    return not channel.providers or bool(providers & set(channel.providers))


def _slugs(event: Event, change: Change | None, facts: Facts) -> tuple[Slug, ...] | None:
    """Give the offerings that an event is about; None when it is about everything."""
    if change is not None:
        source = facts.sources.get(change.source_id)
        return concerned(change, source.offerings) if source else ()
    what, _, rest = event.name.removeprefix("alarms/").partition("/")
    name = rest.rpartition("/")[0]
    if what == "sources":
        own = [each for each in facts.sources.values() if each.id == name]
    elif what == "hosts":
        own = [each for each in facts.sources.values() if host_of(each.url) == name]
    else:
        return None
    return tuple(dict.fromkeys(slug for each in own for slug in each.offerings))


def _alarm_item(event: Event) -> FeedItem:
    said = dict(event.alarm)
    since = datetime.fromisoformat(said["since"]) if said.get("since") else event.added_at
    return FeedItem(
        path=event.name,
        title=said["title"],
        lines=(line(span(SpanKind.WARNING, said.get("advice", ""))),),
        source_url=said.get("url", ""),
        published_at=event.added_at,
        updated_at=event.added_at,
        changed_at=since,
        effective_on=None,
        labels=("alarm",),
        state="alarm",
    )
