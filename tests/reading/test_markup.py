"""Two answers share a markup digest only when they read the same, and share it when only tokens differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import ReadingError
from watcher.model import Response, Source, SourceId, SourceKind
from watcher.reading import markup_digest, read

URL = "https://acme.example/terms"
TERMS = Source(SourceId("terms"), URL, "Terms", SourceKind.OFFICIAL_TERMS)
PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Terms</title>
<meta name="csrf-token" content="{token}"><link rel=preload href="/app.{token}.css">
<script nonce="{token}">var build = "{token}";</script></head><body>
<form><input type=hidden name=csrf value="{token}"></form>
<main><h1>Terms</h1><p>We keep inputs for {days} days.</p></main>
<script src="/app.js?v={token}"></script></body></html>"""


def answer(html: str, url: str = URL, media_type: str = "text/html") -> Response:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Response(URL, url, at, 200, (("content-type", media_type),), html.encode())


def test_tokens_nonces_and_assets_make_no_difference() -> None:
    one, two = (answer(PAGE.format(token=token, days=30)) for token in ("k3j9x0", "p7q2w8"))

    assert one.payload != two.payload
    assert markup_digest(one, TERMS) == markup_digest(two, TERMS) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("30", "90"),
        ("<h1>Terms", "<h2>Terms"),
        ("lang=en", "lang=de"),
        ("<title>Terms", "<title>Not found"),
        ("<main>", "<nav>"),
        ("<p>We", "<p>We<script></script>"),
        ("inputs", '<a href="/inputs">inputs</a>'),
    ],
)
def test_whatever_is_read_makes_a_difference(before: str, after: str) -> None:
    html = PAGE.format(token="t", days=30)

    assert markup_digest(answer(html), TERMS) != markup_digest(
        answer(html.replace(before, after)), TERMS
    )


def test_another_address_makes_a_difference_because_links_lead_elsewhere() -> None:
    html = PAGE.format(token="t", days=30)

    assert markup_digest(answer(html), TERMS) != markup_digest(answer(html, f"{URL}/new/"), TERMS)


def test_there_is_no_telling_for_what_selectors_may_look_at() -> None:
    html = PAGE.format(token="t", days=30)

    assert markup_digest(answer(html), replace(TERMS, keep=("main",))) is None
    assert markup_digest(answer('{"a": 1}', media_type="application/json"), TERMS) is None


pieces = st.sampled_from(
    ["<p>", "</p>", "We keep inputs", " for 30 days.", "<script>", "</script>", "<!--", "-->", "<textarea>",
     "</textarea>", "<title>", "</title>", '<div title="', '">', "<b>", "</b>", "<noscript>", "</noscript>", "<svg>",
     "</svg>", "<style>", "</style>", "<li>", "<meta name=a content=b>", "<link href=x>", "<input type=hidden value=1>",
     "<template>", "</template>", "<xmp>", "</xmp>", "\n", "not"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    common=st.lists(pieces, max_size=12),
    one=st.lists(pieces, max_size=4),
    two=st.lists(pieces, max_size=4),
)
def test_a_shared_digest_means_the_same_document(
    common: list[str], one: list[str], two: list[str]
) -> None:
    """Whatever tricks a page plays with comments, attributes and elements that hold raw text."""
    middle = len(common) // 2
    pages = [
        answer("".join(["<body>", *common[:middle], *inner, *common[middle:]]))
        for inner in (one, two)
    ]
    digests = {markup_digest(page, TERMS) for page in pages}
    if len(digests) == 1 and None not in digests:
        assert _read(pages[0]) == _read(pages[1])


def _read(page: Response) -> object:
    try:
        return read(page, TERMS)
    except ReadingError as error:
        return str(error)
