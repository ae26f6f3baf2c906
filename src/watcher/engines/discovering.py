"""A round over the places where providers name their policies, politely, and what it found in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from watcher import cadence
from watcher.discovery.listing import Listed, hubs_in, listed_by, listed_in_sitemap, relist
from watcher.discovery.places import Site
from watcher.discovery.sitemaps import most_telling, read_sitemap, sitemaps_named
from watcher.engines.looking import Fetcher
from watcher.ledger import Ledger
from watcher.model import (
    Document,
    Judgement,
    Known,
    Response,
    Source,
    SourceId,
    SourceKind,
    Verdict,
)
from watcher.sweep import Look, read_response
from watcher.urls import host_of

_SITES_AT_ONCE = 10
_MOST_HUBS = 4
_MOST_SITEMAPS = 6
"""Of one site and one round: with its home pages and robots.txt a dozen or two of requests."""


@dataclass(slots=True)
class Round:
    """What a round came to: what each place lists, and the places that could not be read, with the reason."""

    places: dict[str, tuple[Listed, ...]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


class Discovery:
    """Reads what the ledger holds, then asks `fetcher` for home pages, hubs and sitemaps; without it, no one."""

    def __init__(
        self,
        ledger: Ledger,
        fetcher: Fetcher | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._fetcher = fetcher
        self._clock = clock

    async def run(self, sites: Iterable[Site]) -> Round:
        """Read the places of all `sites`, and record in one transaction what they list."""
        found = Round()
        gate = asyncio.Semaphore(_SITES_AT_ONCE)

        async def visit(site: Site) -> None:
            async with gate:
                await self._visit(site, found)

        async with asyncio.TaskGroup() as group:
            for site in sites:
                group.create_task(visit(site))
        with self._ledger.atomic():
            self._ledger.listings.update(
                relist(self._ledger.listings.all(), found.places, self._clock())
            )
        return found

    async def _visit(self, site: Site, found: Round) -> None:
        hubs: dict[str, None] = {}
        for url, document in self._held(site):
            found.places[url] = listed_by(document, url, is_list=False)
            hubs.update(dict.fromkeys(hubs_in(document, url)))
        if self._fetcher is None:
            return
        for home in site.homes:
            hubs.update(dict.fromkeys(await self._read_page(home, found, is_list=False)))
        for hub in list(hubs)[:_MOST_HUBS]:
            await self._read_page(hub, found, is_list=True)
        for origin in site.origins:
            await self._read_sitemaps(origin, found)

    def _held(self, site: Site) -> Iterable[tuple[str, Document]]:
        """Give the last good documents of the site's sources: what they link to is known without asking anyone."""
        for source in site.sources:
            known = self._ledger.sources.known(source.id)
            if known.document_id is not None:
                yield source.url, self._ledger.documents.get(known.document_id)

    async def _read_page(self, url: str, found: Round, *, is_list: bool) -> tuple[str, ...]:
        """Take in what the page at `url` lists, and give the hubs that it leads to."""
        if url in found.places and not is_list:
            return ()
        source, response = await self._ask(url, found)
        if response is None:
            return ()
        document = read_response(response, source)
        if not isinstance(document, Document):
            found.unread[url] = document.signal
            return ()
        found.places[url] = listed_by(document, response.final_url, is_list=is_list)
        return hubs_in(document, response.final_url)

    async def _read_sitemaps(self, origin: str, found: Round) -> None:
        """Take in the sitemaps of one host: those that robots.txt names, or else the usual one."""
        robots = await self._ask_for_file(f"{origin}/robots.txt")
        named: tuple[str, ...] = ()
        if not isinstance(robots, str):
            text = robots.payload.decode("utf-8", "replace")
            named = sitemaps_named(text, robots.final_url)
        waiting = list(most_telling(named or (f"{origin}/sitemap.xml",), _MOST_SITEMAPS))
        for _ in range(_MOST_SITEMAPS):
            if not waiting:
                return
            url = waiting.pop(0)
            if url in found.places:
                continue
            file = await self._ask_for_file(url)
            if not isinstance(file, str):
                sitemap = await asyncio.to_thread(read_sitemap, file.payload, file.final_url)
                found.places[url] = listed_in_sitemap(sitemap.pages)
                waiting.extend(most_telling(sitemap.sitemaps, _MOST_SITEMAPS))
            elif named:  # the usual one need not be there
                found.unread[url] = file

    async def _ask(self, url: str, found: Round) -> tuple[Source, Response | None]:
        """Give what came back from the page at `url`, or None, with the reason noted, when it is nothing to be read."""
        source = _asked(url)
        response = await self._fetch(source)
        judgement = Look(source, Known(source.id)).judge(response)
        if judgement is not None:
            found.unread[url] = f"{judgement.verdict}: {judgement.signal}"
            return source, None
        return source, response

    async def _ask_for_file(self, url: str) -> Response | str:
        """Give what came back from `url`, which is no page, or why it is nothing to be read."""
        response = await self._fetch(_asked(url))
        if response.trouble is not None:
            return f"{response.trouble.verdict}: {response.trouble.signal}"
        return response if response.status == 200 else f"status: {response.status}"

    async def _fetch(self, source: Source) -> Response:
        """Give what came back, unless the host asked to be left alone; what it asks for now is remembered."""
        assert self._fetcher is not None  # nobody is asked without one
        host, now = self._ledger.hosts.get(host_of(source.url)), self._clock()
        if host.is_closed(now):
            until = f"host: asked to be left alone until {host.not_before:%Y-%m-%d %H:%M}"
            trouble = Judgement(Verdict.RATE_LIMITED, until)
            return Response(source.url, source.url, now, trouble=trouble)
        response = await self._fetcher.fetch(source, Known(source.id))
        after = cadence.host_after(host, response, response.ended_at)
        if after != host:
            self._ledger.hosts.update(after)
        return response


def _asked(url: str) -> Source:
    return Source(SourceId("discover"), url, url, SourceKind.OTHER)
