"""Sitemaps as they are met: plain, packed, broken off, hostile; and what robots.txt says of them."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.discovery.sitemaps import most_telling, read_sitemap, sitemaps_named

AT = "https://www.lumen.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def pages(*urls: str) -> bytes:
    return f"<urlset {SPACE}>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>".encode()


def test_pages_of_the_provider_are_named_once() -> None:
    payload = pages(
        "https://www.lumen.example/terms",
        " https://www.lumen.example/terms ",
        "https://help.lumen.example/privacy",
        "https://elsewhere.example/terms",
        "/relative",
        "javascript:alert(1)",
        "",
    )
    assert read_sitemap(payload, AT).pages == (
        "https://www.lumen.example/terms",
        "https://help.lumen.example/privacy",
        "https://www.lumen.example/relative",
    )


def test_an_index_names_sitemaps_and_pictures_are_no_pages() -> None:
    index = f"<sitemapindex {SPACE}><sitemap><loc>https://lumen.example/a.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode(), AT).sitemaps == ("https://lumen.example/a.xml.gz",)
    picture = (
        f'<urlset {SPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>/a</loc>'
        "<image:image><image:loc>/a.png</image:loc></image:image></url></urlset>"
    )
    assert read_sitemap(picture.encode(), AT).pages == ("https://www.lumen.example/a",)


def test_packed_or_not_it_says_the_same() -> None:
    payload = pages("https://lumen.example/terms")
    assert read_sitemap(gzip.compress(payload), AT) == read_sitemap(payload, AT)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<html><body>not here",
        b"\x1f\x8bnot packed",
        b"\x00\x01",
        gzip.compress(b"<urlset><url>")[:20],
    ],
)
def test_what_is_no_sitemap_names_nothing(payload: bytes) -> None:
    assert read_sitemap(payload, AT).pages == ()


def test_of_a_sitemap_that_breaks_off_what_came_before_counts() -> None:
    payload = pages("https://lumen.example/a", "https://lumen.example/b")
    assert read_sitemap(payload[: payload.index(b"/b<")], AT).pages == ("https://lumen.example/a",)


def test_entities_are_neither_multiplied_nor_fetched() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(
            f'<!ENTITY {two} "{f"&{one};" * 10}">'
            for one, two in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + f'<!ENTITY file SYSTEM "file:///etc/passwd">]><urlset {SPACE}><url><loc>/&i;</loc></url>'
        "<url><loc>/&file;</loc></url><url><loc>/end</loc></url></urlset>"
    )
    named = read_sitemap(bomb.encode(), AT).pages
    assert all(len(each) < 100 and "root:" not in each for each in named)


def test_a_name_that_xml_does_not_allow_names_nothing() -> None:
    payload = (
        b"<urlset><url><lochttps://lumen.example/a</loc><loc>https://lumen.example/b</loc></url>"
    )
    read_sitemap(payload, AT)


@given(st.binary(max_size=300))
def test_whatever_the_bytes_it_ends(payload: bytes) -> None:
    read_sitemap(b"<urlset><url><loc>" + payload, AT)


def test_robots_names_sitemaps_of_the_provider() -> None:
    robots = (
        "User-agent: *\nSITEMAP: https://www.lumen.example/one.xml\n sitemap : /two.xml # here\n"
        "Sitemap: https://elsewhere.example/three.xml\n#Sitemap: /four.xml\n"
    )
    assert sitemaps_named(robots, "https://www.lumen.example/robots.txt") == (
        "https://www.lumen.example/one.xml",
        "https://www.lumen.example/two.xml",
    )


def test_of_many_parts_those_come_first_that_speak_of_pages() -> None:
    parts = tuple(
        f"https://lumen.example/{name}.xml" for name in ("posts-1", "posts-2", "legal", "pages")
    )
    assert [each.rsplit("/", 1)[1] for each in most_telling(parts, 3)] == [
        "legal.xml",
        "pages.xml",
        "posts-1.xml",
    ]
