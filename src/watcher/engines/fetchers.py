"""The fetcher of a sweep, as settings and declarations say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from watcher.engines.looking import Fetcher
from watcher.engines.plugged import PluggedFetcher
from watcher.errors import ReadingError
from watcher.fetching.browser import BrowserFetcher
from watcher.fetching.choice import Browser, ChoosingFetcher, Remembered
from watcher.fetching.completeness import Content
from watcher.fetching.http import HttpFetcher
from watcher.fetching.politeness import Manners, Politeness
from watcher.model import HostRules, Known, KnownHost, Response, Source
from watcher.reading import markup_digest, read
from watcher.settings import Settings

PATIENCE = timedelta(minutes=1)
"""A host that asked to be left alone for no longer than this is waited for; for longer, it is left for another time."""


def http_fetcher(
    settings: Settings,
    hosts: Mapping[str, HostRules],
    known: Iterable[KnownHost] = (),
    now: datetime | None = None,
) -> HttpFetcher:
    """Give a fetcher that treats each host as `hosts` declares, and all others as `settings` say.

    `known` is what hosts asked for before, kept over the restart; to be called in the event loop then.
    """
    return _http(settings, hosts, politeness(settings, hosts, known, now))


def _http(settings: Settings, hosts: Mapping[str, HostRules], turns: Politeness) -> HttpFetcher:
    return HttpFetcher(
        settings.user_agent,
        politeness=turns,
        deadline=settings.deadline,
        most=settings.max_payload,
        private_hosts=_private(hosts),
    )


def _private(hosts: Mapping[str, HostRules]) -> list[str]:
    return [host for host, rules in hosts.items() if rules.allow_private]


@dataclass(frozen=True, slots=True)
class Looking:
    """What looks, and how long it waits between two requests to a host: one of each for a whole run."""

    http: HttpFetcher
    browser: BrowserFetcher
    turns: Politeness
    settings: Settings

    def fetcher(
        self, remembered: Remembered | None = None, browser: Browser | None = None
    ) -> Fetcher:
        """Give a fetcher that looks over HTTP, with a browser or a plug-in, as each source needs.

        `browser` in place of ours.
        """
        own = ChoosingFetcher(
            self.http, browser or self.browser, remembered, measure, reads_as_before
        )
        settings = self.settings
        return PluggedFetcher(
            own, self.turns, deadline=settings.deadline, most=settings.max_payload
        )


@asynccontextmanager
async def looking(
    settings: Settings,
    hosts: Mapping[str, HostRules],
    known: Iterable[KnownHost] = (),
    asked: Mapping[str, datetime] = MappingProxyType({}),
) -> AsyncIterator[Looking]:
    """Give what looks as `settings` and `hosts` say; the browser starts when it is first needed.

    `known` is what hosts asked for before, `asked` when the process before last asked each.
    """
    turns = politeness(settings, hosts, known)
    _keep_distance(turns, asked, datetime.now(UTC))
    async with (
        _http(settings, hosts, turns) as http,
        BrowserFetcher(
            settings.user_agent,
            politeness=turns,
            deadline=settings.deadline,
            most=settings.max_payload,
            private_hosts=_private(hosts),
            executable=settings.browser,
            permission=http.refusal,
            is_held=reads_the_same,
        ) as browser,
    ):
        yield Looking(http, browser, turns, settings)


@asynccontextmanager
async def fetcher(
    settings: Settings,
    hosts: Mapping[str, HostRules],
    remembered: Remembered | None = None,
    known: Iterable[KnownHost] = (),
    asked: Mapping[str, datetime] = MappingProxyType({}),
) -> AsyncIterator[Fetcher]:
    """Give a fetcher that looks over HTTP, with a browser (started when needed) or a plug-in, as each source needs.

    `known` is what hosts asked for before, `asked` when the process before last asked each.
    """
    async with looking(settings, hosts, known, asked) as both:
        yield both.fetcher(remembered)


def reads_the_same(response: Response, source: Source, known: Known) -> bool:
    """Whether `response` has the same text as what we hold of `source`."""
    if response.payload_digest == known.payload_digest:
        return True
    try:
        return read(response, source).digest == known.document_digest
    except ReadingError:
        return False


def reads_as_before(response: Response, source: Source, known: Known) -> bool:
    """Tell whether a page with the status of a page cannot read differently from the last good one."""
    if response.status != 200 or response.trouble is not None or known.usual is None:
        return False
    if response.payload_digest == known.payload_digest:
        return True
    return bool(known.usual.markup) and known.usual.markup == markup_digest(response, source)


def measure(response: Response, source: Source) -> Content | None:
    """Give how much policy text a response holds, as `Usual` counts it; None when it cannot be read."""
    try:
        document = read(response, source)
    except ReadingError:
        return None
    return Content(
        length=sum(len(block.text) for block in document.main),
        blocks=frozenset(block.fingerprint for block in document.main),
        number=len(document.main),
    )


def politeness(
    settings: Settings,
    hosts: Mapping[str, HostRules],
    known: Iterable[KnownHost] = (),
    now: datetime | None = None,
) -> Politeness:
    """Give the turns at hosts: one for all fetchers of a run, so that they share each host's patience.

    A host that asked for more than PATIENCE is not waited for here; the engine leaves its sources for later.
    """
    manners = {
        host: Manners(
            settings.spacing if rules.spacing is None else rules.spacing,
            rules.concurrency,
            rules.robots,
        )
        for host, rules in hosts.items()
    }
    turns = Politeness(Manners(spacing=settings.spacing), manners)
    at = now or datetime.now(UTC)
    for host in known:
        if host.spacing:
            turns.slow_down(host.host, host.spacing)
        if host.not_before is not None and at < host.not_before <= at + PATIENCE:
            turns.leave_alone(host.host, (host.not_before - at).total_seconds())
    return turns


def longest_spacing(
    settings: Settings, hosts: Mapping[str, HostRules], known: Iterable[KnownHost]
) -> timedelta:
    """Give the longest time between two requests that any host may expect of us."""
    declared = [rules.spacing for rules in hosts.values() if rules.spacing is not None]
    longest = max([settings.spacing, *declared, *(host.spacing for host in known)])
    return timedelta(seconds=longest)


def _keep_distance(turns: Politeness, asked: Mapping[str, datetime], now: datetime) -> None:
    """Keep each host's spacing from when it was `asked` last on; a time ahead of our clock counts as now."""
    for host, at in asked.items():
        rest = turns.spacing(host) - max(0.0, (now - at).total_seconds())
        if rest > 0:
            turns.leave_alone(host, rest)
