"""What sort of page it is, whose, and how it might be declared: by what addresses, links and titles say."""

from __future__ import annotations

from datetime import datetime

import pytest

from watcher.discovery import guess_kind, related_pages, site_of, suggest
from watcher.discovery.kinds import guess_policy
from watcher.model import (
    Block,
    BlockKind,
    Document,
    Link,
    Offering,
    Region,
    Response,
    Slug,
    Source,
    SourceId,
    SourceKind,
)

BASE = "https://www.lumen.example"


@pytest.mark.parametrize(
    ("path", "title", "kind"),
    [
        ("/legal/terms", "", SourceKind.OFFICIAL_TERMS),
        ("/x", "Terms of Service", SourceKind.OFFICIAL_TERMS),
        ("/x", "Master Services Agreement", SourceKind.OFFICIAL_TERMS),
        ("/legal/terms/dpa", "Data Processing Addendum", SourceKind.DPA),
        ("/legal/list-of-sub-processors", "", SourceKind.SUBPROCESSORS),
        ("/x", "Our Sub-processors", SourceKind.SUBPROCESSORS),
        ("/x", "Acceptable Use Policy", SourceKind.USAGE_POLICY),
        ("/policies/usage-policies", "", SourceKind.USAGE_POLICY),
        ("/x", "Privacy Notice for applicants", SourceKind.PRIVACY_POLICY),
        ("/x", "How we use your data", SourceKind.DATA_USAGE),
        ("/x", "Allgemeine Geschäftsbedingungen", SourceKind.OFFICIAL_TERMS),
        ("/agb", "", SourceKind.OFFICIAL_TERMS),
        ("/x", "Conditions générales d’utilisation", SourceKind.OFFICIAL_TERMS),
        ("/x", "Términos y condiciones", SourceKind.OFFICIAL_TERMS),
        ("/datenschutz", "", SourceKind.PRIVACY_POLICY),
        ("/x", "Politique de confidentialité", SourceKind.PRIVACY_POLICY),
        ("/x", "Auftragsverarbeitungsvertrag (AVV)", SourceKind.DPA),
        ("/sla", "", SourceKind.SLA),
        ("/x", "Trust Center", SourceKind.TRUST_PORTAL),
        ("/security", "", SourceKind.SECURITY),
        ("/blog/summer", "A summer of models", SourceKind.ANNOUNCEMENT),
        ("/docs/start", "Quick start", SourceKind.OFFICIAL_DOCS),
        ("/about", "About us", SourceKind.OTHER),
    ],
)
def test_the_kind_of_a_page(path: str, title: str, kind: SourceKind) -> None:
    guess = guess_kind(BASE + path, title)
    assert guess.kind is kind
    assert bool(guess.evidence) is (kind is not SourceKind.OTHER)


def test_a_host_tells_where_nothing_else_does() -> None:
    assert guess_kind("https://trust.lumen.example/").kind is SourceKind.TRUST_PORTAL
    assert guess_policy("https://trust.lumen.example/pricing", "Pricing") is None


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://trust.lumen.example/a", "lumen.example"),
        ("https://lumen.example", "lumen.example"),
        ("https://www.lumen.co.uk/", "lumen.co.uk"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("mailto:a@b.example", ""),
    ],
)
def test_the_site_of_a_provider(url: str, site: str) -> None:
    assert site_of(url) == site


def linking(*links: tuple[str, str], region: Region = Region.FOOTER) -> Document:
    return Document(
        (
            Block(BlockKind.HEADING, "Terms of use", level=1),
            *(
                Block(BlockKind.ITEM, words, region, links=(Link(words, to),))
                for words, to in links
            ),
        ),
        title="Terms of use | Lumen",
    )


def test_related_pages_are_policies_of_the_same_provider_each_once() -> None:
    document = linking(
        ("Privacy", f"{BASE}/privacy"),
        ("Privacy policy", f"{BASE}/en/privacy/#top"),
        ("Sub-processors (PDF)", "https://cdn.lumen.example/sub.PDF"),
        ("Terms", f"{BASE}/terms"),
        ("DPA", f"{BASE}/dpa"),
        ("Terms", "https://social.example/terms"),
        ("Write to us about privacy", "mailto:privacy@lumen.example"),
        ("Careers", f"{BASE}/careers"),
        (
            "How a new model of ours reads your data, and what the terms of our partners say",
            f"{BASE}/n/1",
        ),
    )
    found = related_pages(document, f"{BASE}/terms", [f"{BASE}/dpa/"])
    assert [(each.url, each.kind.value, each.is_pdf) for each in found] == [
        (f"{BASE}/privacy", "privacy_policy", False),
        ("https://cdn.lumen.example/sub.PDF", "subprocessors", True),
    ]
    assert found[0].place == "the footer"


def answer(noon: datetime, url: str, fetched_with: str = "http") -> Response:
    return Response(url, url, noon, 200, fetched_with=fetched_with, payload=b"<html>")


def test_the_offering_is_that_of_the_sources_beside_it(noon: datetime) -> None:
    sources = [
        Source(SourceId(str(at)), f"{host}/x{at}", "X", SourceKind.OTHER, (Slug(slug),))
        for at, (host, slug) in enumerate(
            [
                (BASE, "chat"),
                ("https://docs.lumen.example", "api"),
                ("https://docs.lumen.example", "api"),
            ]
        )
    ]
    on_docs = suggest(answer(noon, "https://docs.lumen.example/terms"), linking(), sources, {})
    on_main = suggest(answer(noon, f"{BASE}/terms"), linking(), sources, {})
    assert (on_docs.offering, on_main.offering) == ("api", "chat")
    assert on_docs.new_offering is None


def test_an_offering_that_says_its_site_is_known_by_it(noon: datetime) -> None:
    offering = Offering(
        Slug("api"), "API", "Lumen", "API", official_docs="https://docs.lumen.example/"
    )
    found = suggest(answer(noon, f"{BASE}/terms"), linking(), (), {offering.slug: offering})
    assert (found.offering, found.why["offering"]) == ("api", "its own site is at lumen.example")


def test_where_nothing_is_declared_a_new_offering_is_suggested(noon: datetime) -> None:
    found = suggest(answer(noon, f"{BASE}/terms"), linking(), (), {})
    assert found.new_offering is not None
    assert (found.offering, found.new_offering.name) == ("lumen", "Lumen")
    assert found.new_offering.official_site == f"{BASE}/"


def test_the_title_leaves_the_name_of_the_site_out_and_the_browser_is_suggested_by_evidence(
    noon: datetime,
) -> None:
    plain = suggest(answer(noon, f"{BASE}/terms"), linking(), (), {})
    rendered = suggest(answer(noon, f"{BASE}/terms", "browser"), linking(), (), {})
    assert (plain.title, plain.fetch) == ("Terms of use", None)
    assert rendered.fetch == "browser"
    assert "plain HTTP was not enough" in rendered.why["fetch"]


def test_a_page_that_could_not_be_seen_is_named_by_its_address(noon: datetime) -> None:
    found = suggest(answer(noon, f"{BASE}/legal/privacy-policy"), None, (), {})
    assert (found.title, found.kind) == ("Legal privacy policy", SourceKind.PRIVACY_POLICY)
