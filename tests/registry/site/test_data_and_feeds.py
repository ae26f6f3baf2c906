"""Data against its own schema, CSV against spreadsheets, feeds and sitemap against strict parsers."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest

from watcher.model import SourceId
from watcher.registry.site import SiteInfo
from watcher.registry.site.sitemap import sitemap_files

NS = {"a": "http://www.w3.org/2005/Atom", "s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]+")


@pytest.mark.parametrize(
    ("path", "definition"),
    [
        ("data/offerings.json", "offerings"),
        ("data/claims.json", "claims"),
        ("data/changes.json", "changes"),
        ("data/sources.json", "sources"),
        ("data/vocabulary.json", "vocabulary"),
        ("acme-api/entry.json", "entry"),
    ],
)
def test_data_is_as_its_schema_says(files, path, definition):
    schema = json.loads(files["data/schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(files[path])
    assert data
    jsonschema.validate(data, {"$ref": f"#/$defs/{definition}", "$defs": closed(schema["$defs"])})


def closed(schema):
    """Give the schema with no room for what it does not describe."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    return {"additionalProperties": False, **made} if "required" in schema else made


def test_claims_carry_their_proof(files):
    claims = {
        (each["key"], each["scope"], each["rank"]): each
        for each in json.loads(files["data/claims.json"])
    }
    kept = claims["retention_days", "", 1]
    assert (kept["value"], kept["condition"], kept["quote"]) == (
        60,
        "after a request",
        "Kept for 60 days.",
    )
    assert kept["checked_at"] == "2026-04-10T09:30:00Z"
    assert unquote(kept["source_url"]).endswith("#:~:text=Kept for 60 days.")
    assert claims["retention_days", "", 2]["source"] == "article"
    assert all(each["reviewed"] for each in claims.values())


def test_tables_hold_the_same_rows_and_run_nothing(published, world):
    accepted = [
        world.accepted("output_ownership", "customer", quote='=cmd|"x",\n1', condition="@SUM(A1)")
    ]
    files = published(accepted=accepted, changes=[], reviews=[world.review(1, 1, "accept")])
    (row,) = csv.DictReader(io.StringIO(files["data/claims.csv"].decode(), newline=""))
    assert row["quote"] == '\'=cmd|"x", 1'
    assert row["condition"] == "'@SUM(A1)"
    assert row["reviewed"] == "true"
    assert files["data/claims.csv"] == files["acme-api/claims.csv"]
    assert json.loads(files["data/claims.json"])[0]["quote"] == '=cmd|"x",\n1'
    assert files["data/claims.csv"].count(b"\r\n") == 2


def test_changes_are_a_row_for_each_claim(files):
    rows = list(csv.DictReader(io.StringIO(files["data/changes.csv"].decode(), newline="")))
    assert [(row["key"], row["old"], row["new"]) for row in rows] == [
        ("retention_days", "30 days", "60 days"),
        ("document_effective", "2026-01-01", "2026-05-01"),
    ]


def test_search_knows_offerings_and_what_each_answers(files):
    index = json.loads(files["search.json"])
    ((page, name, provider, mask),) = index["offerings"]
    assert (page, name, provider) == ("acme-api/", "Acme API", "Acme")
    held = {key for place, (key, _, _, _) in enumerate(index["keys"]) if int(mask, 16) >> place & 1}
    assert held == {
        "output_ownership",
        "training_use_of_input",
        "soc2_type2",
        "retention_days",
        "art53_summary",
    }
    assert all(f"acme-api/{key}/index.html" in files for key in held)


def test_every_page_of_a_thing_has_its_feeds(files):
    homes = (
        "changes/",
        "acme-api/",
        "providers/acme/",
        "questions/retention_days/",
        "sources/terms/",
    )
    ids = set()
    for home in homes:
        feed = ElementTree.fromstring(files[f"{home}feed.atom"])
        ids.add(feed.findtext("a:id", "", NS))
        (entry,) = feed.findall("a:entry", NS)
        assert entry.findtext("a:id", "", NS).endswith("/changes/5/reviewed")
        assert TAG.fullmatch(entry.findtext("a:id", "", NS))
        links = {each.get("rel"): each.get("href") for each in feed.findall("a:link", NS)}
        assert links == {
            "self": f"https://registry.example/{home}feed.atom",
            "alternate": f"https://registry.example/{home}",
        }
        (place,) = [each.get("href") for each in entry.findall("a:link", NS)]
        assert place == "https://registry.example/changes/5/"
        as_json = json.loads(files[f"{home}feed.json"])
        assert as_json["feed_url"] == f"https://registry.example/{home}feed.json"
        assert [each["id"] for each in as_json["items"]] == [entry.findtext("a:id", "", NS)]
    assert len(ids) == len(homes)


def test_a_feed_without_items_is_there_to_be_subscribed_to(files):
    feed = ElementTree.fromstring(files["questions/data_sale/feed.atom"])
    assert not feed.findall("a:entry", NS)
    assert feed.findtext("a:updated", "", NS) == "2026-04-03T09:30:00Z"


def test_the_sitemap_names_every_page(files):
    places = [
        each.text
        for each in ElementTree.fromstring(files["sitemap.xml"]).findall("s:url/s:loc", NS)
    ]
    pages = {path.removesuffix("index.html") for path in files if path.endswith("index.html")}
    assert set(places) == {f"https://registry.example/{page}" for page in pages}
    assert b"Sitemap: https://registry.example/sitemap.xml" in files["robots.txt"]


def test_a_large_sitemap_is_spread_over_files():
    pages = [f"{number}/" for number in range(40_001)]
    files = {each.path: each.make() for each in sitemap_files("https://a.example/", pages)}
    assert sorted(files) == ["robots.txt", "sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    index = ElementTree.fromstring(files["sitemap.xml"])
    assert [each.text for each in index.findall("s:sitemap/s:loc", NS)] == [
        "https://a.example/sitemap-1.xml",
        "https://a.example/sitemap-2.xml",
    ]


def test_a_site_below_a_path_knows_its_root(published, parse):
    files = published(SiteInfo(url="https://a.example/registry"))
    missing = parse("", files["404.html"])
    assert missing.all("a")[1]["href"] == "/registry/"
    assert parse("", files["index.html"]).all("link")[0]["href"] == "https://a.example/registry/"


def test_sources_say_when_they_were_last_seen(files):
    (terms,) = [
        each for each in json.loads(files["data/sources.json"]) if each["id"] == SourceId("terms")
    ]
    assert (terms["last_verdict"], terms["checked_at"]) == ("unchanged", "2026-04-10T09:30:00Z")
