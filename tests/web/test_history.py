"""The past of a source, what was silenced, its health, and what a person saw."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from watcher.model import Judgement, Verdict


@pytest.fixture
def told(world: Any, page_saying: Any) -> Any:
    """A desk whose source changed from 30 to 90 days, and was looked at twice since."""
    start = world.clock.at - timedelta(days=10)
    for number, days in enumerate((30, 30, 90, 90)):
        world.look(page_saying(days), start + timedelta(days=number))
    return world


def newest(world: Any) -> Any:
    return world.desk(lambda desk: desk.ledger.changes.all(limit=1)[0])


def test_quotes_stand_in_their_context(told: Any, ada: Any) -> None:
    page = ada.get(f"/changes/{newest(told).id}").text
    assert "We retain API data for <del>30</del> days" in page
    assert "We retain API data for <ins>90</ins> days" in page
    assert "Paragraph 0 says" in page, "what stands after the quote"
    assert "https://acme.example/data#:~:text=" in page


def test_a_source_shows_its_life(told: Any, ada: Any) -> None:
    page = ada.get("/sources/acme-data").text
    assert page.count('class="look ') >= 4 and page.count('class="flag') == 2
    assert "What it states now" in page and "90 days" in page


def test_any_two_snapshots_compare(told: Any, ada: Any) -> None:
    snapshots = told.desk(lambda desk: desk.ledger.snapshots.of("acme-data"))
    first, last = snapshots[-1].id, snapshots[0].id
    page = ada.get(f"/sources/acme-data/compare?before={last}&after={first}").text
    assert re.search(r"<del>\s*30\s*</del>", page) and re.search(r"<ins>\s*90\s*</ins>", page)
    same = ada.get(f"/sources/acme-data/compare?before={first}&after={first}").text
    assert "Both say the same." in same
    assert ada.get("/sources/acme-terms/compare?before=1&after=1").status_code == 404
    assert ada.get("/sources/acme-data/compare?before=x&after=1").status_code == 404


def test_a_claim_shows_its_values_over_time(told: Any, ada: Any) -> None:
    page = ada.get("/sources/acme-data/claims/retention_days").text
    assert page.index('"value">90 days') < page.index('"value">30 days'), "the newest first"
    assert re.search(r"retain API data for <del>\s*30\s*</del><ins>\s*90\s*</ins>", page)
    assert re.search(
        r'"stretch past".*<title>30 days: .*"stretch now".*<title>90 days: .* to now', page, re.S
    )
    assert ada.get("/sources/acme-data/claims/data_sale").status_code == 404


def test_what_was_silenced_can_be_seen(told: Any, ada: Any, page_saying: Any) -> None:
    told.look(
        page_saying(90, "<p>Last seen by 1,204 visitors today.</p>"),
        told.clock.at - timedelta(days=1),
    )
    told.look(
        page_saying(90, "<p>Last seen by 1,377 visitors today.</p>"),
        told.clock.at - timedelta(hours=1),
    )
    assert "Silenced lately" in ada.get("/sources/acme-data").text


def test_bytes_are_taken_away_never_shown(told: Any, ada: Any) -> None:
    answer = ada.get("/snapshots/1/payload")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert b"<html" in answer.content
    assert ada.get("/snapshots/1/screenshot").status_code == 404
    assert ada.get("/snapshots/999").status_code == 404


def fail(world: Any, verdict: Verdict) -> None:
    from watcher.model import Response
    from watcher.sweep import Sweep

    source = world.source()

    def record(ledger: Any) -> None:
        sweep = Sweep(ledger)
        response = Response(source.url, source.url, world.clock.at - timedelta(hours=2), 403)
        sweep.record(sweep.begin(source), response, Judgement(verdict, "status: 403"))

    world.write(record)


def test_what_to_do_about_a_source_in_trouble(told: Any, ada: Any) -> None:
    fail(told, Verdict.BLOCKED)
    page = ada.get("/sources").text
    assert "The site refuses machines." in page and "I have seen it myself" in page
    assert page.index("Acme data usage") < page.index("Bolt privacy"), "trouble comes first"


def test_what_a_person_saw_goes_the_same_way(told: Any, ada: Any, page_saying: Any) -> None:
    fail(told, Verdict.BLOCKED)
    answer = ada.send("/sources/acme-data/seen", {"text": page_saying(7)})
    assert answer.status_code == 200 and "It differs: change" in answer.text
    change = newest(told)
    assert 7 in [each.after.value for each in change.claims if each.after]
    snapshot = told.desk(lambda desk: desk.ledger.snapshots.get(change.after_snapshot))
    assert (snapshot.fetched_with, snapshot.seen_by) == ("person", "Ada")
    known = told.desk(lambda desk: desk.ledger.sources.known("acme-data"))
    assert known.failures == 0 and known.last_verdict.is_good


def test_a_file_that_a_person_saved(told: Any, ada: Any, page_saying: Any) -> None:
    files = {"file": ("page.html", page_saying(7).encode(), "text/html")}
    answer = ada.send("/sources/acme-data/seen", {"text": ""}, files=files)
    assert "It differs: change" in answer.text


def test_what_is_not_the_page_is_no_baseline(told: Any, ada: Any) -> None:
    answer = ada.send("/sources/acme-data/seen", {"text": "Access denied. You have been blocked."})
    assert answer.status_code == 200 and "banner bad" in answer.text
    assert ada.send("/sources/acme-data/seen", {"text": " "}).status_code == 422


def test_people_work_beside_a_sweep(told: Any, ada: Any, page_saying: Any) -> None:
    from watcher.ledger import Ledger

    with Ledger.open(told.path) as ledger, ledger.sweeping():
        answer = ada.send("/sources/acme-data/seen", {"text": page_saying(7)})
        assert answer.status_code == 200 and "It differs: change" in answer.text
        change = newest(told).id
        decided = ada.send(
            f"/changes/{change}/decide", {"decision": "accept"}, seen_on=f"/changes/{change}"
        )
        assert decided.status_code == 303
