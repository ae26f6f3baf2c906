"""The fetcher of a sweep, as settings and declarations say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from watcher.fetching.http import HttpFetcher
from watcher.fetching.politeness import Manners, Politeness
from watcher.model import KnownHost
from watcher.settings import Settings
from watcher.sources import HostRules

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
    return HttpFetcher(
        settings.user_agent,
        politeness=politeness(settings, hosts, known, now),
        deadline=settings.deadline,
        most=settings.max_payload,
        private_hosts=[host for host, rules in hosts.items() if rules.allow_private],
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
