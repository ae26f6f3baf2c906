"""The whole site, in the order in which it is written: the front page first, the sitemap of what was written last."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.errors import PublishError
from watcher.registry.site.change_pages import change_files
from watcher.registry.site.data_files import data_files
from watcher.registry.site.entry_pages import offering_files
from watcher.registry.site.facts import Facts, Registry, SiteInfo, registry_of
from watcher.registry.site.feed_files import feed_files
from watcher.registry.site.lists import front_files, provider_files, standing_files
from watcher.registry.site.making import Digests, File
from watcher.registry.site.matrix import matrix_files
from watcher.registry.site.question_pages import question_files
from watcher.registry.site.rendering import Press
from watcher.registry.site.showing import HERE
from watcher.registry.site.sitemap import sitemap_files
from watcher.registry.site.source_pages import source_files

_ASSETS = ("site.css", "site.js", "icon.svg")
_INDEX = "index.html"


def site_files(facts: Facts, site: SiteInfo) -> Iterator[File]:
    """Give every file of the site, to be made when it is wanted; the same facts give the same bytes.

    Pages are at most 100 KB and ask for nothing from other hosts. Raises NotAccepted before the first file when
    something would be published that nobody accepted, PublishError when two pages have one address.
    """
    registry = registry_of(facts, site)
    return _each_once(_files(registry), site)


def data_of(facts: Facts, site: SiteInfo) -> Iterator[tuple[str, bytes]]:
    """Give path and content of the files of the site that are data, without its pages; raises as `site_files` does."""
    for file in data_files(registry_of(facts, site), Digests(site)):
        yield file.path, file.make()


def _files(registry: Registry) -> Iterator[File]:
    digests = Digests(registry.site)
    press = Press(registry.site, digests)
    yield from front_files(registry, press)
    for name in _ASSETS:
        yield File(f"assets/{name}", (HERE / "assets" / name).read_bytes)
    for entry in registry.entries.values():
        yield from offering_files(registry, press, entry)
    yield from provider_files(registry, press)
    yield from question_files(registry, press)
    yield from matrix_files(registry, press)
    yield from source_files(registry, press)
    yield from change_files(registry, press)
    yield from standing_files(registry, press)
    yield from data_files(registry, digests)
    yield from feed_files(registry, digests)
    yield File(".nojekyll", bytes)


def _each_once(files: Iterator[File], site: SiteInfo) -> Iterator[File]:
    seen: set[str] = set()
    for file in files:
        if file.path in seen:
            raise PublishError(
                f"two pages would be at {file.path}: two slugs, or a slug and a claim key, are too much alike. "
                "Rename one in the declarations."
            )
        seen.add(file.path)
        yield file
    if site.url:
        pages = [path.removesuffix(_INDEX) for path in seen if path.endswith(_INDEX)]
        yield from sitemap_files(site.root, sorted(pages))
