"""What is worth a person's look among the pages that providers list: new, moved, split, renamed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from watcher.discovery.hosts import site_of
from watcher.model import ListedPage, Source, SourceId
from watcher.urls import document_key, host_of


class FindKind(StrEnum):
    """What became of a policy page, as far as lists tell."""

    NEW = "new"
    MOVED = "moved"
    SPLIT = "split"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Find:
    """A listed page that is suggested for watching, or whose declaration may have to follow it.

    `source` is the declared source that it concerns: which seems to have moved there, to have been split, or goes by
    another name now.
    """

    kind: FindKind
    page: ListedPage
    reason: str
    source: SourceId | None = None


def finds(
    listed: Iterable[ListedPage], sources: Collection[Source], lost: Collection[SourceId] = ()
) -> tuple[Find, ...]:
    """Give the finds among `listed` beside the declared `sources`, in the order in which they were first seen.

    `lost` are sources whose page is gone or leads elsewhere. A page of the same provider and kind that came after a
    source was lost, or was not listed any more, is where it may have moved; several are parts of it.
    Of a page in several languages one is a find.
    """
    pages = sorted(listed, key=lambda each: (each.first_seen, each.url))
    by_document = {document_key(each.url): each for each in reversed(list(sources))}
    declared = {page.url: by_document.get(document_key(page.url)) for page in pages}
    pages = _in_one_language(pages, declared)
    gone = _gone(pages, declared, lost)
    heirs = {page.url: heir for page in pages if (heir := _heir_of(page, sources, gone))}
    shares = Counter(
        heirs[page.url].id
        for page in pages
        if page.url in heirs and page.gone_at is None and declared[page.url] is None
    )
    neighbours: dict[str, list[Source]] = defaultdict(list)
    for each in sources:
        neighbours[host_of(each.url)].append(each)
    found = []
    for page in pages:
        if page.gone_at is not None or page.declined_at is not None:
            continue
        source, heir = declared[page.url], heirs.get(page.url)
        if source is not None:
            if page.words_before:
                reason = f"{source.id} is listed as “{page.words}”, before as “{page.words_before}”"
                found.append(Find(FindKind.RENAMED, page, reason, source.id))
        elif heir is not None:
            found.append(_inherited(page, heir, shares[heir.id]))
        elif (whole := _whole_of(page, neighbours[host_of(page.url)])) is not None:
            reason = f"stands below {whole.id}, of the same kind"
            found.append(Find(FindKind.SPLIT, page, reason, whole.id))
        else:
            found.append(Find(FindKind.NEW, page, f"listed at {page.place}"))
    return tuple(found)


def _in_one_language(
    pages: Collection[ListedPage], declared: dict[str, Source | None]
) -> list[ListedPage]:
    """Leave out what another listed page says in another language; one that was declined stands for all.

    Else the one that names no language stands for the others, or that in English, which claims are read from.
    """
    standing: dict[tuple[str, str, str], ListedPage] = {}
    for page in pages:
        if declared[page.url] is None and page.gone_at is None:
            key = document_key(page.url)
            standing[key] = min((standing.get(key, page), page), key=_rank)
    others = {id(each) for each in standing.values()}
    return [
        page
        for page in pages
        if declared[page.url] is not None or page.gone_at is not None or id(page) in others
    ]


def _rank(page: ListedPage) -> tuple[bool, int, bool]:
    parts = urlsplit(page.url)
    segments = parts.path.lower().split("/")
    return page.declined_at is None, len(segments) + bool(parts.query), "en" not in segments


def _gone(
    pages: Iterable[ListedPage], declared: dict[str, Source | None], lost: Collection[SourceId]
) -> dict[SourceId, ListedPage | None]:
    """Give the sources that are not where they were, with their last listing if they had one."""
    found: dict[SourceId, ListedPage | None] = dict.fromkeys(lost)
    for page in pages:
        source = declared[page.url]
        if source is not None and (page.gone_at is not None or source.id in found):
            found[source.id] = page
    return found


def _heir_of(
    page: ListedPage, sources: Iterable[Source], gone: dict[SourceId, ListedPage | None]
) -> Source | None:
    """Give the source that is not where it was and may be found on `page` now."""
    for source in sources:
        if source.id not in gone or source.kind is not page.kind:
            continue
        listing = gone[source.id]
        came_after = listing is None or page.first_seen > listing.first_seen
        if came_after and site_of(source.url) == page.site:
            return source
    return None


def _inherited(page: ListedPage, heir: Source, shares: int) -> Find:
    if shares > 1:
        return Find(
            FindKind.SPLIT, page, f"one of {shares} pages that {heir.id} may have become", heir.id
        )
    return Find(FindKind.MOVED, page, f"{heir.id} is not where it was, and may be here", heir.id)


def _whole_of(page: ListedPage, sources: Iterable[Source]) -> Source | None:
    path = urlsplit(page.url).path
    for source in sources:
        above = urlsplit(source.url).path.rstrip("/")
        if above and source.kind is page.kind and path.startswith(f"{above}/"):
            return source
    return None
