"""Memento on the desk, asked as RFC 7089 tells a client to ask: timegate, memento, neighbours, timemap."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORIGINAL = "https://acme.example/data"
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*\w+="[^"]*")+)')


def links(text: str) -> list[tuple[str, dict[str, str]]]:
    """Read a Link header or a TimeMap as a client does: targets with their parameters."""
    return [
        (target, dict(re.findall(r'(\w+)="([^"]*)"', parameters)))
        for target, parameters in _LINK.findall(text)
    ]


def target(text: str, rel: str) -> str:
    """Give the one address that is linked as `rel`."""
    (found,) = {address for address, said in links(text) if rel in said["rel"].split()}
    return found


def asked(client: Any, at: datetime | None, name: str = "acme-data") -> Any:
    headers = {} if at is None else {"accept-datetime": format_datetime(at, usegmt=True)}
    return client.get(f"/timegate/{name}", headers=headers)


@pytest.fixture
def told(world: Any, page_saying: Any) -> Any:
    """A desk whose source said 30, 60, 90 days on three days, and was a challenge on the fourth."""
    for number, days in enumerate((30, 60, 90)):
        world.look(page_saying(days), START + timedelta(days=number))
    world.look("<title>Just a moment...</title><div id=cf-challenge>", START + timedelta(days=3))
    return world


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(days=-400), "30"),
        (timedelta(0), "30"),
        (timedelta(hours=30), "60"),
        (timedelta(days=2), "90"),
        (timedelta(days=900), "90"),
        (None, "90"),
    ],
    ids=["long before", "at the first", "between", "at the last", "long after", "no time"],
)
def test_the_timegate_leads_to_what_stood_then(
    told: Any, ada: Any, after: timedelta | None, days: str
) -> None:
    answer = asked(ada, None if after is None else START + after)
    assert answer.status_code == 302
    assert "accept-datetime" in answer.headers["vary"]
    assert "memento-datetime" not in answer.headers, "the timegate is no memento"
    assert target(answer.headers["link"], "original") == ORIGINAL
    memento = ada.get(answer.headers["location"])
    assert f"API data for {days} days" in memento.text


def test_a_memento_says_when_it_was_and_what_is_beside_it(told: Any, ada: Any) -> None:
    middle = ada.get(asked(ada, START + timedelta(hours=30)).headers["location"])
    assert middle.headers["memento-datetime"] == "Tue, 03 Mar 2026 09:00:00 GMT"
    link = middle.headers["link"]
    assert target(link, "original") == ORIGINAL
    assert target(link, "timegate").endswith("/timegate/acme-data")
    assert target(link, "prev") == target(link, "first")
    assert target(link, "next") == target(link, "last")
    times = [said["datetime"] for _, said in links(link) if "memento" in said["rel"].split()]
    assert [parsedate_to_datetime(each).day for each in times] == [2, 3, 4]


def test_the_past_can_be_walked_from_the_last_to_the_first(told: Any, ada: Any) -> None:
    address, walked = asked(ada, None).headers["location"], []
    while address:
        memento = ada.get(address)
        walked.append(re.findall(r"data for (\d+) days", memento.text)[0])
        before = [
            at for at, said in links(memento.headers["link"]) if "prev" in said["rel"].split()
        ]
        address = before[0] if before else ""
    assert walked == ["90", "60", "30"]


def test_the_timemap_lists_every_memento_in_both_forms(told: Any, ada: Any) -> None:
    as_links = ada.get(target(asked(ada, None).headers["link"], "timemap"))
    assert as_links.headers["content-type"].startswith("application/link-format")
    listed = [(at, said) for at, said in links(as_links.text) if "memento" in said["rel"].split()]
    assert [said["rel"] for _, said in listed] == ["first memento", "memento", "last memento"]
    (itself,) = [said for _, said in links(as_links.text) if said["rel"] == "self"]
    assert (itself["from"], itself["until"]) == (
        "Mon, 02 Mar 2026 09:00:00 GMT",
        "Wed, 04 Mar 2026 09:00:00 GMT",
    )
    as_json = ada.get("/timemap/json/acme-data").json()
    assert as_json["original_uri"] == ORIGINAL
    assert [each["uri"] for each in as_json["mementos"]["list"]] == [at for at, _ in listed]
    for address, said in listed:
        assert ada.get(address).headers["memento-datetime"] == said["datetime"]


def test_what_is_no_state_of_the_page_is_no_memento(told: Any, ada: Any) -> None:
    bad = told.desk(lambda desk: desk.ledger.snapshots.of("acme-data")[0])
    assert not bad.good
    answer = ada.get(f"/snapshots/{bad.id}/payload")
    assert answer.status_code == 200
    assert "memento-datetime" not in answer.headers and "link" not in answer.headers


def test_a_memento_is_a_file_to_save_and_no_page_of_ours(told: Any, ada: Any) -> None:
    memento = ada.get(asked(ada, None).headers["location"])
    assert memento.headers["content-type"].startswith("text/plain")
    assert memento.headers["content-disposition"].startswith("attachment")
    assert memento.headers["content-security-policy"].startswith("sandbox")
    assert ada.ask("HEAD", "/timegate/acme-data").status_code == 302


@pytest.mark.parametrize(
    "time", ["yesterday", "2026-03-02T09:00:00Z", "Mon, 99 Mar 2026 09:00:00 GMT", ""]
)
def test_a_time_that_is_none_is_refused(told: Any, ada: Any, time: str) -> None:
    assert ada.get("/timegate/acme-data", headers={"accept-datetime": time}).status_code == 400


@pytest.mark.parametrize("form", ["timegate", "timemap/link", "timemap/json"])
def test_a_source_without_a_past_has_no_memento(told: Any, ada: Any, form: str) -> None:
    assert ada.get(f"/{form}/bolt-privacy").status_code == 404
    assert ada.get(f"/{form}/nowhere").status_code == 404


@pytest.mark.parametrize("path", ["timegate/acme-data", "timemap/link/acme-data"])
def test_the_past_is_for_those_who_may_read_the_desk(told: Any, path: str) -> None:
    stranger, reader = told.client(), told.client("Rita")
    assert stranger.get(f"/{path}").status_code == 401
    assert stranger.get("/snapshots/1/payload").status_code == 303
    assert reader.get(f"/{path}").status_code in (200, 302)
