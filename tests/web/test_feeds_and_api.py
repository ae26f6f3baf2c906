"""Feeds as served, and the JSON API: who may, what comes, how it is paged, and decisions with a token."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest


@pytest.fixture
def token(ada: Any) -> str:
    page = ada.send("/people/token", {"label": "tests"}, seen_on="/people").text
    found = re.search(r'id="new-token">([^<]+)<', page)
    assert found is not None
    return found.group(1)


def machine(world: Any, token: str) -> Any:
    client = world.client()
    client.headers = {"authorization": f"Bearer {token}"}
    return client


def test_reviewed_changes_are_for_everybody_detected_ones_are_not(world: Any, ada: Any) -> None:
    change = world.change()
    reader = world.client()
    empty = ElementTree.fromstring(reader.get("/feeds/reviewed.atom").content)
    assert not empty.findall("{*}entry")
    ada.send(f"/changes/{change}/decide", {"decision": "accept"}, seen_on="/queue")
    (entry,) = ElementTree.fromstring(reader.get("/feeds/reviewed.atom").content).findall(
        "{*}entry"
    )
    assert "90 days" in (entry.findtext("{*}title") or "")
    assert reader.get("/feeds/detected.atom").status_code == 401
    assert "[unreviewed]" in ada.get("/feeds/detected.atom").text


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("detected", 2),
        ("detected/offering/acme-api", 1),
        ("detected/provider/Bolt", 1),
        ("detected/source/acme-data", 1),
        ("detected/key/retention_days", 1),
        ("detected/key/data_sale", 1),
        ("detected/offering/nobody", 0),
    ],
)
def test_feeds_of_one_thing(world: Any, ada: Any, name: str, number: int) -> None:
    world.change(source="acme-data")
    world.change(source="bolt-privacy", key="data_sale", old=False, new=True)
    feed = json.loads(ada.get(f"/feeds/{name}.json").content)
    assert len(feed["items"]) == number
    assert feed["feed_url"] == f"http://127.0.0.1:8765/feeds/{name}.json"


@pytest.mark.parametrize(
    "name", ["nothing.atom", "reviewed", "reviewed.rss", "reviewed/planet/x.atom"]
)
def test_feeds_that_are_none(ada: Any, name: str) -> None:
    assert ada.get(f"/feeds/{name}").status_code == 404


def test_a_feed_reader_that_has_it_is_told_so(world: Any) -> None:
    world.change()
    reader = world.client()
    first = reader.get("/feeds/reviewed.json")
    again = reader.get("/feeds/reviewed.json", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert again.headers["etag"] == first.headers["etag"]


def test_the_feed_of_an_offering_is_not_crowded_out_and_newest_first(world: Any, ada: Any) -> None:
    world.change(source="acme-terms", day=1)
    world.change(source="acme-data", day=2)
    world.change(source="acme-terms", day=3)
    items = ada.get("/feeds/detected/offering/acme-api.json").json()["items"]
    dates = [each["date_published"] for each in items]
    assert len(dates) == 3 and dates == sorted(dates, reverse=True)


def test_the_feed_of_a_claim_holds_old_news_however_much_came_since(world: Any, ada: Any) -> None:
    old = world.change(key="hipaa_baa", old="prohibited", new="yes", day=1)
    by_hand = world.change(key="soc2_type2", old="no", new="yes", day=1)
    form = {"decision": "amend", "added_key": "hipaa_baa", "added_value": "prohibited"}
    answer = ada.send(f"/changes/{by_hand}/decide", form, seen_on=f"/changes/{by_hand}")
    assert answer.status_code == 303, answer.text
    ada.send(f"/changes/{old}/decide", {"decision": "accept"}, seen_on=f"/changes/{old}")
    world.changes([{"new": number, "day": 2} for number in range(2_100)])
    detected = ada.get("/feeds/detected/key/hipaa_baa.json").json()["items"]
    assert [each["id"].rsplit("/", 2)[-2] for each in detected] == [str(old)]
    reviewed = ada.get("/feeds/reviewed/key/hipaa_baa.json").json()["items"]
    assert {each["id"].rsplit("/", 2)[-2] for each in reviewed} == {str(old), str(by_hand)}
    everything = ada.get("/feeds/reviewed.json").json()["items"]
    assert len(everything) == 2, "what nobody decided on crowds nothing out"


def test_a_feed_reader_signs_in_with_a_token(world: Any, token: str) -> None:
    world.change()
    reader = world.client()
    basic = base64.b64encode(f"anything:{token}".encode()).decode()
    answer = reader.get("/feeds/detected.atom", headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 200 and "unreviewed" in answer.text


def test_the_api_needs_a_token_and_describes_itself(world: Any, token: str) -> None:
    assert world.client().get("/api/v1/changes").status_code == 401
    client = machine(world, token)
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    reads = [path for path, ways in described["paths"].items() if "get" in ways]
    world.change()
    world.look("<p>We keep it for 30 days.</p>" * 30, world.clock.at)
    filled = {"change": "1", "offering": "acme-api", "source": "acme-data", "snapshot": "1"}
    for path in reads:
        answer = client.get(re.sub(r"\{(\w+)\}", lambda name: filled[name.group(1)], path))
        assert answer.status_code == 200 and answer.json(), path


def test_everything_is_paged_by_key(world: Any, token: str, page_saying: Any) -> None:
    for day, days in enumerate((30, 90, 45)):
        world.look(page_saying(days), world.clock.at - timedelta(days=9 - day))
    form = {"claim": "retention_days", "value": "7", "quote": "x"}
    for value in ("7", "8", "9"):
        world.client().send("/corrections/acme-api", form | {"value": value})
    client = machine(world, token)
    described = client.get("/api/openapi.json").json()["paths"]
    paged = [
        path
        for path, ways in described.items()
        if any(each["name"] == "after" for each in ways.get("get", {}).get("parameters", ()))
    ]
    assert len(paged) == 11
    for path in paged:
        place = path.replace("{source}", "acme-data")
        whole = client.get(f"{place}?limit=200").json()
        assert whole["next"] is None
        pieces: list[Any] = []
        after: Any = ""
        while after is not None:
            page = client.get(f"{place}?limit=2" + (f"&after={after}" if after else "")).json()
            pieces, after = pieces + page["items"], page["next"]
        assert pieces == whole["items"], path


def test_a_decision_may_wait(world: Any, token: str) -> None:
    change, client = world.change(), machine(world, token)
    path = f"/api/v1/changes/{change}/decisions"
    wanted = {"decision": "defer", "until": "2099-01-01"}
    assert client.ask("POST", path, json=wanted).json()["status"] == "deferred"
    assert client.ask("POST", path, json=wanted | {"until": "later"}).status_code == 422


def test_pages_go_on_where_the_last_one_ended(world: Any, token: str) -> None:
    ids = [world.change(new=number) for number in range(7)]
    client, found, after = machine(world, token), [], 0
    while after is not None:
        answer = client.get(f"/api/v1/changes?limit=3&after={after}").json()
        found += [each["id"] for each in answer["items"]]
        after = answer["next"]
    assert found == ids


def decide(client: Any, change: int, **asked: Any) -> Any:
    return client.ask("POST", f"/api/v1/changes/{change}/decisions", json=asked)


def test_decisions_with_a_token(world: Any, token: str) -> None:
    change, client = world.change(), machine(world, token)
    seen = client.get(f"/api/v1/changes/{change}").json()["seen"]
    answer = decide(
        client, change, decision="amend", values={"retention_days": "60 days"}, seen=seen
    )
    assert answer.status_code == 201 and answer.json()["status"] == "amended"
    again = decide(client, change, decision="accept", seen=seen)
    assert again.status_code == 409 and "Ada amended change" in again.json()["error"]
    undone = decide(client, change, decision="undo", seen=seen + 1)
    assert undone.json()["status"] == "open"


@pytest.mark.parametrize(
    "asked",
    [
        {"decision": "burn"},
        {"decision": "dismiss"},
        {"decision": "amend"},
        {"decision": "amend", "values": {"retention_days": "soon"}},
        {"decision": "accept", "seen": "x"},
    ],
)
def test_decisions_that_cannot_stand(world: Any, token: str, asked: dict[str, Any]) -> None:
    change = world.change()
    answer = decide(machine(world, token), change, **asked)
    assert answer.status_code == 422 and answer.json()["error"]


def test_a_browsers_session_alone_decides_nothing_here(world: Any, ada: Any) -> None:
    change = world.change()
    assert decide(ada, change, decision="accept").status_code == 401


def test_health_is_told_to_anybody(world: Any) -> None:
    assert world.client().get("/healthz").json()["status"] == "ok"
