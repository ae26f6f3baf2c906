"""When a source is due again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watcher import cadence
from watcher.model import Known, Source, SourceId, SourceKind

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
