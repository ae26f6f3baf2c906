"""What each page shows, and that all of them are valid, small, accessible and complete."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from valid_html import problems
from watcher.errors import NotAccepted, PublishError
from watcher.model import Decision, Slug, SourceId
from watcher.registry.site import SiteInfo

KNOWN_ELEMENTS = """
html head meta title link script body header nav main footer section article h1 h2 h3 h4 h5 h6 p a ul ol li dl dt dd div
span time table caption thead tbody tr th td details summary blockquote code pre strong em b del ins bdi figure
figcaption form label input datalist button svg path circle rect
"""


@pytest.fixture(scope="session")
def pages(files, parse):
    return [parse(path, content) for path, content in files.items() if path.endswith(".html")]


def test_every_page_is_whole_and_small(pages):
    assert len(pages) > 20
    for page in pages:
        assert page.content.startswith(b"<!DOCTYPE html>")
        assert len(page.content) <= 100_000
        assert {tag for tag, _ in page.elements} <= set(KNOWN_ELEMENTS.split())
        assert len(page.ids) == len(set(page.ids)), f"{page.path}: an id twice"


def test_every_page_is_valid(pages):
    for page in pages:
        assert not problems(page.content), page.path


def test_every_page_can_be_found_about_without_sight(pages):
    for page in pages:
        assert page.all("html")[0]["lang"] == "en"
        for only in ("main", "h1", "head"):
            assert len(page.all(only)) == 1, f"{page.path}: one {only}"
        assert (
            page.elements[[tag for tag, _ in page.elements].index("body") + 1][1]["href"] == "#main"
        )
        for _, attributes in page.elements:
            for name in ("aria-labelledby", "aria-describedby", "for"):
                assert set(attributes.get(name, "").split()) <= set(page.ids)
        assert all("scope" in attributes for attributes in page.all("th"))
        assert len(page.all("table")) == len(page.all("caption"))
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), page.path


def test_no_page_asks_another_host_for_anything(pages, files):
    for page in pages:
        policy = next(each["content"] for each in page.all("meta") if "http-equiv" in each)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for attributes in page.all("script"):
            assert not attributes["src"].startswith(("http:", "https:", "//"))
        for _, attributes in page.elements:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
    assert b"url(" not in files["assets/site.css"]
    assert b"@import" not in files["assets/site.css"]
    assert b"innerHTML" not in files["assets/site.js"]


def test_every_link_inside_the_site_leads_somewhere(pages, files, parse):
    ids = {page.path: set(page.ids) for page in pages}
    for page in pages:
        if page.path == "404.html":
            continue
        for attributes in page.all("a", "link", "script"):
            target = attributes.get("href") or attributes.get("src") or ""
            if re.match("[a-z]+:", target):
                continue
            place, _, anchor = target.partition("#")
            place = place.partition("?")[0]
            folder = posixpath.dirname(page.path)
            path = posixpath.normpath(posixpath.join(folder, place)) if place else page.path
            if place.endswith("/"):
                path = posixpath.normpath(posixpath.join(path, "index.html"))
            assert path in files, f"{page.path} → {target}"
            assert not anchor or anchor in ids[path], f"{page.path} → {target}"


def test_an_entry_shows_all_that_is_known(page):
    entry = page("acme-api/")
    for said in (
        "Acme API",
        "The paid platform of Acme.",
        "API / developer platform",
        "Ask for the addendum early.",
        "slug acme-api",
        "Watch-outs 4",
        "Subject to the terms.",
        "criteria a, b",
        "tier self serve",
        "route trust center NDA",
        "Otherwise: 30 days , Acme article",
        "Retention: 30 days → 60 days (and 1 more)",
        "effective 2026-05-01",
        "Primary sources",
        "Secondary sources",
        "Send a correction",
        "2026-04-10",
    ):
        assert said in entry.text, said
    quoted = [
        each["href"]
        for each in entry.all("a")
        if ":~:text=Kept%20for%2060%20days." in each.get("href", "")
    ]
    assert quoted
    assert any(
        each["href"].startswith("mailto:desk@registry.example?subject=Correction%3A")
        for each in entry.all("a")
        if "href" in each
    )


def test_a_question_is_asked_and_answered_as_a_person_would(page):
    answer = page("acme-api/training_use_of_input/")
    assert "Does Acme API train on my data?" in answer.text
    assert "Short answer No ." in answer.text.replace("No.", "No .")
    assert "The sources name no condition and no exception." in answer.text
    kept = page("acme-api/retention_days/").text
    assert "60 days" in kept
    assert "Disputed Acme article says otherwise: 30 days." in kept
    assert "Elsewhere on approval: 0 days." in kept
    assert "30 days → becomes 60 days" in kept
    assert "Last checked 2026-04-10" in kept


def test_a_question_has_a_row_for_each_offering_that_answers(published, parse, world, second):
    other, terms = second("other", "Other")
    files = published(
        offerings={**world.offerings, other.slug: other},
        sources={**world.sources, terms.id: terms},
        accepted=[
            world.accepted("training_use_of_input", "no"),
            world.accepted(
                "training_use_of_input", "opt_out", offering=other.slug, source_id=terms.id
            ),
        ],
    )
    asked = parse("", files["questions/training_use_of_input/index.html"]).text
    assert re.search(r"Acme API Acme no .*Other Provider of Other Watch out: opt out", asked)
    matrix = parse("", files["compare/index.html"]).text
    assert re.search(r"Training no Watch out: opt out", matrix)


def test_a_source_tells_how_it_fares(page):
    source = page("sources/terms/")
    assert "Seen as it is." in source.text
    assert "The last 3 looks, oldest first: 3 × read, unchanged" in source.text
    assert "Output" in source.text
    assert "digest: as before" in source.text


def test_a_change_shows_claims_then_words(page):
    change = page("changes/5/")
    assert "30 days → becomes 60 days" in change.text
    assert "Kept for 30 days." in change.text
    assert "Kept for 30 60 days , and so on" in change.text.replace(" days, and", " days , and")
    assert "[… " in change.text
    assert "Ada" not in change.text
    assert "between us" not in change.text


def test_what_nobody_accepted_is_refused(published, world):
    with pytest.raises(NotAccepted, match="change 7, which nobody has accepted"):
        published(accepted=[world.accepted("data_sale", False, change_id=7)])
    dismissed = {1: world.review(1, 1, Decision.DISMISS)}
    with pytest.raises(NotAccepted):
        published(accepted=[world.accepted("data_sale", False)], decisions=dismissed)


def test_changes_that_nobody_decided_on_have_no_page(published, world):
    files = published(
        changes=[world.change(8, (world.claim("data_sale", False), world.claim("data_sale", True)))]
    )
    assert "changes/8/index.html" not in files
    assert b"data_sale" not in files["data/changes.json"]


def test_machine_read_values_are_shown_only_when_asked_for_and_marked(published, parse, world):
    assert "read by machine" not in parse("", published()["acme-api/index.html"]).text
    shown = published(unreviewed={SourceId("terms"): [world.claim("data_sale", True)]})
    assert "yes read by machine, not reviewed" in parse("", shown["acme-api/index.html"]).text
    assert "read by machine, not reviewed" in parse("", shown["acme-api/data_sale/index.html"]).text
    assert "not reviewed" in parse("", shown["questions/data_sale/index.html"]).text


def test_what_was_taken_back_keeps_its_address_and_loses_its_values(published, world, parse):
    reviews = [
        world.review(1, 1, Decision.ACCEPT),
        world.review(2, 5, Decision.ACCEPT),
        world.review(3, 5, Decision.UNDO, undoes=2),
    ]
    files = published(accepted=[], reviews=reviews, decisions={1: reviews[0]})
    page = parse("", files["changes/5/index.html"])
    assert "has been taken back" in page.text
    for path in (
        "changes/5/index.html",
        "changes/feed.atom",
        "changes/feed.json",
        "data/changes.json",
    ):
        assert b"60 days" not in files[path], path


def test_long_lists_are_spread_over_pages(published, parse, world, second):
    many = [second(f"offering-{number}", f"Offering {number:03}") for number in range(130)]
    files = published(
        offerings={offering.slug: offering for offering, _ in many},
        sources={source.id: source for _, source in many},
        accepted=[
            world.accepted("data_sale", False, offering=offering.slug, source_id=source.id)
            for offering, source in many
        ],
        changes=[],
        reviews=[world.review(1, 1, Decision.ACCEPT)],
    )
    assert "Offering 129" in parse("", files["page/2/index.html"]).text
    assert "Offering 129" in parse("", files["questions/data_sale/page/2/index.html"]).text
    assert "Offering 129" in parse("", files["compare/page/17/index.html"]).text
    assert all(len(content) <= 100_000 for path, content in files.items() if path.endswith(".html"))


def test_the_same_facts_give_the_same_bytes(published):
    assert published() == published()


def test_without_an_address_there_is_no_sitemap_and_pages_still_work(published):
    files = published(SiteInfo())
    assert "sitemap.xml" not in files
    assert b"canonical" not in files["index.html"]
    assert b'<link rel="self"' not in files["changes/feed.atom"]


def test_two_offerings_of_one_address_are_refused(published, world):
    slugs = [Slug("data"), Slug("offering-data")]
    with pytest.raises(PublishError, match="two pages would be at offering-data/"):
        published(
            offerings={slug: replace(world.offering, slug=slug) for slug in slugs}, accepted=[]
        )


def test_an_offering_called_like_a_part_of_the_site_stands_beside_it(published, world, parse):
    files = published(
        offerings={Slug("data"): replace(world.offering, slug=Slug("data"))}, accepted=[]
    )
    assert "Acme API" in parse("", files["offering-data/index.html"]).text
    assert "claims.json" in parse("", files["data/index.html"]).text
