"""Two who look at one source at the same time: what is recorded follows from what was recorded before, always."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from watcher.claims import Pack
from watcher.desk import take_in
from watcher.ledger import Ledger
from watcher.looks import seen_by_person
from watcher.model import Document, Response, Source, SourceId, SourceKind, Verdict, Vocabulary
from watcher.sweep import Look, Outcome, Sweep, read_response

URL = "https://lumen.example/data"
SOURCE = Source(SourceId("data"), URL, "Data policy", SourceKind.DATA_USAGE)
PAGE = """<!doctype html><html lang="en"><head><title>Data policy</title></head><body><main><h1>Data policy</h1>
<p>We keep API inputs and outputs for {days} days to detect abuse, after which they are deleted.</p>
<p>Access to production systems is limited to the staff who need it for their daily work, and every access is
logged and looked at by a second person within a week of the day on which it happened.</p></main></body></html>"""
TAG = '"first"'


def answer(at: datetime, days: int | None) -> Response:
    """Give the page with so many days in it, or without a number that it was not modified."""
    headers = (("content-type", "text/html"), ("etag", TAG))
    if days is None:
        return Response(URL, URL, at, 304, headers)
    return Response(URL, URL, at, 200, headers, PAGE.format(days=days).encode())


def finish(sweep: Sweep, look: Look, response: Response) -> Outcome:
    found = look.judge(response) or read_response(response, SOURCE)
    return sweep.record(look, response, found)


@pytest.fixture
def person(ledger: Ledger, vocabulary: Vocabulary, pack: Pack) -> Iterator[Ledger]:
    """Another's connection to the same ledger, in which the source was seen once."""
    ledger.sources.sync([], [SOURCE], datetime.fromisoformat("2026-03-01T12:00Z"))
    with Ledger.open(ledger.path) as other:
        yield other


def hand_in(person: Ledger, days: int, at: datetime) -> Outcome:
    seen = seen_by_person(SOURCE, PAGE.format(days=days).encode(), at, "Grace")
    return take_in(person, SOURCE, seen)


def values(ledger: Ledger) -> list[object]:
    said = ledger.claims.current(SOURCE.id)
    return [claim.value for claim in said if claim.key == "retention_days"]


def test_a_look_that_a_person_overtook_is_compared_with_what_the_person_saw(
    ledger: Ledger, person: Ledger, noon: datetime
) -> None:
    sweep = Sweep(ledger)
    finish(sweep, sweep.begin(SOURCE), answer(noon, 30))

    look = sweep.begin(SOURCE)
    handed_in = hand_in(person, 90, noon + timedelta(hours=1))
    outcome = finish(sweep, look, answer(noon + timedelta(minutes=59), 90))

    assert handed_in.change is not None
    assert outcome.change is None, "it is told once"
    assert outcome.judgement.verdict is Verdict.UNCHANGED
    assert values(ledger) == [90]


def test_not_modified_speaks_of_the_payload_that_was_asked_about(
    ledger: Ledger, person: Ledger, noon: datetime
) -> None:
    sweep = Sweep(ledger)
    finish(sweep, sweep.begin(SOURCE), answer(noon, 30))

    look = sweep.begin(SOURCE)
    hand_in(person, 90, noon + timedelta(hours=1))
    outcome = finish(sweep, look, answer(noon + timedelta(minutes=59), None))

    assert outcome.judgement.verdict is Verdict.OK, "the site still says thirty days, not ninety"
    assert values(ledger) == [30]


def test_looks_are_recorded_in_the_order_of_time(
    ledger: Ledger, person: Ledger, noon: datetime
) -> None:
    sweep = Sweep(ledger)
    look = sweep.begin(SOURCE)
    hand_in(person, 90, noon + timedelta(hours=1))
    outcome = finish(sweep, look, answer(noon, 30))

    times = [check.checked_at for check in ledger.checks.of(SOURCE.id)]
    assert times == sorted(times, reverse=True)
    assert outcome.checked_at >= noon + timedelta(hours=1)


def test_what_could_not_be_seen_stays_so(ledger: Ledger, person: Ledger, noon: datetime) -> None:
    sweep = Sweep(ledger)
    look = sweep.begin(SOURCE)
    hand_in(person, 90, noon)
    outcome = finish(sweep, look, Response(URL, URL, noon, 404, payload=b"<h1>Not found</h1>"))

    assert not outcome.judgement.verdict.is_good
    assert values(ledger) == [90]


def test_a_document_read_meanwhile_is_not_read_again(
    ledger: Ledger, person: Ledger, noon: datetime
) -> None:
    sweep = Sweep(ledger)
    look = sweep.begin(SOURCE)
    response = answer(noon, 30)
    found = read_response(response, SOURCE)
    assert isinstance(found, Document)
    hand_in(person, 30, noon)

    assert sweep.record(look, response, found).judgement.verdict is Verdict.UNCHANGED
    assert values(ledger) == [30]


def test_a_base_that_another_process_let_go_is_not_built_on(ledger: Ledger, person: Ledger) -> None:
    """`watcher gc` runs beside a desk whose ledger remembers the payload that it wrote last."""
    first, second = (f"what people saw, and who saw it: {name}".encode() for name in ("A", "B"))
    person.payloads.put(SOURCE.id, first)
    assert ledger.connection.row("SELECT max(id) FROM payloads") == (1,)
    ledger.payloads.drop([1])

    assert person.payloads.get(person.payloads.put(SOURCE.id, second)) == second
