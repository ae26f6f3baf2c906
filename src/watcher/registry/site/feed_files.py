"""Feeds of what people accepted: one for all, and one for each offering, provider, key and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from watcher.registry.feed_items import FeedInfo, FeedItem
from watcher.registry.feeds import atom, json_feed
from watcher.registry.printable import shortened
from watcher.registry.site import addresses
from watcher.registry.site.facts import Registry, Told
from watcher.registry.site.lists import providers_of, told_of
from watcher.registry.site.making import Digests, File
from watcher.registry.site.questions import asked

_ALL = 100
_FEW = 30
_TITLE_LENGTH = 160
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed_files(registry: Registry, digests: Digests) -> Iterator[File]:
    """Give every feed as Atom and as JSON Feed. Feeds without items are there too, to be subscribed to."""
    began_at = min((change.raised_at for change in registry.facts.changes), default=_EPOCH)
    items = {told.id: _item(registry, told) for told in registry.told}
    for home, name, title, told, limit in _feeds(registry):
        newest = sorted(
            (items[each.id] for each in told), key=lambda item: item.updated_at, reverse=True
        )[:limit]
        yield from _both(registry, digests, home, name, title, newest, began_at)


def _feeds(registry: Registry) -> Iterator[tuple[str, str, str, Sequence[Told], int]]:
    """Give the page, the permanent name, the title and the changes of each feed."""
    yield "changes/", "reviewed", "changes of policy", registry.told, _ALL
    for slug, entry in registry.entries.items():
        home = addresses.offering_page(slug)
        told = registry.told_of_offering.get(slug, ())
        yield home, f"offerings/{addresses.segment(slug)}", entry.offering.name, told, _FEW
    for provider in providers_of(registry):
        told = told_of(registry, provider)
        yield provider.address, provider.address.rstrip("/"), provider.name, told, _FEW
    for key in registry.keys:
        home = addresses.question_page(key)
        told = registry.told_of_key.get(key, ())
        known = registry.vocabulary.get(key)
        title = known.question if known else asked(key, "all offerings", registry.vocabulary)
        yield home, f"keys/{addresses.segment(key)}", title, told, _FEW
    for source in registry.sources:
        home = addresses.source_page(source.id)
        told = registry.told_of_source.get(source.id, ())
        yield home, home.rstrip("/"), source.title, told, _FEW


def _item(registry: Registry, told: Told) -> FeedItem:
    """Give the item; where the site's address is known it leads to the change's own page."""
    if not registry.site.url:
        return told.item
    return replace(told.item, source_url=registry.site.root + addresses.change_page(told.id))


def _both(
    registry: Registry,
    digests: Digests,
    home: str,
    name: str,
    title: str,
    items: Sequence[FeedItem],
    began_at: datetime,
) -> Iterator[File]:
    root = registry.site.root
    for ending, write in (("atom", atom), ("json", json_feed)):
        path = f"{home}feed.{ending}"
        info = FeedInfo(
            ledger_id=registry.facts.ledger_id,
            name=name,
            title=shortened(f"{registry.site.title}: {title}", _TITLE_LENGTH),
            subtitle="Changes that a person has reviewed, each with its proof",
            url=f"{root}{path}" if root else "",
            home=f"{root}{home}" if root else "",
            author=registry.site.title,
            began_at=began_at,
        )
        yield File(path, partial(write, info, items), digests.of(info, items))
