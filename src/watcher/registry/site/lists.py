"""The front page, the offerings of each provider, and the pages that say how all this is to be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from watcher.registry.entries import Entry
from watcher.registry.printable import one_line
from watcher.registry.site import addresses
from watcher.registry.site.facts import Registry, Told
from watcher.registry.site.making import File
from watcher.registry.site.rendering import Press, leaves

_CHANGES_ON_FRONT = 8
_OFFERINGS_ON_FRONT = 120


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, as its first offering spells it, with its entries."""

    name: str
    address: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the registry holds."""

    offerings: int
    answers: int
    sources: int
    changes: int


def front_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the front page and, when the offerings are too many for it, the pages of the list it begins."""
    providers = providers_of(registry)
    told = registry.told[:_CHANGES_ON_FRONT]
    entries = list(registry.entries.values())
    for leaf in leaves(entries, _OFFERINGS_ON_FRONT):
        yield press.page(
            "index",
            addresses.numbered("", leaf.number),
            figures=figures(registry),
            leaf=leaf,
            first="",
            groups=_by_provider(leaf.rows, providers),
            told=told if leaf.number == 1 else (),
            feeds="changes/feed",
        )


def provider_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the page of each provider."""
    for provider in providers_of(registry):
        for leaf in leaves(provider.entries):
            yield press.page(
                "provider",
                addresses.numbered(provider.address, leaf.number),
                provider=provider,
                leaf=leaf,
                first=provider.address,
                told=told_of(registry, provider)[:_CHANGES_ON_FRONT] if leaf.number == 1 else (),
                feeds=f"{provider.address}feed",
            )


def standing_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the pages that say how to use the data, how to send a correction, and that there is no such page."""
    yield press.page("data", "data/", figures=figures(registry), feeds="changes/feed")
    yield press.page("corrections", "corrections/")
    yield press.page("missing", "404.html")


def providers_of(registry: Registry) -> list[Provider]:
    """Give the providers by name; spellings that share an address are one provider."""
    found: dict[str, list[Entry]] = {}
    for entry in registry.entries.values():
        found.setdefault(addresses.provider_page(entry.offering.provider), []).append(entry)
    return [
        Provider(one_line(entries[0].offering.provider), address, tuple(entries))
        for address, entries in found.items()
    ]


def told_of(registry: Registry, provider: Provider) -> list[Told]:
    """Give the changes that concern any offering of a provider, newest first."""
    told = {
        each.id: each
        for entry in provider.entries
        for each in registry.told_of_offering.get(entry.offering.slug, ())
    }
    return sorted(told.values(), key=lambda each: (each.change.changed_at, each.id), reverse=True)


def figures(registry: Registry) -> Figures:
    """Count what the registry holds."""
    return Figures(
        offerings=len(registry.entries),
        answers=sum(cells[0].reviewed for rows in registry.rows.values() for _, cells in rows),
        sources=len(registry.sources),
        changes=len(registry.told),
    )


def _by_provider(
    entries: Sequence[Entry], providers: Sequence[Provider]
) -> list[tuple[Provider, list[Entry]]]:
    known = {provider.address: provider for provider in providers}
    groups = groupby(entries, key=lambda entry: addresses.provider_page(entry.offering.provider))
    return [(known[address], list(inside)) for address, inside in groups]
