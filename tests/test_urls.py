"""Addresses in one normal form."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher import urls
from watcher.urls import (
    clean_link,
    follow_url,
    host_of,
    is_same_document,
    looks_random,
    normalise_url,
    path_words,
)

BASE = "https://maker.test/legal/terms?gclid=3"


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Maker.TEST:443/a/../b/./c?utm_source=x&id=1#part", "https://maker.test/b/c?id=1"),
        ("http://maker.test", "http://maker.test/"),
        ("http://maker.test:8080/", "http://maker.test:8080/"),
        ("http://müller.test/", "http://xn--mller-kva.test/"),
        ("http://straße.test/", "http://xn--strae-oqa.test/"),
        ("http://maker。test/", "http://maker.test/"),
        ("http://name:secret@maker.test/", "http://maker.test/"),
        ("http:\\\\maker.test\\a", "http://maker.test/a"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("http://maker.test/%7efile%zz x?q=ä", "http://maker.test/%7Efile%25zz%20x?q=%C3%A4"),
        (" http://maker.test./a/.. ", "http://maker.test/"),
        ("http://maker.test/a?b=1&fbclid=2&b=3", "http://maker.test/a?b=1&b=3"),
    ],
)
def test_one_address_has_one_form(url: str, normal: str) -> None:
    assert normalise_url(url) == normal


def test_what_is_dropped_can_be_kept() -> None:
    url = "https://maker.test/a?utm_source=x#part"
    assert normalise_url(url, keep_fragment=True) == "https://maker.test/a#part"
    assert normalise_url(url, keep_tracking=True) == "https://maker.test/a?utm_source=x"


@pytest.mark.parametrize(
    "url", ["", "maker.test", "ftp://a/", "http://", "http://[a", "http://a:b/", "http://a:99999/"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normalise_url(url)


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=20))
@settings(max_examples=300)
def test_normal_forms_are_normal(path: str, query: str, fragment: str) -> None:
    with contextlib.suppress(ValueError):
        once = normalise_url(f"http://Maker.test/{path}?{query}#{fragment}", keep_fragment=True)
        assert normalise_url(once, keep_fragment=True) == once
        assert once.isascii()
        assert is_same_document(once, once)


@pytest.mark.parametrize(
    ("target", "clean"),
    [
        ("#part", "https://maker.test/legal/terms#part"),
        ("../privacy", "https://maker.test/privacy"),
        ("//other.test/a", "https://other.test/a"),
        ("mailto:law@maker.test?subject=x", "mailto:law@maker.test?subject=x"),
        ("javascript:void(0)", ""),
        ("java\nscript:void(0)", ""),
        ("data:text/html,x", ""),
        ("http://[bad", ""),
        ("http://a:b/", ""),
        ("/s;jsessionid=FF0A?sid=1&page=2", "https://maker.test/s?page=2"),
        (
            "/cdn-cgi/l/email-protection#9ae3f5efdaf0f5f7feb4f9f5f7",
            "https://maker.test/cdn-cgi/l/email-protection",
        ),
        ("?x=550e8400-e29b-41d4-a716-446655440000&y=2", "https://maker.test/legal/terms?y=2"),
        ("/d?id=1AbC2dEf3GhI4jKl5MnO6pQ", "https://maker.test/d?id=1AbC2dEf3GhI4jKl5MnO6pQ"),
        (
            "/a?ref=data-processing-addendum-2026",
            "https://maker.test/a?ref=data-processing-addendum-2026",
        ),
    ],
)
def test_links_are_clean(target: str, clean: str) -> None:
    assert clean_link(target, BASE) == clean


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_no_link_is_an_exception_and_clean_is_clean(target: str) -> None:
    once = clean_link(target, BASE)
    assert clean_link(once, BASE) == once or not once
    assert not once.lower().startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize(
    "token",
    [
        "550e8400-e29b-41d4-a716-446655440000",
        "9ae3f5efdaf0f5f7feb4f9f5f7",
        "dGhpc19pcyBhIHRva2VuMTIz9Qx",
        "k3j9x0q2m4n8v7b5c1z6",
    ],
)
def test_tokens_look_random(token: str) -> None:
    assert looks_random(token)


@pytest.mark.parametrize(
    "word",
    ["", "privacy", "data-processing-addendum-2026-03-01", "GeneralDataProtectionRegulation2016", "1234567890123456789",
     "section-4-2-retention-of-data", "international-transfers-standard-contractual-clauses"],
)  # fmt: skip
def test_words_do_not(word: str) -> None:
    assert not looks_random(word)


def test_same_documents_and_others() -> None:
    here = "https://maker.test/legal/terms"
    for same in (
        "http://www.maker.test/en-us/legal/terms/",
        here + "?hl=de#a",
        here + "/index.html",
        here + "?utm_id=1",
    ):
        assert is_same_document(here, same), same
    for other in (
        "https://maker.test/legal",
        "https://maker.test/ai/legal/terms",
        "https://other.test/legal/terms",
        here + "?v=2",
    ):
        assert not is_same_document(here, other), other


def test_parts() -> None:
    assert host_of("https://a@Maker.TEST.:1/") == "maker.test"
    assert host_of("no address") == host_of("http://[x") == ""
    assert path_words("https://maker.test/en/legal/Privacy-Policy.html") == (
        "legal",
        "privacy",
        "policy",
    )
    assert follow_url("\\\\other.test\\a?utm_id=1#b", BASE) == "https://other.test/a?utm_id=1"


@given(st.from_regex(r"/?([a-z0-9_.-]{0,4}/?){0,3}[?#]?", fullmatch=True))
def test_the_short_way_for_plain_links_leads_where_the_long_one_does(target: str) -> None:
    base = "HTTPS://Acme.example:443/legal/terms?x=1#top"

    assert clean_link(target, base) == urls._resolved(target, base)
