"""Times of day as crontab writes them: `0 9 * * mon-fri`, read in a time zone. Pure.

As in cron, and unlike APScheduler: Sunday is 0 and 7, and where both a day of the month and a day of the week are
named, either will do. A time that the clock leaps over in spring comes as much later; one that it shows twice in
autumn comes once, the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.model import Cron

_MONTHS = {
    name: at + 1
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
}
_WEEKDAYS = {name: at for at, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
_LONGEST_WAIT = 366 * 9
"""Days in which every cron time that exists comes: 29 February may be eight years away."""

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Times:
    """The five fields, and the times of day in order. `either` tells that one of the two days is enough."""

    of_day: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def has(self, day: date) -> bool:
        """Whether something happens on `day`."""
        if day.month not in self.months:
            return False
        by_date = day.day in self.days
        by_weekday = day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.either else by_date and by_weekday


def read_cron(text: str) -> Cron:
    """Read five fields and, after them, a time zone; UTC when there is none.

    Raises ValueError, with a message and a hint, for what is no time or never comes.
    """
    words = text.split()
    fields = _SHORTHANDS.get(words[0].lower(), "").split() if words else []
    rest = words[1:]
    if not fields:
        fields, rest = words[:5], words[5:]
    if len(fields) < 5 or len(rest) > 1:
        raise ValueError(
            f"{text!r} is not a cron line",
            "write minute, hour, day, month, weekday and a time zone: 0 9 * * mon-fri Europe/Berlin",
        )
    cron = Cron(" ".join(fields).lower(), rest[0] if rest else "UTC")
    zone_of(cron.zone)
    next_time(cron, _BEGINNING)
    return cron


def next_time(cron: Cron, after: datetime) -> datetime:
    """Give the first time after `after`, in UTC. Raises ValueError when there is none within nine years."""
    found = next(_times_from(cron, after), None)
    if found is None:
        raise ValueError(f"{cron.fields!r} never comes", "check the day and the month")
    return found


@lru_cache(maxsize=256)
def longest_gap(cron: Cron) -> timedelta:
    """Give the longest time between two of the first ten times of a year: for `mon-fri` it is a weekend."""
    before = next_time(cron, _BEGINNING)
    longest = timedelta()
    for _ in range(10):
        at = next_time(cron, before)
        longest, before = max(longest, at - before), at
    return longest


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Give a time zone by its name. Raises ValueError when there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone", "such as UTC or Europe/Berlin") from None


def _times_from(cron: Cron, after: datetime) -> Iterator[datetime]:
    times, zone = _times(cron.fields), zone_of(cron.zone)
    first = after.astimezone(zone).date()
    for ahead in range(_LONGEST_WAIT):
        day = first + timedelta(days=ahead)
        if not times.has(day):
            continue
        # In the order of the clock that leaps: what it leaps over comes after what follows it.
        moments = (datetime.combine(day, at, zone).astimezone(UTC) for at in times.of_day)
        yield from (at for at in sorted(moments) if at > after)


@lru_cache(maxsize=256)
def _times(fields: str) -> _Times:
    minute, hour, day, month, weekday = fields.split()
    minutes = _numbers(minute, 0, 59)
    hours = _numbers(hour, 0, 23)
    return _Times(
        of_day=tuple(time(h, m) for h in sorted(hours) for m in sorted(minutes)),
        days=_numbers(day, 1, 31),
        months=_numbers(month, 1, 12, _MONTHS),
        weekdays=frozenset(at % 7 for at in _numbers(weekday, 0, 7, _WEEKDAYS)),
        either=not day.startswith("*") and not weekday.startswith("*"),
    )


def _numbers(
    field: str, lowest: int, highest: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    """Read one field: `*`, `5`, `1-5`, `*/15`, `mon-fri`, and several of these with commas."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        try:
            every = int(step) if step else 1
            begin = lowest if span == "*" else _number(first, names)
            end = _last(span, begin, last, step, highest, names)
        except ValueError:
            begin = end = every = -1
        if not (lowest <= begin <= end <= highest and every >= 1):
            raise ValueError(
                f"{part!r} is nothing from {lowest} to {highest}", "write 5, 1-5, */15 or 0,30"
            )
        found.update(range(begin, end + 1, every))
    return frozenset(found)


def _last(
    span: str, begin: int, last: str, step: str, highest: int, names: dict[str, int] | None
) -> int:
    if span == "*":
        return highest
    if last:
        end = _number(last, names)
        return 7 if names is _WEEKDAYS and end == 0 and begin > 0 else end  # fri-sun
    return highest if step else begin


def _number(word: str, names: dict[str, int] | None) -> int:
    return names[word] if names and word in names else int(word)
