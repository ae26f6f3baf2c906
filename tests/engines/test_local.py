"""A sweep in one process: who waits for whom, what a bug costs, when a second look is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.claims import Pack
from watcher.engines import LocalEngine, Report
from watcher.errors import LedgerFull
from watcher.ledger import Ledger
from watcher.model import Known, Response, Source, SourceId, SourceKind, Verdict, Vocabulary
from watcher.sweep import Outcome, Sweep

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = """<html lang="en"><head><title>Terms</title></head><body><main><h1>Terms</h1>
<p>These terms govern how you may use the service and what we owe each other when something goes wrong.</p>
<p>You must be at least 18 years old to use the service, and you must keep your password to yourself.</p>
<p>{extra}</p></main></body></html>"""


def source(name: str, host: str = "a.example") -> Source:
    return Source(SourceId(name), f"https://{host}/{name}", name, SourceKind.OFFICIAL_TERMS)


def page(of: Source, extra: str = "Nothing else.", minute: int = 0) -> Response:
    return Response(
        of.url,
        of.url,
        NOON + timedelta(minutes=minute),
        status=200,
        headers=(("content-type", "text/html"),),
        payload=PAGE.format(extra=extra).encode(),
    )


@dataclass
class ScriptedFetcher:
    """Answers each source as its script says; remembers who was asked, in order."""

    scripts: dict[str, Callable[[Source], Awaitable[Response]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, source: Source, known: Known) -> Response:
        self.asked.append(source.id)
        script = self.scripts.get(source.id)
        return page(source) if script is None else await script(source)


@dataclass
class Bench:
    """A ledger, a sweep and an engine over a scripted fetcher."""

    ledger: Ledger
    sweep: Sweep
    fetcher: ScriptedFetcher
    seen: list[Outcome] = field(default_factory=list)

    def run(self, *sources: Source) -> Report:
        self.ledger.sources.sync([], sources, NOON)
        return asyncio.run(self.engine().run(sources))

    def engine(self) -> LocalEngine:
        return LocalEngine(
            self.sweep,
            self.fetcher,
            confirm_after=timedelta(),
            on_outcome=self.seen.append,
            clock=lambda: NOON,
        )


@pytest.fixture
def bench(ledger: Ledger, vocabulary: Vocabulary, pack: Pack) -> Bench:
    return Bench(ledger, Sweep(ledger, vocabulary, pack), ScriptedFetcher())


def test_invariant_9_a_source_that_hangs_delays_no_other_host(bench: Bench) -> None:
    released = asyncio.Event()
    slow, quick = source("slow", "slow.example"), source("quick", "quick.example")

    async def hang(of: Source) -> Response:
        await released.wait()
        return page(of)

    async def answer(of: Source) -> Response:
        released.set()  # the slow one is let go only once the quick one was asked
        return page(of)

    bench.fetcher.scripts.update(slow=hang, quick=answer)

    report = bench.run(slow, quick)

    assert [outcome.source.id for outcome in report.outcomes] == ["quick", "slow"]


def test_sources_of_one_host_are_looked_at_one_after_the_other(bench: Bench) -> None:
    under_way: list[str] = []

    async def alone(of: Source) -> Response:
        assert not under_way
        under_way.append(of.id)
        await asyncio.sleep(0)
        under_way.clear()
        return page(of)

    names = ["one", "two", "three"]
    bench.fetcher.scripts.update(dict.fromkeys(names, alone))

    report = bench.run(*map(source, names))

    assert not report.bugs
    assert bench.fetcher.asked == names


def test_a_bug_is_kept_for_the_end_and_leaves_a_row(bench: Bench) -> None:
    async def stumble(of: Source) -> Response:
        raise ZeroDivisionError("of ours")

    bench.fetcher.scripts["broken"] = stumble

    report = bench.run(source("broken"), source("well"))

    assert [type(bug) for bug in report.bugs] == [ZeroDivisionError]
    assert {outcome.source.id for outcome in report.outcomes} == {"broken", "well"}
    latest = bench.ledger.checks.latest(SourceId("broken"))
    assert latest is not None and latest.judgement.verdict is Verdict.UNREADABLE
    assert "ZeroDivisionError" in latest.judgement.signal


def test_a_ledger_that_cannot_be_written_ends_the_sweep(bench: Bench) -> None:
    async def full(of: Source) -> Response:
        raise LedgerFull("snapshots/watcher.db: the disk is full")

    bench.fetcher.scripts["first"] = full

    with pytest.raises(LedgerFull):
        bench.run(source("first"), source("second"))


def test_what_waits_for_a_second_look_gets_it_in_the_same_sweep(bench: Bench) -> None:
    watched = source("terms")
    bench.run(watched)

    async def with_a_line(of: Source) -> Response:
        return page(of, "Valid in all regions", minute=len(bench.fetcher.asked))

    bench.fetcher.scripts["terms"] = with_a_line
    bench.fetcher.asked.clear()
    bench.seen.clear()

    report = bench.run(watched)

    assert bench.fetcher.asked == ["terms", "terms"]
    assert bench.seen[0].pending and bench.seen[0].change is None
    assert report.outcomes[-1].change is not None
    assert bench.ledger.changes.all()[0].before_snapshot is not None


def test_a_stopped_engine_begins_no_further_look(bench: Bench) -> None:
    first, second = source("first"), source("second")
    bench.ledger.sources.sync([], [first, second], NOON)
    engine = bench.engine()

    async def stop(of: Source) -> Response:
        engine.stop()
        return page(of)

    bench.fetcher.scripts["first"] = stop

    report = asyncio.run(engine.run([first, second]))

    assert [outcome.source.id for outcome in report.outcomes] == ["first"]
    assert bench.ledger.checks.latest(second.id) is None


def test_a_page_that_says_a_new_number_to_everyone_is_looked_at_as_often_as_declared(
    bench: Bench,
) -> None:
    """Three looks in a sweep, and the next in due course: not three more in every hour."""
    watched = source("terms")

    async def numbered(of: Source) -> Response:
        number = len(bench.fetcher.asked)
        return page(of, f"Your number is {number * 7919} of today.", minute=number)

    bench.fetcher.scripts["terms"] = numbered
    bench.run(watched)
    report = bench.run(watched)

    assert len(report.outcomes) == 3
    due_at = bench.ledger.sources.known(watched.id).next_due_at
    assert due_at is not None and due_at > NOON + timedelta(hours=20)


def test_half_a_page_is_asked_for_three_times_in_one_sweep_and_then_left(bench: Bench) -> None:
    watched = source("terms")
    bench.run(watched)

    async def half(of: Source) -> Response:
        whole = page(of, minute=len(bench.fetcher.asked))
        return replace(whole, payload=whole.payload.split(b"<p>You must")[0])

    bench.fetcher.scripts["terms"] = half
    bench.fetcher.asked.clear()

    report = bench.run(watched)
    again = bench.run(watched)

    assert [each.judgement.verdict for each in report.outcomes] == [Verdict.PARTIAL] * 3
    assert [each.pending for each in report.outcomes] == [True, True, False]
    assert len(report.troubled) == 1
    assert len(again.outcomes) == 1
    assert not [each for each in bench.ledger.changes.all() if each.before_snapshot is not None]


def test_half_a_page_that_is_whole_at_the_second_look_is_no_news(bench: Bench) -> None:
    watched = source("terms")
    bench.run(watched)

    async def half_at_first(of: Source) -> Response:
        whole = page(of, minute=len(bench.fetcher.asked))
        first = len(bench.fetcher.asked) == 1
        return replace(whole, payload=whole.payload.split(b"<p>You must")[0]) if first else whole

    bench.fetcher.scripts["terms"] = half_at_first
    bench.fetcher.asked.clear()

    report = bench.run(watched)

    assert [each.judgement.verdict for each in report.outcomes] == [
        Verdict.PARTIAL,
        Verdict.UNCHANGED,
    ]
    assert not report.changes and not report.troubled
