"""Feeds against what RFC 4287 and JSON Feed 1.1 demand, read by strict parsers."""

from __future__ import annotations

import json
import re
from datetime import datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import ChangeKind, Decision
from watcher.registry import FeedInfo, atom, detected_items, json_feed, reviewed_items

NS = {"a": "http://www.w3.org/2005/Atom"}
# The pattern by which the public feed validator accepts a tag URI (RFC 4151).
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]+")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

FEED = FeedInfo(
    ledger_id="0123456789abcdef0123456789abcdef",
    name="reviewed",
    title="Changes of policy",
    subtitle="What people confirmed",
    url="https://registry.example/changes.atom",
    home="https://registry.example/",
    began_at=datetime.fromisoformat("2026-04-01T09:30:00+02:00"),
)

HARD_TEXT = st.text(
    st.characters(exclude_categories=())
    | st.sampled_from("&<>\"']\x00\x0b\x1b\x85\u2028\u202e\ud800\udfff\ufffe\uffff😀\r\n\t"),
    max_size=30,
)


def check_atom(document: bytes) -> ElementTree.Element:
    """Assert the musts of RFC 4287, sections 3.3, 4.1.1, 4.1.2, 4.2.6 and 4.2.7, and give the feed."""
    document.decode("utf-8")
    root = ElementTree.fromstring(document)
    assert root.tag == f"{{{NS['a']}}}feed"
    assert len(root.findall("a:author/a:name", NS)) == 1
    entries = root.findall("a:entry", NS)
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", NS)) == 1, f"exactly one {name}"
            assert element.findtext(f"a:{name}", "", NS).strip()
        assert TAG.fullmatch(element.findtext("a:id", "", NS))
        for dated in (*element.findall("a:updated", NS), *element.findall("a:published", NS)):
            assert STAMP.fullmatch(dated.text or "")
        links = element.findall("a:link", NS)
        kinds = [(link.get("rel"), link.get("type")) for link in links]
        assert len(kinds) == len(set(kinds)), "one alternate of each type"
        assert all((link.get("href") or "").isascii() for link in links)
        assert all(category.get("term") for category in element.findall("a:category", NS))
    ids = [entry.findtext("a:id", "", NS) for entry in entries]
    assert len(ids) == len(set(ids))
    for entry in entries:
        assert [content.get("type") for content in entry.findall("a:content", NS)] == ["html"]
    return root


def check_json(document: bytes) -> dict:
    """Assert what JSON Feed 1.1 requires, and give the feed."""
    feed = json.loads(document.decode("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert isinstance(feed["items"], list)
    assert all(isinstance(author, dict) and author for author in feed["authors"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["id"]
        assert isinstance(item["content_html"], str)
        assert all(STAMP.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert all(isinstance(tag, str) for tag in item["tags"])
    return feed


@pytest.fixture(scope="session")
def change(world):
    dates = [world.claim("document_effective", day) for day in ("2026-01-01", "2026-05-01")]
    old = world.claim("retention_days", 30, "Kept for 30 days.")
    new = world.claim("retention_days", 60, "Kept for 60 days & more.", "after a request")
    return world.change(5, (old, new), (dates[0], dates[1]))


@pytest.fixture(scope="session")
def reviewed(world):
    def items(changes, reviews, standing):
        decisions = {review.change_id: review for review in standing}
        known = (world.sources, world.offerings, world.vocabulary)
        return reviewed_items(changes, reviews, decisions, *known)

    return items


@pytest.fixture(scope="session")
def detected(world):
    return lambda changes: detected_items(changes, world.sources, world.offerings, world.vocabulary)


def test_a_reader_understands_an_entry_without_opening_the_page(world, change, reviewed):
    review = world.review(1, 5, Decision.ACCEPT)
    root = check_atom(atom(FEED, reviewed([change], [review], [review])))
    (entry,) = root.findall("a:entry", NS)
    assert entry.findtext("a:title", "", NS) == (
        "Acme terms: Retention: 30 days → 60 days (and 1 more)"
    )
    content = entry.findtext("a:content", "", NS)
    for part in (
        *("Acme API (Acme)", "<del>30 days</del>", "<ins>60 days</ins>", "after a request"),
        *("Kept for 30 days.", "Kept for 60 days &amp; more."),
        "first seen 2026-04-06, effective 2026-05-01",
    ):
        assert part in content
    assert "between us" not in content
    link = entry.find("a:link[@rel='alternate']", NS)
    assert link is not None
    assert "#:~:text=Kept%20for%2060%20days" in (link.get("href") or "")


def test_detected_changes_are_marked_and_nothing_a_person_does_alters_them(change, detected):
    feed = check_json(json_feed(FEED, detected([change])))
    (item,) = feed["items"]
    assert item["title"].startswith("[unreviewed] ")
    assert "not reviewed by a person" in item["content_html"]
    assert (item["tags"][0], item["_watcher"]["state"]) == ("unreviewed", "unreviewed")
    assert item["date_modified"] == item["date_published"] == "2026-04-07T09:30:00Z"


def test_failure_13_both_feeds_tell_a_change_under_ids_that_never_change(
    world, change, reviewed, detected
):
    review = world.review(1, 5, Decision.ACCEPT)
    once = reviewed([change], [review], [review])
    base = "tag:watcher.invalid,2026:0123456789abcdef0123456789abcdef"
    assert check_json(json_feed(FEED, once))["items"][0]["id"] == f"{base}/changes/5/reviewed"
    machine = check_json(json_feed(FEED, detected([change])))
    assert machine["items"][0]["id"] == f"{base}/changes/5/detected"
    assert atom(FEED, once) == atom(FEED, reviewed([change], [review], [review]))


def test_an_amendment_updates_the_entry_under_the_same_id(world, change, reviewed):
    first = world.review(1, 5, Decision.ACCEPT)
    second = world.review(2, 5, Decision.AMEND, values={"retention_days": 45})
    (before,) = reviewed([change], [first], [first])
    (after,) = reviewed([change], [first, second], [second])
    assert (after.path, after.published_at) == (before.path, before.published_at)
    assert after.updated_at == world.on(22)
    assert "45 days" in after.title


def test_what_was_told_and_no_longer_stands_is_taken_back_aloud(world, change, reviewed):
    told = world.review(1, 5, Decision.ACCEPT)
    undone = world.review(2, 5, Decision.UNDO, undoes=1)
    (item,) = reviewed([change], [told, undone], [])
    assert item.title.startswith("Taken back: ")
    assert (item.state, item.updated_at) == ("taken_back", world.on(22))
    dismissed = world.review(1, 5, Decision.DISMISS)
    assert reviewed([change], [dismissed], [dismissed]) == ()


def test_readers_are_told_of_what_pages_say_only(world, reviewed):
    looks = world.change(5, (None, world.claim("data_sale", False)), kind=ChangeKind.FIRST_LOOK)
    review = world.review(1, 5, Decision.ACCEPT)
    assert reviewed([looks], [review], [review]) == ()


def test_the_newest_entry_comes_first_and_dates_the_feed(world, reviewed, change):
    other = world.change(7, (None, world.claim("data_sale", False)))
    reviews = [world.review(1, 7, Decision.ACCEPT), world.review(2, 5, Decision.ACCEPT)]
    root = check_atom(atom(FEED, reviewed([other, change], reviews, reviews)))
    ids = [entry.findtext("a:id", "", NS) for entry in root.findall("a:entry", NS)]
    assert [each.split("/")[2] for each in ids] == ["5", "7"]
    assert root.findtext("a:updated", "", NS) == "2026-04-23T09:30:00Z"


def test_a_feed_holds_the_newest_only(world):
    changes = [
        world.change(number, (None, world.claim("data_sale", False))) for number in range(1, 9)
    ]
    known = (world.sources, world.offerings, world.vocabulary)
    assert [item.path.split("/")[1] for item in detected_items(changes, *known, limit=2)] == [
        "8",
        "7",
    ]
    reviews = [world.review(9 - number, number, Decision.ACCEPT) for number in range(1, 9)]
    decisions = {review.change_id: review for review in reviews}
    items = reviewed_items(changes, reviews, decisions, *known, limit=2)
    assert [item.path.split("/")[1] for item in items] == ["1", "2"]


def test_an_empty_feed_is_valid_and_keeps_its_time():
    root = check_atom(atom(FEED, []))
    assert root.findtext("a:updated", "", NS) == "2026-04-01T07:30:00Z"
    assert check_json(json_feed(FEED, []))["items"] == []
    assert atom(FEED, []) == atom(FEED, [])


def test_a_feed_says_where_it_is_and_of_what_it_is():
    root = check_atom(atom(FEED, []))
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", NS)}
    assert links == {"self": FEED.url, "alternate": FEED.home}
    feed = check_json(json_feed(FEED, []))
    assert (feed["feed_url"], feed["home_page_url"]) == (FEED.url, FEED.home)
    nowhere = FeedInfo(ledger_id="ab", name="x", title="No address", url="javascript:alert(1)")
    assert check_atom(atom(nowhere, [])).findall("a:link", NS) == []
    assert "feed_url" not in check_json(json_feed(nowhere, []))


@settings(max_examples=80, deadline=None)
@given(HARD_TEXT, HARD_TEXT, HARD_TEXT)
def test_failure_13_feeds_are_valid_whatever_the_page_says(world, detected, old, new, condition):
    pair = (
        world.claim("colour_of_logo", old, old),
        world.claim("colour_of_logo", new, new, condition),
    )
    items = detected([world.change(5, pair)])
    feed = FeedInfo(
        ledger_id="ab",
        name="x",
        title=f"T {old}",
        author=f"A {new}",
        url=f"https://a.example/{new}",
    )
    check_atom(atom(feed, items))
    check_json(json_feed(feed, items))
