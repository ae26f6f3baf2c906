"""Times of day as crontab writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.cron import longest_gap, next_time, read_cron

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_NAMES = {0: "sun", 1: "mon", 2: "tue", 3: "wed", 4: "thu", 5: "fri", 6: "sat", 7: "sun"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 9 * * mon-fri Europe/Berlin", "2026-03-02T08:00"),
        ("*/20 * * * *", "2026-03-02T00:20"),
        ("5,35 6-8/2 * * *", "2026-03-02T06:05"),
        ("0 0 * * 0", "2026-03-08T00:00"),
        ("0 0 * * 7", "2026-03-08T00:00"),
        ("0 0 * * fri-sun", "2026-03-06T00:00"),
        ("0 0 13 * 5", "2026-03-06T00:00"),
        ("0 0 29 feb *", "2028-02-29T00:00"),
        ("@monthly America/New_York", "2026-04-01T04:00"),
    ],
)
def test_the_next_time_of_a_line(line: str, expected: str) -> None:
    assert next_time(read_cron(line), MONDAY).isoformat()[:16] == expected


def test_sunday_is_0_as_in_cron() -> None:
    assert next_time(read_cron("0 9 * * 0"), MONDAY).strftime("%a") == "Sun"


def test_failure_07_a_time_that_the_clock_leaps_over_comes_later_the_same_day() -> None:
    """In Berlin, 02:30 does not exist on 29 March 2026."""
    night = read_cron("30 2 * * * Europe/Berlin")
    local = next_time(night, datetime(2026, 3, 28, 12, tzinfo=UTC)).astimezone(
        ZoneInfo("Europe/Berlin")
    )

    assert (local.day, local.hour, local.minute) == (29, 3, 30)


def test_failure_07_a_time_that_the_clock_shows_twice_comes_once() -> None:
    night = read_cron("30 2 * * * Europe/Berlin")
    first = next_time(night, datetime(2026, 10, 24, 12, tzinfo=UTC))

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_time(night, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_the_longest_gap_of_weekdays_is_a_weekend() -> None:
    assert longest_gap(read_cron("0 9 * * mon-fri")) == timedelta(days=3)


@settings(max_examples=60, deadline=None)
@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 7),
    month=st.integers(1, 12),
    days=st.integers(0, 2000),
)
def test_times_are_those_of_apscheduler_but_for_its_weekdays(
    minute: int, hour: int, weekday: int, month: int, days: int
) -> None:
    """APScheduler is the oracle, told the weekday by name: its numbers begin on Monday."""
    after = MONDAY + timedelta(days=days, seconds=1)
    oracle = CronTrigger(
        minute=minute, hour=hour, day_of_week=_NAMES[weekday], month=month, timezone=UTC
    )

    found = next_time(read_cron(f"{minute} {hour} * {month} {weekday}"), after)

    assert found == oracle.get_next_fire_time(None, after)


@pytest.mark.parametrize(
    "line", ["", "* * * *", "61 * * * *", "5-1 * * * *", "*/0 * * * *", "x * * * *"]
)
def test_what_is_no_time_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        read_cron(line)

    assert len(refusal.value.args) == 2, "a message and a hint"
