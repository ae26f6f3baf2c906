"""What all pages of one running desk share: where it is, who owns the ledger, what may be tried how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from watcher.correcting import Fetching
from watcher.engines import fetcher
from watcher.settings import Settings
from watcher.web.limits import Limit
from watcher.web.owner import Owner
from watcher.web.passwords import new_pass


@dataclass(slots=True)
class Place:
    """One running desk. `url` is where people reach it; `invitation` opens the first account, once.

    `logins` counts tries by address, `guesses` by name: the former stops a machine, the latter many of them, and is
    wide enough that nobody can lock a colleague out in passing. `changes` counts by name who asks for another
    password, as whoever finds a desk left open may. `fetching` looks at what a correction names.
    """

    owner: Owner
    url: str
    settings: Settings = field(default_factory=Settings)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    invitation: str = field(default_factory=new_pass)
    logins: Limit = field(default_factory=lambda: Limit(10, timedelta(minutes=10)))
    guesses: Limit = field(default_factory=lambda: Limit(100, timedelta(hours=1)))
    changes: Limit = field(default_factory=lambda: Limit(10, timedelta(minutes=10)))
    corrections: Limit = field(default_factory=lambda: Limit(5, timedelta(hours=1)))
    corrections_a_day: int = 200
    fetching: Fetching = fetcher

    @property
    def is_secure(self) -> bool:
        """Whether people reach the desk over TLS, so that cookies may insist on it."""
        return urlsplit(self.url).scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """The names that the desk answers to; a page elsewhere that points its name at us gets nothing."""
        own = urlsplit(self.url).hostname or "127.0.0.1"
        return sorted({own, "127.0.0.1", "localhost", "[::1]"})
