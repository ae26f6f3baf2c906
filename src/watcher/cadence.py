"""When a source is due again: a pure function of its declaration, its last looks and the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from watcher.model import Known, Source, SourceId

FIRST_RETRY = timedelta(hours=1)
"""After a failure the next look comes sooner than usual: most failures of policy pages last less
than a day, and an hour is polite to a host in trouble."""

OVERDUE_AFTER = 2.0
"""A source is overdue when twice its interval has passed without a good look: one missed look is
ordinary, two in a row are not."""


def next_due(
    source: Source, now: datetime, failures: int, retry_after: timedelta | None
) -> datetime:
    """Give when `source` is to be looked at next, after a look at `now`.

    A failing source is tried again after an hour, then two, four … up to its own interval; a host's
    `Retry-After` is always waited out. Between 5 and 10 % of the interval is taken off, the same for
    a source every time: so a daily cron job finds a daily source due although its last look ended
    some seconds after the hour, and sources declared together drift apart.
    """
    pause = source.every
    if failures:
        pause = min(source.every, FIRST_RETRY * 2 ** min(failures - 1, 16))
    pause -= pause * _share(source.id)
    return now + max(pause, retry_after or timedelta())


def is_due(source: Source, known: Known, now: datetime) -> bool:
    """Tell whether `source` is to be looked at now."""
    return known.next_due_at is None or known.next_due_at <= now


def is_overdue(source: Source, known: Known, now: datetime) -> bool:
    """Tell whether the last good look at `source` is too long ago, or never was."""
    if known.last_good_at is None:
        return True
    return now - known.last_good_at > source.every * OVERDUE_AFTER


def due(sources: Iterable[Source], known: dict[SourceId, Known], now: datetime) -> list[Source]:
    """Give the sources that are due, the longest waiting first."""
    waiting = [
        (state.next_due_at or datetime.min.replace(tzinfo=now.tzinfo), source)
        for source in sources
        if is_due(source, state := known.get(source.id, Known(source.id)), now)
    ]
    return [source for _, source in sorted(waiting, key=lambda pair: pair[0])]


def _share(source_id: SourceId) -> float:
    """Give a number from 0.05 up to 0.1 that is always the same for a source."""
    spread = int.from_bytes(blake2b(source_id.encode(), digest_size=2).digest()) / 65536
    return 0.05 + 0.05 * spread
