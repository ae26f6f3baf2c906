"""Where a provider names its policies: its sites, by what is declared of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from watcher.discovery.hosts import site_of
from watcher.model import Authority, Offering, Slug, Source, SourceKind

_MOST_HOSTS = 3
_MOST_HOMES = 2
_OTHERS_SPEAK = frozenset({SourceKind.NEWS, SourceKind.ARTICLE, SourceKind.REGISTRY})


@dataclass(frozen=True, slots=True)
class Site:
    """The hosts of one provider: its declared sources there, its home pages, the origins that may have sitemaps."""

    name: str
    sources: tuple[Source, ...]
    homes: tuple[str, ...]
    origins: tuple[str, ...]


def sites_of(sources: Iterable[Source], offerings: Mapping[Slug, Offering]) -> tuple[Site, ...]:
    """Give the sites at which providers speak for themselves in `sources`, in the order of the declarations."""
    by_site: dict[str, list[Source]] = {}
    for source in sources:
        if source.authority is Authority.PRIMARY and source.kind not in _OTHERS_SPEAK:
            by_site.setdefault(site_of(source.url), []).append(source)
    return tuple(_site(name, own, offerings) for name, own in by_site.items() if name)


def _site(name: str, own: list[Source], offerings: Mapping[Slug, Offering]) -> Site:
    origins = Counter(_origin(source.url) for source in own)
    busiest = [origin for origin, _ in origins.most_common(_MOST_HOSTS)]
    said = [
        offerings[slug].official_site
        for source in own
        for slug in source.offerings
        if slug in offerings
    ]
    homes = dict.fromkeys(each for each in said if each and site_of(each) == name)
    homes.setdefault(f"{busiest[0]}/")
    return Site(name, tuple(own), tuple(homes)[:_MOST_HOMES], tuple(busiest))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
