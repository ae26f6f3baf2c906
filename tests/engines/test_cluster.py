"""A sweep through workers: each result once, every host as patient as it was asked to be, versions told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import psycopg
import pytest

from watcher.engines import Report
from watcher.engines.cluster import Worker, coordinating, opened
from watcher.engines.cluster.handing import AtWork, Handing
from watcher.engines.cluster.ingesting import Ingesting, WorkerBug
from watcher.engines.cluster.patience import Patience
from watcher.engines.cluster.taking import Taking
from watcher.engines.cluster.tending import MOST_DEATHS, Tending, who_is_missing
from watcher.engines.cluster.units import (
    VERSION,
    Fate,
    Finding,
    Result,
    Treatment,
    Unit,
    Wanted,
    Work,
)
from watcher.ledger import Ledger
from watcher.model import (
    FetchMode,
    HostRules,
    Judgement,
    Known,
    KnownHost,
    Response,
    Source,
    SourceId,
    SourceKind,
    Verdict,
)
from watcher.settings import Settings
from watcher.sweep import Sweep, read_response

Test = Callable[..., Coroutine[None, None, None]]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = Settings(deadline=10.0, spacing=0.0, confirm_after=0.0)
PAGE = """<!doctype html><html lang="en"><head><title>Terms</title></head><body><main><h1>Terms</h1>
<p>We do not use customer content to train our models, and customer content is deleted after {} days.</p>
<p>These terms govern how you may use the service and what we owe each other when something goes wrong.</p>
</main></body></html>"""
OLD = "0.0.1 (reader 0, wire 0)"
OF_SCRIPTS = """<!doctype html><html lang="en"><head><title>Terms</title></head><body><div id="all"></div>
<script>document.getElementById("all").innerHTML = "<h1>Terms</h1>" + "<p>" + [1, 2, 3, 4, 5, 6].map(
n => "Customer content is deleted after " + n + " days, unless the law requires us to keep it for longer.")
.join("</p><p>") + "</p>";</script></body></html>"""


def in_loop(test: Test) -> Callable[..., None]:
    """Run an asynchronous test in a loop of its own."""

    @wraps(test)
    def run(*given: object, **named: object) -> None:
        asyncio.run(test(*given, **named))

    return run


@asynccontextmanager
async def workers(
    dsn: str, count: int = 1, places: Mapping[Work, int] | None = None
) -> AsyncIterator[list[str]]:
    """Have workers at work; give the lines that they say."""
    said: list[str] = []
    async with opened(dsn) as server, asyncio.TaskGroup() as group:
        places = places or {Work.PAGES: 4}
        those = [Worker(server, SETTINGS, places, f"w{n}", said.append) for n in range(count)]
        for worker in those:
            group.create_task(worker.run())
        yield said
        for worker in those:
            worker.stop()


async def sweep(
    ledger: Ledger,
    dsn: str,
    sources: list[Source],
    rules: dict[str, HostRules],
    said: list[str] | None = None,
) -> Report:
    """Look at `sources` through workers, for a ledger that is told of nothing else."""
    ledger.sources.sync([], sources, NOON, hosts=rules)
    heard = [] if said is None else said
    async with (
        opened(dsn) as server,
        coordinating(ledger, Sweep(ledger), server, SETTINGS, say=heard.append) as engine,
    ):
        return await engine.run(sources)


def rows(ledger: Ledger, source: Source) -> int:
    """Give how often a look at `source` was recorded."""
    return len(ledger.checks.of(source.id))


@in_loop
async def test_every_source_is_looked_at_once_and_recorded_once(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    sources = [web.source(host, f"p{n}") for host in range(4) for n in range(5)]

    async with workers(dsn, 2):
        report = await sweep(ledger, dsn, sources, web.rules(robots=False))

    assert sorted(o.source.id for o in report.outcomes) == sorted(each.id for each in sources)
    assert not report.bugs and not report.troubled
    async with opened(dsn) as server:
        assert await Handing(server, ledger.id).outstanding() == [], "nothing is left behind"
    assert len(web.asked) == 20
    assert {rows(ledger, source) for source in sources} == {1}


@in_loop
async def test_spacing_is_kept_from_worker_to_worker_and_from_sweep_to_sweep(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    sources = [web.source(host, f"p{n}") for host in range(2) for n in range(3)]
    rules = web.rules(spacing=0.15, robots=False)

    for _ in range(3):  # each sweep has a worker of its own
        async with workers(dsn):
            await sweep(ledger, dsn, sources, rules)

    assert len(web.asked) == 18
    web.assert_polite(0.15)


@in_loop
async def test_a_host_that_asks_for_patience_is_left_alone_by_the_next_worker_too(
    dsn: str, web: Any, tmp_path: Path
) -> None:
    """Also by one that works for another ledger, which knows nothing of it."""
    sources = [web.source(0, f"p{n}") for n in range(3)]
    web.answers["/p0"] = (429, {"Retry-After": "3600"})
    rules = web.rules(robots=False)
    with Ledger.open(tmp_path / "one.db") as one, Ledger.open(tmp_path / "two.db") as two:
        async with workers(dsn):
            first = await sweep(one, dsn, sources, rules)
        async with workers(dsn):
            second = await sweep(two, dsn, sources, rules)

        assert [outcome.judgement.verdict for outcome in first.outcomes] == [Verdict.RATE_LIMITED]
        assert [source.id for source in first.put_off] == ["h0-p1", "h0-p2"]
        assert len(second.put_off) == 3
        assert {each.path for each in web.asked} == {"/p0"}
        assert rows(two, sources[0]) == 0


@in_loop
async def test_a_changed_page_is_confirmed_by_a_second_look(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    source = web.source(0, "terms")
    async with workers(dsn):
        await sweep(ledger, dsn, [source], web.rules(robots=False))
        web.days = 90
        report = await sweep(ledger, dsn, [source], web.rules(robots=False))

    assert [change.kind for change in report.raised]
    assert ledger.checks.of(source.id)[-1].judgement.verdict is Verdict.OK


@in_loop
async def test_a_page_that_needs_a_browser_goes_to_the_queue_for_it(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    web.payloads["/scripts"] = OF_SCRIPTS
    source, said = web.source(0, "scripts"), list[str]()

    async with workers(dsn):
        sweeping = asyncio.create_task(
            sweep(ledger, dsn, [source], web.rules(robots=False), said)
        )  # fmt: skip
        while not said:
            await asyncio.sleep(0.05)
        async with workers(dsn, places={Work.BROWSER: 1}):
            report = await sweeping

    assert said == [who_is_missing(Work.BROWSER, 1, [])]
    assert "deleted after 6 days" in ledger.documents.get(1).text
    assert [outcome.judgement.verdict for outcome in report.outcomes] == [Verdict.OK]
    assert ledger.sources.fetch_mode(source.id) is FetchMode.BROWSER


# ── exactly once ─────────────────────────────────────────────────────────────────────────────────


def unit_of(ledger: Ledger, *sources: Source, version: str = VERSION) -> Unit:
    """Give a unit of sources that the ledger was told of."""
    ledger.sources.sync([], sources, NOON)
    wanted = tuple(Wanted(source, ledger.sources.known(source.id)) for source in sources)
    treatment = Treatment(None, 10.0, 0.0, 1_000_000)
    host = KnownHost("a.example")
    return Unit("unit", ledger.id, Work.PAGES, wanted, host, treatment, 30.0, version)


def terms() -> Source:
    return Source(SourceId("t"), "https://a.example/t", "Terms", SourceKind.OFFICIAL_TERMS)


def refused(source: Source) -> Finding:
    """Give what a worker found at a source that answered with an error."""
    response = Response(source.url, source.url, NOON, status=500, payload=b"<p>Sorry")
    return Finding(source.id, Fate.SEEN, response, Judgement(Verdict.ERROR_PAGE, "status: 500"))


def ingesting(ledger: Ledger) -> Ingesting:
    return Ingesting(ledger, Sweep(ledger), lambda: NOON)


def test_a_result_that_comes_again_is_not_taken_in_again(ledger: Ledger) -> None:
    unit = unit_of(ledger, terms())
    result = Result("unit", (refused(terms()),))

    first = ingesting(ledger).take_in(unit, result)
    again = ingesting(ledger).take_in(unit, result)

    assert len(first.outcomes) == 1 and not again.outcomes
    assert rows(ledger, terms()) == 1


def test_what_was_learned_of_a_source_meanwhile_is_not_overwritten(ledger: Ledger) -> None:
    """As when a person handed in what they saw while a worker looked."""
    unit = unit_of(ledger, terms())
    ledger.sources.update(Known(terms().id, last_check_at=NOON, failures=3))

    ingested = ingesting(ledger).take_in(unit, Result("unit", (refused(terms()),)))

    assert len(ingested.outcomes) == rows(ledger, terms()) == 1
    assert ledger.sources.known(terms().id).failures == 4


def test_a_payload_that_workers_left_out_is_there_when_the_look_was_overtaken(
    ledger: Ledger,
) -> None:
    """The page was as the ledger held it; then a person handed in another; the worker's look is the later one."""
    held, handed_in = PAGE.format(30).encode(), PAGE.format(90).encode()
    sweep, source = Sweep(ledger), terms()
    ledger.sources.sync([], [source], NOON)

    def see(payload: bytes) -> Response:
        response = Response(source.url, source.url, NOON, status=200, payload=payload)
        look = sweep.begin(source)
        sweep.record(look, response, look.judge(response) or read_response(response, source))
        return response

    response = see(held)
    unit = unit_of(ledger, source)
    see(handed_in)
    unchanged = Judgement(Verdict.UNCHANGED, "payload: the same bytes as last time")
    finding = Finding(source.id, Fate.SEEN, replace(response, payload=b""), unchanged)

    [outcome] = ingesting(ledger).take_in(unit, Result("unit", (finding,))).outcomes

    assert outcome.judgement.verdict is Verdict.OK
    assert ledger.sources.known(source.id).payload_digest == response.payload_digest


def test_a_bug_that_a_worker_met_leaves_a_row_and_is_loud(ledger: Ledger) -> None:
    """Invariant 1."""
    unit = unit_of(ledger, terms())
    said = "Traceback (most recent call last):\n  somewhere\nZeroDivisionError: of ours"

    ingested = ingesting(ledger).take_in(
        unit, Result("unit", (Finding(terms().id, Fate.BUG, bug=said),))
    )

    [bug], [check] = ingested.bugs, ledger.checks.of(terms().id)
    assert isinstance(bug, WorkerBug) and "somewhere" in str(bug)
    assert check.judgement == Judgement(Verdict.UNREADABLE, "bug: ZeroDivisionError: of ours")


# ── workers that die, and workers of other versions ──────────────────────────────────────────────


def silence_everybody(dsn: str, attempts: int = 0) -> None:
    """Make it long ago that anything was heard of any worker."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 day'"
        )
        connection.execute("UPDATE procrastinate_jobs SET attempts = %s", (attempts,))


@in_loop
async def test_what_a_dead_worker_held_is_handed_to_another_and_no_longer_the_first_ones(
    ledger: Ledger, dsn: str
) -> None:
    unit, said = unit_of(ledger, terms()), list[str]()
    async with opened(dsn) as server:
        handing, first, second = Handing(server, ledger.id), Taking(server), Taking(server)
        await handing.hand_out(unit)
        await handing.hand_out(unit)  # as when the answer to the first was lost
        await first.register([Work.PAGES], "first")
        await second.register([Work.PAGES], "second")
        held = await first.take(Work.PAGES)
        assert held is not None and held.unit == unit
        assert await second.take(Work.PAGES) is None, "there is one job, and one lock of the host"

        silence_everybody(dsn)
        tending = Tending(handing, Patience(said.append), 0.1, said.append)
        await tending.look_after({unit.id: unit})
        again = await second.take(Work.PAGES)

        assert again is not None and again.unit == unit
        assert not await first.finish(held, b"late", {}), "it is another's now"
        assert await handing.results(10) == []
    assert said[0] == "a.example: nothing was heard of its worker; another will look."


@in_loop
async def test_a_unit_that_workers_die_of_is_given_up_with_a_row_for_each_source(
    ledger: Ledger, dsn: str
) -> None:
    unit = unit_of(ledger, terms())
    async with opened(dsn) as server:
        handing, worker = Handing(server, ledger.id), Taking(server)
        await handing.hand_out(unit)
        await worker.register([Work.PAGES], "first")
        assert await worker.take(Work.PAGES) is not None

        silence_everybody(dsn, attempts=MOST_DEATHS - 1)
        [job] = await handing.held_by_the_dead(0.1)
        tending = Tending(handing, Patience(print), 0.1, lambda line: None)
        await tending.look_after({unit.id: unit})
        [result] = await handing.results(10)
        await handing.give_up(job, result)  # as when the answer to the first was lost
    ingested = ingesting(ledger).take_in(unit, result)
    assert len(ingested.bugs) == 1 and rows(ledger, terms()) == 1


@in_loop
async def test_units_of_another_version_are_left_and_said_to_wait(ledger: Ledger, dsn: str) -> None:
    unit = unit_of(ledger, terms(), version=OLD)
    async with opened(dsn) as server:
        await Handing(server, ledger.id).hand_out(unit)
        async with workers(dsn) as said:
            while not said:
                await asyncio.sleep(0.01)
            assert await Taking(server).versions_waiting() == [OLD], "nobody has taken it up"
    assert f"workers of version {OLD}; this one is {VERSION}" in said[0]


@in_loop
async def test_a_coordinator_takes_back_units_of_its_older_self(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    source = web.source(0, "terms")
    unit = unit_of(ledger, source, version=OLD)
    async with opened(dsn) as server:
        await Handing(server, ledger.id).hand_out(replace(unit, host=KnownHost(web.host(0))))

    async with workers(dsn):
        report = await sweep(ledger, dsn, [source], web.rules(robots=False))

    assert len(report.outcomes) == 1


@in_loop
async def test_the_result_of_another_version_is_refused_and_its_sources_looked_at_anew(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    source, said = web.source(0, "terms"), list[str]()
    unit = replace(unit_of(ledger, source, version=OLD), host=KnownHost(web.host(0)))
    async with opened(dsn) as server:
        await Handing(server, ledger.id).hand_out(unit)
    with psycopg.connect(dsn) as connection:  # what an old worker would do
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute("INSERT INTO watcher_results VALUES ('unit', %s, now(), 'x')", (OLD,))

    async with workers(dsn):
        report = await sweep(ledger, dsn, [source], web.rules(robots=False), said)

    assert any(f"a worker of version {OLD} has looked" in line for line in said)
    assert len(report.outcomes) == 1 and rows(ledger, source) == 1


def test_who_is_missing_is_told_with_what_to_do() -> None:
    here = AtWork(VERSION, (Work.PAGES,), "a")
    old = AtWork(OLD, (Work.PAGES, Work.BROWSER), "b")

    assert who_is_missing(Work.PAGES, 3, [here, old]) == ""
    assert "Start one: watcher worker --only browser" in who_is_missing(Work.BROWSER, 1, [here])
    assert f"those at work are of version {OLD} (b)" in who_is_missing(Work.PAGES, 1, [old])


@in_loop
async def test_a_unit_that_postgresql_lost_is_not_waited_for(
    ledger: Ledger, dsn: str, web: Any
) -> None:
    source, said = web.source(0, "terms"), list[str]()
    sweeping = asyncio.create_task(sweep(ledger, dsn, [source], web.rules(), said))
    while not said:  # that no worker is there
        await asyncio.sleep(0.05)
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")

    report = await asyncio.wait_for(sweeping, 20)

    assert report.put_off == [source]
    assert [each.id for each in ledger.sources.due(NOON + timedelta(days=1))] == [source.id]


@pytest.mark.parametrize("count", [0, 60])
@in_loop
async def test_many_sources_of_one_host_are_several_units(
    ledger: Ledger, dsn: str, web: Any, count: int
) -> None:
    sources = [web.source(0, f"p{n}") for n in range(count)]
    async with workers(dsn):
        report = await sweep(ledger, dsn, sources, web.rules(robots=False))

    assert len(report.outcomes) == count
    units = ledger.connection.rows("SELECT count(*) FROM ingested_units")
    assert units == [(-(-count // 50),)]
