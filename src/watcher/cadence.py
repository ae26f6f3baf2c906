"""When a source is due again: a pure function of its declaration, its last looks and the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from watcher import cron
from watcher.model import Known, KnownHost, QuietHours, Response, Source, SourceId

FIRST_RETRY = timedelta(hours=1)
"""After a failure the next look comes sooner than usual: most failures of policy pages last less
than a day, and an hour is polite to a host in trouble."""

DECIDED_WITHIN = timedelta(hours=20)
"""What came back as something that a source may say now, or may not, is looked at again by then: nothing waits for
longer than a day."""

LONGEST_WAIT = timedelta(days=1)
"""A difference that no second look confirmed is told after so long, as `changes.watching` has it."""

OVERDUE_AFTER = 2.0
"""A source is overdue when twice its interval has passed without a good look: one missed look is
ordinary, two in a row are not."""

CRON_SPREAD = timedelta(minutes=5)
"""Sources that name the same time of day are looked at within so long after it, each always at the same moment."""

QUIET_SPREAD = timedelta(hours=1)
"""What fell due in quiet hours is looked at within so long after their end, each always at the same moment."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Clocks are set by so much without harm. A look that lies further ahead was made by a clock that went wrong."""

OVERDUE_GRACE = timedelta(hours=1)
"""What is looked at by the clock has so long to be looked at before it is missed."""

LONG_SPACING = 5.0
"""Seconds between requests from which on the last of them is remembered over a restart."""

FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(days=1)
"""How long a host that refuses us and names no time is left alone: first, and at the most."""


def next_due(
    source: Source, now: datetime, failures: int, retry_after: timedelta | None
) -> datetime:
    """Give when `source` is to be looked at next, after a look at `now`.

    A failing source is tried again after an hour, then two, four … up to its own interval; a host's
    `Retry-After` is always waited out. Between 5 and 10 % of the interval is taken off, the same for
    a source every time: so a daily cron job finds a daily source due although its last look ended
    some seconds after the hour, and sources declared together drift apart. Quiet hours are waited out.
    """
    pause = _retry(source, failures) if failures else source.every
    due_at = now + pause * (1 - _share(source.id))
    if source.cron is not None:
        by_clock = _by_clock(source, now)
        due_at = min(due_at, by_clock) if failures else by_clock
    due_at = max(due_at, now + (retry_after or timedelta()))
    return after_quiet_hours(source, due_at)


def sooner(source: Source, known: Known, waits_since: datetime, now: datetime) -> datetime:
    """Give when a source is due whose difference waits for a second look, should the sweep end before it.

    Soon, at the look that brought the difference. Where another look found yet another one, asking every hour would
    find more of the same, of a page that says a new number to everyone: in due course then, and when it is told.
    """
    soonest = now + FIRST_RETRY if waits_since >= now else waits_since + LONGEST_WAIT
    if soonest <= now and known.next_due_at is not None:
        return known.next_due_at
    soon = after_quiet_hours(source, soonest)
    return soon if known.next_due_at is None else min(soon, known.next_due_at)


def in_time(source: Source, due_at: datetime, begun: datetime, now: datetime) -> datetime:
    """Give when a source is due that has come back doubtful since `begun`: so that it is decided within a day."""
    latest = after_quiet_hours(source, begun + DECIDED_WITHIN)
    return min(due_at, latest) if latest > now else due_at


def is_due(source: Source, known: Known, now: datetime) -> bool:
    """Tell whether `source` is to be looked at now.

    It is also when its last look lies ahead of us: then the clock was wrong, and so is the time it is due.
    """
    if known.next_due_at is None or known.next_due_at <= now:
        return True
    return known.last_check_at is not None and known.last_check_at > now + CLOCK_TOLERANCE


def overdue_from(source: Source, known: Known) -> datetime | None:
    """Give when `source` is overdue unless it is seen well before; None when it never was, so that it is now."""
    if known.last_good_at is None:
        return None
    if source.cron is not None:
        missed = cron.next_time(source.cron, known.last_good_at)
        return cron.next_time(source.cron, missed) + CRON_SPREAD + OVERDUE_GRACE
    quiet = _length(source.quiet) if source.quiet else timedelta()
    return known.last_good_at + source.every * OVERDUE_AFTER + quiet


def is_overdue(source: Source, known: Known, now: datetime) -> bool:
    """Tell whether the last good look at `source` is too long ago, or never was."""
    from_then_on = overdue_from(source, known)
    return from_then_on is None or now > from_then_on


def due(sources: Iterable[Source], known: dict[SourceId, Known], now: datetime) -> list[Source]:
    """Give the sources that are due, the longest waiting first."""
    waiting = [
        (state.next_due_at or datetime.min.replace(tzinfo=now.tzinfo), source)
        for source in sources
        if is_due(source, state := known.get(source.id, Known(source.id)), now)
    ]
    return [source for _, source in sorted(waiting, key=lambda pair: pair[0])]


# ── quiet hours ──────────────────────────────────────────────────────────────────────────────────


def is_quiet(source: Source, now: datetime) -> bool:
    """Tell whether `now` is in the quiet hours of `source`."""
    return source.quiet is not None and _is_in(source.quiet, now)


def after_quiet_hours(source: Source, at: datetime) -> datetime:
    """Give `at`, or when it lies in quiet hours a moment after their end, always the same one for a source."""
    quiet = source.quiet
    if quiet is None or not _is_in(quiet, at):
        return at
    zone = cron.zone_of(quiet.zone)
    local = at.astimezone(zone)
    ends = datetime.combine(local.date(), quiet.end, zone)
    if ends <= local:
        ends = datetime.combine(local.date() + timedelta(days=1), quiet.end, zone)
    return ends.astimezone(UTC) + QUIET_SPREAD * _spread(source.id)


def _is_in(quiet: QuietHours, at: datetime) -> bool:
    clock = at.astimezone(cron.zone_of(quiet.zone)).time()
    if quiet.begin < quiet.end:
        return quiet.begin <= clock < quiet.end
    return clock >= quiet.begin or clock < quiet.end


def _length(quiet: QuietHours) -> timedelta:
    minutes = [at.hour * 60 + at.minute for at in (quiet.begin, quiet.end)]
    return timedelta(minutes=(minutes[1] - minutes[0]) % (24 * 60))


# ── hosts ────────────────────────────────────────────────────────────────────────────────────────


def host_after(known: KnownHost, response: Response, now: datetime) -> KnownHost:
    """Give what is known of a host after a look that ended there with `response`, at `now`.

    What a host asks for is done. Where it says "too many" (429) and no more, it is left alone for five minutes, then
    ten, twenty … up to a day; "not now" (503) may be one page's trouble, and counts from the third in a row. No
    answer at all says nothing of its patience.
    """
    spacing = response.spacing
    apart = now + timedelta(seconds=spacing) if spacing >= LONG_SPACING else None
    if response.status is None:
        return known
    if response.status not in (429, 503):
        return KnownHost(known.host, apart, spacing)
    refusals = known.refusals + 1
    until = now + _rest(refusals, response)
    return KnownHost(known.host, max(known.not_before or until, until), spacing, refusals)


def _rest(refusals: int, response: Response) -> timedelta:
    if response.retry_after is not None:
        return response.retry_after
    counted = refusals if response.status == 429 else refusals - 2
    longer: timedelta = FIRST_REST * 2 ** min(max(counted - 1, 0), 16)
    return min(longer, LONGEST_REST) if counted > 0 else timedelta()


# ── what is always the same for a source ─────────────────────────────────────────────────────────


def _retry(source: Source, failures: int) -> timedelta:
    pause: timedelta = FIRST_RETRY * 2 ** min(failures - 1, 16)
    return min(source.every, pause)


def _by_clock(source: Source, now: datetime) -> datetime:
    """Give the next time that a source names, and a little later, up to a tenth of the time to the one after."""
    assert source.cron is not None  # asked only of such sources
    at = cron.next_time(source.cron, now)
    room = min(CRON_SPREAD, (cron.next_time(source.cron, at) - at) / 10)
    return at + room * _spread(source.id)


def _share(source_id: SourceId) -> float:
    """Give a number from 0.05 up to 0.1 that is always the same for a source."""
    return 0.05 + 0.05 * _spread(source_id)


def _spread(source_id: SourceId) -> float:
    """Give a number from 0 to below 1 that is always the same for a source."""
    return int.from_bytes(blake2b(source_id.encode(), digest_size=2).digest()) / 65536
