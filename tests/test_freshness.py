"""What was not looked at for too long is told: a source, a host, the whole schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher import freshness
from watcher.ledger import Ledger
from watcher.model import (
    Check,
    Judgement,
    Known,
    KnownHost,
    Source,
    SourceId,
    SourceKind,
    Verdict,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def source(name: str, host: str = "a.example", every: timedelta = DAY) -> Source:
    url = f"https://{host}/{name}"
    return Source(SourceId(name), url, name.title(), SourceKind.OFFICIAL_TERMS, every=every)


def seen(name: str, at: datetime, *, looked_at: datetime | None = None) -> Known:
    return Known(SourceId(name), last_good_at=at, last_check_at=looked_at or at)


def test_all_is_well_while_everything_is_seen_in_time() -> None:
    sources = [source("terms"), source("privacy")]
    found = freshness.assess(sources, [seen("terms", NOON), seen("privacy", NOON)], [], NOON + DAY)

    assert found.is_well
    assert freshness.alarms(found) == ()


def test_a_source_not_seen_well_is_an_alarm_that_stays_the_same() -> None:
    sources = [source("terms"), source("privacy")]
    late = seen("terms", NOON - 3 * DAY, looked_at=NOON)
    fared = [late, seen("privacy", NOON)]

    [alarm] = freshness.alarms(freshness.assess(sources, fared, [], NOON))
    [again] = freshness.alarms(freshness.assess(sources, fared, [], NOON + HOUR))

    assert alarm.title.startswith("Terms: not seen well since 2026-02-26")
    assert alarm.since == NOON - DAY
    assert alarm == again


def test_a_host_speaks_for_its_sources() -> None:
    sources = [source("terms"), source("privacy"), source("dpa", "b.example")]
    gone = NOON - 3 * DAY
    fared = [
        seen("terms", gone, looked_at=NOON),
        seen("privacy", gone, looked_at=NOON),
        seen("dpa", NOON),
    ]

    found = freshness.assess(sources, fared, [], NOON)
    [alarm] = freshness.alarms(found)

    assert alarm.title == "a.example: none of its 2 sources was seen well since 2026-02-26"
    assert not found.is_well


def test_failure_07_a_schedule_that_stands_still_speaks_for_everything() -> None:
    sources = [source("terms"), source("news", "b.example", every=6 * HOUR)]
    fared = [seen("terms", NOON), seen("news", NOON)]

    assert not freshness.assess(sources, fared, [], NOON + 11 * HOUR).stalled
    found = freshness.assess(sources, fared, [], NOON + 13 * HOUR)

    assert found.stalled
    assert [alarm.title for alarm in freshness.alarms(found)] == [
        "Nothing was looked at since 2026-03-01 12:00 UTC"
    ]


def test_what_is_looked_at_in_vain_does_not_stall_the_schedule() -> None:
    fared = [seen("terms", NOON - 9 * DAY, looked_at=NOON)]

    assert not freshness.assess([source("terms")], fared, [], NOON).stalled


def test_a_schedule_that_never_looked_stands_still() -> None:
    assert freshness.assess([source("terms")], [], [], NOON).stalled
    assert freshness.assess([], [], [], NOON).is_well


def test_alarms_are_items_of_the_maintainers_feed() -> None:
    fared = [seen("terms", NOON - 3 * DAY, looked_at=NOON), seen("privacy", NOON)]
    sources = [source("terms"), source("privacy")]

    [item] = freshness.alarm_items(freshness.assess(sources, fared, [], NOON))

    assert item.path == "alarms/sources/terms/20260226T120000Z"
    assert item.published_at == NOON - DAY
    assert item.labels == ("alarm",)


@pytest.fixture
def watched(ledger: Ledger) -> Ledger:
    sources = [source("terms"), source("privacy")]
    ledger.sources.sync([], sources, NOON)
    for name, verdict in (("terms", Verdict.OK), ("privacy", Verdict.BLOCKED)):
        judgement = Judgement(verdict, "as it is")
        check = Check(SourceId(name), NOON, judgement, elapsed=timedelta(milliseconds=250))
        ledger.checks.add(check)
        ledger.sources.update(replace(seen(name, NOON), last_verdict=verdict))
    ledger.hosts.update(KnownHost("a.example", NOON + 2 * DAY))
    return ledger


def test_metrics_tell_checks_ages_queue_and_durations(watched: Ledger) -> None:
    text = freshness.metrics_text(watched, watched.sources.standing(), NOON + HOUR)
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))

    assert samples["watcher_up"] == "1"
    assert samples["watcher_sources"] == "2"
    assert samples['watcher_checks_total{verdict="ok"}'] == "1"
    assert samples['watcher_check_seconds_total{verdict="blocked"}'] == "0.25"
    assert samples['watcher_age_seconds{since="last_look"}'] == "3600"
    assert samples['watcher_sources_by_verdict{verdict="blocked"}'] == "1"
    assert samples["watcher_due"] == "2"
    assert samples["watcher_closed_hosts"] == "1"


def test_every_metric_says_what_it_means(watched: Ledger) -> None:
    text = freshness.metrics_text(watched, watched.sources.standing(), NOON)
    names = {line.split("{")[0].split(" ")[0] for line in text.splitlines() if line[0] != "#"}

    for name in names:
        assert f"# HELP {name} " in text
        assert f"# TYPE {name} " in text


def test_health_reads_the_ledger(watched: Ledger) -> None:
    found = freshness.health(watched, watched.sources.standing(), NOON + 3 * DAY)

    assert not found.is_well
    assert freshness.summary(found).startswith("overdue: 2 sources, 2 overdue, 2 due, 0 changes")
