"""Looks that end together are one transaction, and what goes wrong in one of them is that one's trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from watcher.claims import Pack
from watcher.engines.recording import MOST_READ, MOST_TOGETHER, Recorder
from watcher.errors import LedgerFull, NotFound
from watcher.ledger import Ledger
from watcher.model import Judgement, Response, Source, SourceId, SourceKind, Verdict, Vocabulary
from watcher.sweep import Look, Outcome, Sweep

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BUSY = Judgement(Verdict.RATE_LIMITED, "status: 429, too many requests")


def source(name: str) -> Source:
    return Source(SourceId(name), f"https://{name}.example/terms", name, SourceKind.OFFICIAL_TERMS)


def refused(look: Look, payload: bytes = b"") -> Response:
    return Response(look.source.url, look.source.url, NOON, status=429, payload=payload)


@pytest.fixture
def sweep(ledger: Ledger, vocabulary: Vocabulary, pack: Pack) -> Sweep:
    return Sweep(ledger, vocabulary, pack)


@pytest.fixture
def commits(ledger: Ledger) -> Iterator[Callable[[], int]]:
    """How many transactions the ledger has committed by now."""
    statements: list[str] = []
    connection = ledger.connection.database.conn
    connection.set_trace_callback(statements.append)
    yield lambda: statements.count("COMMIT")
    connection.set_trace_callback(None)


def looks_at(ledger: Ledger, sweep: Sweep, *names: str) -> list[Look]:
    sources = [source(name) for name in names]
    ledger.sources.sync([], sources, NOON)
    return [sweep.begin(each) for each in sources]


def record(
    sweep: Sweep, looks: list[Look], response_to: Callable[[Look], Response] = refused
) -> list[Outcome | BaseException]:
    """Record looks that end together; give what came of each."""

    async def run() -> list[Outcome | BaseException]:
        recorder = Recorder(sweep)
        ended = (recorder.record(each, response_to(each), BUSY) for each in looks)
        return await asyncio.gather(*ended, return_exceptions=True)

    return asyncio.run(run())


def test_looks_that_end_together_are_one_transaction(
    ledger: Ledger, sweep: Sweep, commits: Callable[[], int]
) -> None:
    looks = looks_at(ledger, sweep, "one", "two", "three")
    before = commits()

    outcomes = record(sweep, looks)

    assert [each.source.id for each in outcomes if isinstance(each, Outcome)] == [
        "one",
        "two",
        "three",
    ]
    assert commits() - before == 1


def test_no_transaction_takes_more_looks_than_others_can_wait_for(
    ledger: Ledger, sweep: Sweep, commits: Callable[[], int]
) -> None:
    looks = looks_at(ledger, sweep, *(f"s{n}" for n in range(MOST_TOGETHER + 1)))
    before = commits()

    outcomes = record(sweep, looks)

    assert all(isinstance(each, Outcome) for each in outcomes)
    assert commits() - before == 2


def test_what_goes_wrong_in_one_look_undoes_that_look_alone(ledger: Ledger, sweep: Sweep) -> None:
    first, last = looks_at(ledger, sweep, "first", "last")
    unheard_of = sweep.begin(source("unheard-of"))

    outcomes = record(sweep, [first, unheard_of, last])

    assert isinstance(outcomes[1], NotFound)
    assert [each.host for each in ledger.hosts.all().values()] == ["first.example", "last.example"]
    for look in (first, last):
        latest = ledger.checks.latest(look.source.id)
        assert latest is not None and latest.judgement == BUSY


def test_a_full_disk_keeps_nothing_of_looks_that_were_recorded_together(
    ledger: Ledger, sweep: Sweep
) -> None:
    first, large, last = looks_at(ledger, sweep, "first", "large", "last")
    pages = ledger.connection.row("PRAGMA page_count")
    assert pages is not None
    ledger.connection.write(f"PRAGMA max_page_count = {pages[0]}")

    def answer(look: Look) -> Response:
        return refused(look, Random(7).randbytes(1_000_000) if look is large else b"")

    outcomes = record(sweep, [first, large, last], answer)

    assert all(isinstance(each, LedgerFull) for each in outcomes)
    assert ledger.checks.latest(first.source.id) is None
    assert ledger.sources.known(first.source.id) == first.known


def test_an_outcome_is_told_only_once_everybody_can_read_it(ledger: Ledger, sweep: Sweep) -> None:
    looks = looks_at(ledger, sweep, "one", "two")
    seen: list[int] = []

    async def look(recorder: Recorder, each: Look) -> None:
        await recorder.record(each, refused(each), BUSY)
        with Ledger.open(ledger.path, read_only=True) as others:
            seen.append(sum(others.checks.count_by_verdict().values()))

    async def run() -> None:
        recorder = Recorder(sweep)
        await asyncio.gather(*(look(recorder, each) for each in looks))

    asyncio.run(run())

    assert seen == [2, 2]


def test_of_a_run_that_is_ended_nothing_more_is_recorded(ledger: Ledger, sweep: Sweep) -> None:
    ended, other = looks_at(ledger, sweep, "ended", "other")

    async def run() -> None:
        recorder = Recorder(sweep)
        first = asyncio.create_task(recorder.record(ended, refused(ended), BUSY))
        second = asyncio.create_task(recorder.record(other, refused(other), BUSY))
        asyncio.get_running_loop().call_soon(first.cancel)
        await asyncio.wait([first, second])

    asyncio.run(run())

    assert ledger.checks.latest(ended.source.id) is None
    assert ledger.checks.latest(other.source.id) is not None


def test_a_look_that_another_of_the_same_transaction_overtook_begins_again(
    ledger: Ledger, sweep: Sweep
) -> None:
    (look,) = looks_at(ledger, sweep, "one")
    later = replace(look)

    outcomes = record(sweep, [look, later])

    assert all(isinstance(each, Outcome) for each in outcomes)
    assert ledger.sources.known(look.source.id).failures == 2


def test_no_page_is_read_while_many_wait_to_be_recorded(ledger: Ledger, sweep: Sweep) -> None:
    names = [f"host{number}" for number in range(4 * MOST_READ)]
    looks = looks_at(ledger, sweep, *names)
    read: list[str] = []
    most = 0

    async def look_at(recorder: Recorder, look: Look) -> Outcome:
        nonlocal most
        await recorder.room()
        read.append(look.source.id)
        outcome = recorder.record(look, refused(look), BUSY)
        recorded = ledger.connection.row("SELECT count(*) FROM checks")
        most = max(most, len(read) - (recorded[0] if recorded else 0))
        return await outcome

    async def run() -> list[Outcome]:
        recorder = Recorder(sweep)
        return await asyncio.gather(*(look_at(recorder, each) for each in looks))

    outcomes = asyncio.run(run())

    assert [each.source.id for each in outcomes] == names
    assert read == names
    assert most == MOST_READ


def test_a_run_that_is_ended_lets_go_of_those_who_wait_for_room(
    ledger: Ledger, sweep: Sweep
) -> None:
    looks = looks_at(ledger, sweep, *(f"host{number}" for number in range(MOST_READ + 1)))

    async def run() -> bool:
        recorder = Recorder(sweep)
        recording = [
            asyncio.create_task(recorder.record(each, refused(each), BUSY))
            for each in looks[:MOST_READ]
        ]
        room = asyncio.create_task(recorder.room())
        await asyncio.sleep(0)  # all are under way, nothing is recorded yet
        waited = not room.done()
        for each in recording:
            each.cancel()
        await asyncio.wait_for(room, 5)
        return waited

    assert asyncio.run(run())
