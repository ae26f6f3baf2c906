"""When a look is too old to rely on, and how that is said: the same words in entries, lists and feeds."""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.cadence import OVERDUE_AFTER
from watcher.model import Key, Source
from watcher.registry.printable import day


def staleness(source: Source, key: Key | None, checked_at: datetime | None, now: datetime) -> str:
    """Say why what `source` says of `key` may no longer hold; an empty text while it was confirmed lately enough.

    Lately enough is what the vocabulary allows for the key, or else twice the interval of the source; without a key,
    the source itself is meant.
    """
    if checked_at is None:
        return "The source has not been seen yet."
    allowed = key.max_age if key and key.max_age else source.every * OVERDUE_AFTER
    if now - checked_at <= allowed:
        return ""
    if key and key.max_age:
        should = f"it should be confirmed every {_interval(key.max_age)}"
    else:
        should = f"it should be checked every {_interval(source.every)}"
    return f"Last confirmed {day(checked_at)}; {should}."


def _interval(every: timedelta) -> str:
    if every < timedelta(days=1):
        return f"{every.total_seconds() / 3600:g} hours"
    days = every / timedelta(days=1)
    return "day" if days == 1 else f"{days:g} days"
