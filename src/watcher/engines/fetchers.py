"""The fetcher of a sweep, as settings and declarations say."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.fetching.http import HttpFetcher
from watcher.fetching.politeness import Manners, Politeness
from watcher.settings import Settings
from watcher.sources import HostRules


def http_fetcher(settings: Settings, hosts: Mapping[str, HostRules]) -> HttpFetcher:
    """Give a fetcher that treats each host as `hosts` declares, and all others as `settings` say."""
    manners = {
        host: Manners(
            settings.spacing if rules.spacing is None else rules.spacing,
            rules.concurrency,
            rules.robots,
        )
        for host, rules in hosts.items()
    }
    return HttpFetcher(
        settings.user_agent,
        politeness=Politeness(Manners(spacing=settings.spacing), manners),
        deadline=settings.deadline,
        most=settings.max_payload,
        private_hosts=[host for host, rules in hosts.items() if rules.allow_private],
    )
