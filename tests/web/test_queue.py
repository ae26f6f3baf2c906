"""The queue: order, filters, groups, pages, the empty state, and that many items stay fast."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="open"[^>]*>([^<]*)</a>', html)


def test_the_most_significant_comes_first_then_the_oldest(world: Any, ada: Any) -> None:
    world.change(new=1, level=2, source="acme-terms", day=1)
    world.change(new=2, level=5, source="bolt-privacy", day=3)
    world.change(new=3, level=5, source="acme-data", day=2)
    assert titles(ada.get("/queue").text) == ["Acme data usage", "Bolt privacy", "Acme terms"]


def test_a_row_shows_what_there_is_to_decide(world: Any, ada: Any) -> None:
    world.change(old=30, new=90)
    row = ada.get("/queue").text
    assert "30 days" in row and "90 days" in row and "Acme API" in row
    assert "We keep it for <del>30</del><ins>90</ins> days." in row


def test_the_same_words_on_several_sources_are_one_row(world: Any, ada: Any) -> None:
    for source in ("acme-data", "acme-terms"):
        world.change(source=source)
    world.change(source="bolt-privacy", quote="Other words: {} days.")
    page = ada.get("/queue").text
    assert titles(page) == ["Acme data usage", "Bolt privacy"]
    assert "and 1 more source: Acme terms" in page
    assert "3 changes" in page


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("offering=acme-api", ["Acme data usage"]),
        ("provider=Bolt", ["Bolt privacy"]),
        ("source=bolt-privacy", ["Bolt privacy"]),
        ("kind=source", []),
        ("kind=nonsense", ["Acme data usage", "Bolt privacy"]),
        ("age=7", ["Bolt privacy"]),
        ("age=-7", ["Acme data usage"]),
        ("state=decided&reviewer=Ben", ["Acme terms"]),
        ("state=decided&reviewer=Ada", []),
    ],
)
def test_filters_narrow(world: Any, ada: Any, query: str, wanted: list[str]) -> None:
    world.change(new=1, source="acme-data", day=1)
    world.change(new=2, source="bolt-privacy", day=29)
    decided = world.change(new=3, source="acme-terms", day=2)
    world.client("Ben").send(
        f"/changes/{decided}/decide", {"decision": "accept"}, seen_on=f"/changes/{decided}"
    )
    assert titles(ada.get(f"/queue?{query}").text) == wanted


def test_nothing_waiting_says_when_the_next_look_is(world: Any, ada: Any) -> None:
    assert "No source was looked at yet" in ada.get("/queue").text

    def due(ledger: Any) -> None:
        known = ledger.sources.known("acme-data")
        ledger.sources.update(replace(known, next_due_at=world.clock.at + timedelta(hours=3)))

    world.write(due)
    page = ada.get("/queue").text
    assert "Nothing waits for you." in page and "in 2 hours" in page


def test_what_is_deferred_waits_for_its_day(world: Any, ada: Any) -> None:
    change = world.change()
    ada.send(f"/changes/{change}/decide", {"days": "7"}, seen_on="/queue")
    assert titles(ada.get("/queue").text) == []
    assert titles(ada.get("/queue?state=deferred").text) == ["Acme data usage"]
    world.clock.at += timedelta(days=8)
    ada = world.client("Ada")
    assert titles(ada.get("/queue").text) == ["Acme data usage"]


def test_nobody_without_an_account_sees_it(world: Any) -> None:
    answer = world.client().get("/queue?kind=source")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?to=%2Fqueue%3Fkind%3Dsource"


def test_ten_thousand_open_items_are_shown_page_by_page(world: Any, ada: Any) -> None:
    world.changes(
        [
            {
                "new": number,
                "source": ("acme-data", "acme-terms")[number % 2],
                "day": number % 28,
                "level": 1 + number % 5,
            }
            for number in range(10_000)
        ]
    )
    for number in (1, 2, 100):
        answer = ada.get(f"/queue?page={number}")
        assert "10,000 changes" in answer.text and len(titles(answer.text)) == 50
