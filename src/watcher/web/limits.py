"""How often something may be tried: a fixed number in a sliding time, by whom."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

_MOST_NAMES = 10_000


class Limit:
    """At most `most` tries within `per` for each name; of very many names the oldest are forgotten."""

    def __init__(self, most: int, per: timedelta) -> None:
        self._most = most
        self._per = per
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allows(self, name: str, now: datetime) -> bool:
        """Count a try, and tell whether it is within the limit."""
        tries = self._tries.setdefault(name, deque())
        self._tries.move_to_end(name)
        while tries and tries[0] <= now - self._per:
            tries.popleft()
        if len(tries) >= self._most:
            return False
        tries.append(now)
        while len(self._tries) > _MOST_NAMES:
            self._tries.popitem(last=False)
        return True

    def forget(self, name: str) -> None:
        """Start anew for `name`."""
        self._tries.pop(name, None)
