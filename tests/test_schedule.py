"""Round the clock: what falls due is begun, restarts and clocks do no harm, and it stops when told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import wraps

import pytest

from watcher.claims import Pack
from watcher.engines import LocalEngine, Report
from watcher.errors import LedgerBusy, LedgerError
from watcher.ledger import Ledger
from watcher.model import (
    Judgement,
    Known,
    KnownHost,
    QuietHours,
    Response,
    Source,
    SourceId,
    SourceKind,
    Verdict,
    Vocabulary,
)
from watcher.schedule import Schedule, is_stranded
from watcher.sweep import Sweep

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Test = Callable[..., Coroutine[None, None, None]]
PAGE = b"""<html lang=en><head><title>Terms of service</title></head><body><main><h1>Terms of service</h1>
<p>We keep what customers send us for thirty days, and delete it after that unless the law requires otherwise.</p>
<p>We do not sell it, and we share it with nobody but those who run our servers under a written agreement.</p>
<p>Questions about these terms go to our legal team by post or by telephone, on any working day.</p>
</main></body></html>"""


def in_loop(test: Test) -> Callable[..., None]:
    """Run an asynchronous test in a loop of its own."""

    @wraps(test)
    def run(*given: object, **named: object) -> None:
        asyncio.run(test(*given, **named))

    return run


def source(name: str, host: str = "a.example") -> Source:
    url = f"https://{host}/{name}"
    return Source(SourceId(name), url, name, SourceKind.OFFICIAL_TERMS)


@dataclass
class Site:
    """Stands for the web: answers every source the same, or holds the answer back until it is let go."""

    clock: Callable[[], datetime]
    held: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    at_once: int = 0
    most_at_once: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, source: Source, known: Known) -> Response:
        self.asked.append(source.id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            if source.id in self.held:
                await self.let_go.wait()
        finally:
            self.at_once -= 1
        headers = (("content-type", "text/html"),)
        return Response(source.url, source.url, self.clock(), self.status, headers, PAGE)


@dataclass
class Watch:
    """A schedule on a calendar of its own."""

    ledger: Ledger
    vocabulary: Vocabulary
    pack: Pack
    now: datetime = NOON
    reports: list[Report] = field(default_factory=list)
    site: Site = field(init=False)
    schedule: Schedule = field(init=False)

    def __post_init__(self) -> None:
        self.site = Site(self.clock)
        self.restart()

    def clock(self) -> datetime:
        return self.now

    def restart(self) -> None:
        """Begin anew, as after the end of the process."""
        self.schedule = Schedule(
            self.ledger,
            LocalEngine(
                Sweep(self.ledger, self.vocabulary, self.pack),
                self.site,
                hosts_at_once=4,
                confirm_after=timedelta(),
                clock=self.clock,
            ),
            tick=timedelta(milliseconds=20),
            grace=timedelta(milliseconds=200),
            on_report=self.reports.append,
            clock=self.clock,
        )

    async def tick(self) -> list[str]:
        """Tick once, wait until all is done, and give what was asked for."""
        self.site.asked.clear()
        await self.schedule.tick()
        await self.schedule.idle()
        return list(self.site.asked)


@pytest.fixture
def watch(ledger: Ledger, vocabulary: Vocabulary, pack: Pack) -> Watch:
    ledger.sources.sync([], [source("terms"), source("privacy"), source("dpa", "b.example")], NOON)
    return Watch(ledger, vocabulary, pack)


def declare(watch: Watch, *sources: Source) -> None:
    watch.ledger.sources.sync([], sources, watch.now)


@in_loop
async def test_what_is_due_is_looked_at_once(watch: Watch) -> None:
    assert sorted(await watch.tick()) == ["dpa", "privacy", "terms"]
    assert await watch.tick() == []

    watch.now += timedelta(days=1)
    assert sorted(await watch.tick()) == ["dpa", "privacy", "terms"]


@in_loop
async def test_after_a_restart_what_was_looked_at_is_not_looked_at_again(watch: Watch) -> None:
    await watch.tick()
    watch.restart()

    assert await watch.tick() == []


@in_loop
async def test_a_sleeping_laptop_looks_once_at_what_it_missed(watch: Watch) -> None:
    await watch.tick()
    watch.now += timedelta(days=9)

    assert sorted(await watch.tick()) == ["dpa", "privacy", "terms"]
    assert await watch.tick() == []


@in_loop
async def test_catching_up_is_no_herd(watch: Watch) -> None:
    """What waits all at once is begun host by host, so many hosts together."""
    declare(watch, *(source(f"s{n}", f"h{n % 20}.example") for n in range(60)))

    assert len(await watch.tick()) == 60
    assert watch.site.most_at_once <= 4


@in_loop
async def test_a_clock_set_back_by_a_year_keeps_nothing_from_being_looked_at(watch: Watch) -> None:
    watch.now += timedelta(days=365)
    await watch.tick()
    watch.now -= timedelta(days=365)

    assert len(await watch.tick()) == 3
    assert await watch.tick() == []


@in_loop
async def test_a_clock_set_forward_looks_once(watch: Watch) -> None:
    await watch.tick()
    watch.now += timedelta(days=365)

    assert len(await watch.tick()) == 3
    assert await watch.tick() == []


@in_loop
async def test_the_hour_that_summer_time_repeats_or_leaps_over_changes_nothing(
    watch: Watch,
) -> None:
    """Everything stands in UTC: over both nights a daily source is looked at daily."""
    for night in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        watch.now = night
        await watch.tick()
        for _ in range(3):
            watch.now += timedelta(days=1)
            assert len(await watch.tick()) == 3


@in_loop
async def test_one_slow_source_delays_no_other_host(watch: Watch) -> None:
    """Invariant 9."""
    watch.site.held.add("terms")
    for _ in range(2):
        await watch.schedule.tick()
        async with asyncio.timeout(5):
            while watch.schedule.under_way > 2:  # of the slow host, one is held and one waits
                await asyncio.sleep(0)
        watch.now += timedelta(days=2)

    assert watch.site.asked.count("dpa") == 2
    assert watch.site.asked.count("terms") == 1
    watch.site.let_go.set()
    await watch.schedule.idle()


@in_loop
async def test_quiet_hours_are_kept_also_when_catching_up(watch: Watch) -> None:
    night = QuietHours(time(22), time(6), "UTC")
    declare(watch, replace(source("terms"), quiet=night), source("dpa", "b.example"))
    watch.now = NOON.replace(hour=23)

    assert await watch.tick() == ["dpa"]
    watch.now = NOON.replace(hour=6) + timedelta(days=1)
    assert "terms" in await watch.tick()


@in_loop
async def test_a_host_that_refuses_is_left_alone_over_a_restart(watch: Watch) -> None:
    watch.site.status = 429
    asked = await watch.tick()
    assert len(asked) == 2, "after the first refusal the host's other source is left for later"
    assert sum(len(report.put_off) for report in watch.reports) == 1

    watch.restart()
    assert await watch.tick() == []
    watch.site.status = 200
    watch.now += timedelta(hours=2)
    assert len(await watch.tick()) == 3


@in_loop
async def test_a_host_is_left_alone_for_as_long_as_it_asked(watch: Watch) -> None:
    watch.ledger.hosts.update(KnownHost("a.example", NOON + timedelta(hours=3)))

    assert await watch.tick() == ["dpa"]
    watch.now += timedelta(hours=3)
    assert sorted(await watch.tick()) == ["privacy", "terms"]


@in_loop
async def test_a_host_is_left_alone_from_its_answer_on(watch: Watch) -> None:
    """A look may take a minute; what its host asked for at the end of it counts from there."""
    took, asked = timedelta(minutes=1), timedelta(minutes=10)
    looked_at = source("terms")
    refusal = Response(looked_at.url, looked_at.url, NOON, 429, elapsed=took, retry_after=asked)
    sweep = Sweep(watch.ledger, watch.vocabulary, watch.pack)
    sweep.record(sweep.begin(looked_at), refusal, Judgement(Verdict.RATE_LIMITED, "status: 429"))

    assert watch.ledger.hosts.get("a.example").not_before == NOON + took + asked


@in_loop
async def test_stopping_lets_what_is_under_way_end(watch: Watch) -> None:
    watch.site.held.add("terms")
    running = asyncio.create_task(watch.schedule.run())
    while "terms" not in watch.site.asked:
        await asyncio.sleep(0.01)
    watch.schedule.stop()
    watch.site.let_go.set()
    await asyncio.wait_for(running, 5)

    looked_at = {
        each for each in ("terms", "privacy", "dpa") if watch.ledger.checks.of(SourceId(each))
    }
    assert "terms" in looked_at
    assert "privacy" not in looked_at, "nothing further was begun at that host"


@in_loop
async def test_stopping_abandons_what_does_not_end_and_leaves_it_due(watch: Watch) -> None:
    watch.site.held.add("terms")
    running = asyncio.create_task(watch.schedule.run())
    while "terms" not in watch.site.asked:
        await asyncio.sleep(0.01)
    watch.schedule.stop()
    await asyncio.wait_for(running, 5)

    assert watch.ledger.checks.of(SourceId("terms")) == []
    assert SourceId("terms") in {each.id for each in watch.ledger.sources.due(watch.now)}


@in_loop
async def test_it_ends_when_the_ledger_cannot_be_used(watch: Watch) -> None:
    async def fail(source: Source, known: Known) -> Response:
        raise LedgerBusy("another process holds it")

    watch.site.fetch = fail  # type: ignore[method-assign]
    with pytest.raises(LedgerError):
        await asyncio.wait_for(watch.schedule.run(), 5)


@in_loop
async def test_a_bug_at_one_source_leaves_a_row_and_stops_nothing(watch: Watch) -> None:
    """Invariant 1."""
    answer = watch.site.fetch

    async def stumble(source: Source, known: Known) -> Response:
        if source.id == "terms":
            raise RuntimeError("a bug")
        return await answer(source, known)

    watch.site.fetch = stumble  # type: ignore[method-assign]
    await watch.tick()

    [check] = watch.ledger.checks.of(SourceId("terms"))
    assert check.judgement.verdict is Verdict.UNREADABLE
    assert sum(len(report.outcomes) for report in watch.reports) == 3


def test_failure_07_a_tick_that_a_set_clock_left_far_ahead_is_brought_forward() -> None:
    tick = timedelta(seconds=10)

    assert is_stranded(NOON + timedelta(hours=2), NOON, tick)
    assert not is_stranded(NOON + tick, NOON, tick)
    assert not is_stranded(None, NOON, tick)
