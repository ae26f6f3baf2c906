"""When a source is due again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import cadence
from watcher.changes import watching
from watcher.cron import read_cron
from watcher.model import Known, KnownHost, QuietHours, Response, Source, SourceId, SourceKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAILY = Source(SourceId("terms"), "https://a.example/terms", "Terms", SourceKind.OFFICIAL_TERMS)


def test_a_daily_source_is_due_at_the_same_hour_next_day() -> None:
    looked_at = NOON + timedelta(seconds=40)

    due_at = cadence.next_due(DAILY, looked_at, failures=0, retry_after=None)

    assert NOON + timedelta(hours=21) < due_at <= NOON + timedelta(days=1)


def test_a_failing_source_is_tried_again_sooner_and_then_less_and_less() -> None:
    pauses = [cadence.next_due(DAILY, NOON, failures, None) - NOON for failures in range(1, 8)]

    assert pauses[0] <= timedelta(hours=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(days=1)


def test_retry_after_is_waited_out() -> None:
    asked = timedelta(days=3)

    assert cadence.next_due(DAILY, NOON, failures=1, retry_after=asked) >= NOON + asked


@given(st.text(min_size=1), st.integers(0, 50))
def test_jitter_is_the_same_for_a_source_every_time(name: str, failures: int) -> None:
    source = replace(DAILY, id=SourceId(name))

    first = cadence.next_due(source, NOON, failures, None)

    assert first == cadence.next_due(source, NOON, failures, None)
    assert NOON < first <= NOON + source.every


def test_the_longest_waiting_source_comes_first() -> None:
    other = replace(DAILY, id=SourceId("other"))
    known = {
        DAILY.id: Known(DAILY.id, next_due_at=NOON - timedelta(hours=1)),
        other.id: Known(other.id, next_due_at=NOON - timedelta(hours=2)),
    }

    assert cadence.due([DAILY, other], known, NOON) == [other, DAILY]


def test_a_source_never_seen_well_is_overdue() -> None:
    assert cadence.is_overdue(DAILY, Known(DAILY.id), NOON)


def test_one_missed_look_is_not_overdue_but_two_are() -> None:
    seen = Known(DAILY.id, last_good_at=NOON)

    assert not cadence.is_overdue(DAILY, seen, NOON + timedelta(days=1, hours=23))
    assert cadence.is_overdue(DAILY, seen, NOON + timedelta(days=2, hours=1))


WEEKDAYS = replace(DAILY, every=timedelta(days=3), cron=read_cron("0 9 * * mon-fri Europe/Berlin"))
FRIDAY = datetime(2026, 3, 6, 8, 5, tzinfo=UTC)
AT_NIGHT = replace(DAILY, quiet=QuietHours(time(22), time(6), "UTC"))


def test_times_of_day_are_kept_and_spread_a_little() -> None:
    monday = datetime(2026, 3, 9, 8, tzinfo=UTC)
    due_at = cadence.next_due(WEEKDAYS, FRIDAY, failures=0, retry_after=None)

    assert monday <= due_at < monday + cadence.CRON_SPREAD
    assert due_at == cadence.next_due(WEEKDAYS, FRIDAY + timedelta(hours=2), 0, None)


def test_a_failing_source_with_times_is_tried_between_them() -> None:
    due_at = cadence.next_due(WEEKDAYS, FRIDAY, failures=1, retry_after=None)

    assert due_at <= FRIDAY + timedelta(hours=1)


def test_a_weekend_is_not_overdue_but_a_missed_monday_and_tuesday_are() -> None:
    seen = Known(WEEKDAYS.id, last_good_at=FRIDAY)

    assert not cadence.is_overdue(WEEKDAYS, seen, datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert cadence.is_overdue(WEEKDAYS, seen, datetime(2026, 3, 10, 12, tzinfo=UTC))


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_nothing_falls_due_in_quiet_hours(hour: int) -> None:
    looked_at = NOON.replace(hour=hour)

    due_at = cadence.next_due(AT_NIGHT, looked_at, failures=1, retry_after=None)

    assert not cadence.is_quiet(AT_NIGHT, due_at)
    assert looked_at < due_at <= looked_at + timedelta(hours=10)


def test_quiet_hours_end_for_each_source_at_a_moment_of_its_own() -> None:
    sources = [replace(AT_NIGHT, id=SourceId(f"s{number}")) for number in range(50)]
    late = NOON.replace(hour=23)

    ends = {cadence.after_quiet_hours(source, late) for source in sources}

    assert len(ends) == 50
    assert all(at.hour == 6 for at in ends)


def test_failure_07_a_look_ahead_of_the_clock_makes_its_source_due() -> None:
    """Invariant: a clock that was wrong for a while keeps no source from being looked at."""
    ahead = NOON + timedelta(days=400)
    known = Known(DAILY.id, last_check_at=ahead, next_due_at=ahead + timedelta(days=1))

    assert cadence.is_due(DAILY, known, NOON)


def test_failure_07_a_clock_set_back_by_a_minute_makes_nothing_due() -> None:
    known = Known(
        DAILY.id,
        last_check_at=NOON + timedelta(minutes=1),
        next_due_at=NOON + timedelta(hours=23),
    )

    assert not cadence.is_due(DAILY, known, NOON)


def answer(
    status: int | None, retry_after: timedelta | None = None, spacing: float = 0
) -> Response:
    url = "https://a.example/terms"
    return Response(url, url, NOON, status=status, retry_after=retry_after, spacing=spacing)


def test_a_host_that_names_a_time_is_left_alone_until_then() -> None:
    host = cadence.host_after(KnownHost("a.example"), answer(429, timedelta(hours=2)), NOON)

    assert host.not_before == NOON + timedelta(hours=2)
    assert host.is_closed(NOON + timedelta(minutes=119))
    assert not host.is_closed(NOON + timedelta(minutes=120))


def test_a_host_that_says_too_many_is_left_alone_longer_each_time() -> None:
    host, rests, at = KnownHost("a.example"), [], NOON
    for _ in range(12):
        host = cadence.host_after(host, answer(429), at)
        assert host.not_before is not None
        rests.append(host.not_before - at)
        at = host.not_before

    assert rests[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert rests[-1] == timedelta(days=1)


def test_a_page_that_is_out_of_service_does_not_close_its_host_at_once() -> None:
    host = KnownHost("a.example")
    closed = []
    for _ in range(3):
        host = cadence.host_after(host, answer(503), NOON)
        closed.append(host.is_closed(NOON))

    assert closed == [False, False, True]


def test_an_answer_ends_the_refusals_of_a_host() -> None:
    refused = cadence.host_after(KnownHost("a.example"), answer(429), NOON)

    assert cadence.host_after(refused, answer(200), NOON) == KnownHost("a.example")
    assert cadence.host_after(refused, answer(None), NOON) == refused


def test_a_long_spacing_is_remembered_over_a_restart() -> None:
    host = cadence.host_after(KnownHost("a.example"), answer(200, spacing=30), NOON)

    assert host == KnownHost("a.example", NOON + timedelta(seconds=30), 30)


def test_a_difference_that_waits_is_looked_at_again_within_the_hour() -> None:
    known = Known(DAILY.id, next_due_at=NOON + timedelta(hours=20))

    assert cadence.sooner(DAILY, known, NOON, NOON) == NOON + timedelta(hours=1)


def test_what_differs_at_every_look_is_looked_at_in_due_course_and_when_it_is_told() -> None:
    since, due_at = NOON, NOON + timedelta(hours=22)
    told_at = since + watching.LONGEST_WAIT

    for minutes, expected in ((1, due_at), (22 * 60 - 1, due_at)):
        known = Known(DAILY.id, next_due_at=due_at)
        assert cadence.sooner(DAILY, known, since, NOON + timedelta(minutes=minutes)) == expected
    known = Known(DAILY.id, next_due_at=due_at + timedelta(hours=22))
    assert cadence.sooner(DAILY, known, since, due_at) == told_at


def test_what_came_back_doubtful_is_looked_at_again_within_a_day() -> None:
    weekly = replace(DAILY, every=timedelta(days=7))
    begun, late = NOON, NOON + timedelta(hours=11)
    due_at = cadence.next_due(weekly, late, failures=5, retry_after=None)

    assert due_at > begun + timedelta(days=1)
    assert cadence.in_time(weekly, due_at, begun, late) == begun + cadence.DECIDED_WITHIN
    assert cadence.in_time(weekly, due_at, begun, begun + timedelta(days=3)) == due_at
