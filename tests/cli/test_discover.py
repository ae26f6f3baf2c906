"""`watcher discover`: over a real site, from first look to move, split, new name, and a person's no."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

HOME = """<!doctype html><html lang="en"><head><title>Lumen Forge</title></head><body><main><h1>Lumen Forge</h1>
<p>We make models that read, and say what they read, for people who have to know what stands in long texts.</p></main>
<footer><a href="/legal">Legal</a> <a href="/data">Data policy</a> <a href="/jobs">Jobs</a> {more}</footer>
</body></html>"""
HUB = """<!doctype html><html lang="en"><head><title>Legal</title></head><body><main><h1>Legal</h1>
<p>The documents that stand between you and us, and those that tell how we treat what you give to us.</p>
<ul>{items}</ul></main></body></html>"""


def home(more: str = "") -> tuple[int, bytes]:
    return 200, HOME.format(more=more).encode()


def hub(**pages: str) -> tuple[int, bytes]:
    """Give a hub that lists pages by name and path."""
    items = "".join(f'<li><a href="/legal/{path}">{name}</a></li>' for path, name in pages.items())
    return 200, HUB.format(items=items).encode()


def sitemap(base: str, *paths: str) -> tuple[int, bytes]:
    places = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paths)
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    return 200, gzip.compress(xml.encode(), mtime=0)


@pytest.fixture
def provider(site: Any, watcher: Any, home: Path) -> Any:
    """A site with a hub, swept once; robots.txt names an index of sitemaps, one of them packed."""
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{site.base}/pages.xml.gz</loc></sitemap>"
        "<sitemap><loc>https://elsewhere.example/sitemap.xml</loc></sitemap></sitemapindex>"
    )
    site.pages |= {
        "/": _home(),
        "/legal": hub(terms="Terms of use", usage="Usage policy"),
        "/robots.txt": (200, f"User-agent: *\nSitemap: {site.base}/index.xml\n".encode()),
        "/index.xml": (200, index.encode()),
        "/pages.xml.gz": sitemap(site.base, "/data", "/legal/sub-processors", "/blog/our-privacy"),
    }
    site.types |= {
        "/robots.txt": "text/plain",
        "/index.xml": "application/xml",
        "/pages.xml.gz": "application/gzip",
    }
    watcher("sweep", "--all")
    return site


_home = home


def told(watcher: Any, *options: str) -> dict[str, Any]:
    return json.loads(watcher("discover", "--json", *options).output)


def finds(watcher: Any, *options: str) -> list[tuple[str, str]]:
    """Give kind and path of each find."""
    return [
        (each["find"], "/" + each["url"].split("/", 3)[3])
        for each in told(watcher, *options)["finds"]
    ]


def test_hubs_footers_and_packed_sitemaps_are_read(watcher: Any, provider: Any, home: Path) -> None:
    before = (home / "sources.yaml").read_text()
    found = told(watcher)
    assert {each["url"].removeprefix(provider.base): each["kind"] for each in found["finds"]} == {
        "/legal/terms": "official_terms",
        "/legal/usage": "usage_policy",
        "/legal/sub-processors": "subprocessors",
    }
    assert all(each["find"] == "new" for each in found["finds"])
    assert found["unread"] == {}
    assert (home / "sources.yaml").read_text() == before
    assert "3 finds to look at" in watcher("status").output


def test_what_is_added_or_declined_is_found_no_more(watcher: Any, provider: Any) -> None:
    told(watcher)
    provider.pages["/legal/terms"] = (200, provider.pages["/data"][1])
    assert (
        watcher(
            "add", f"{provider.base}/legal/terms", "--yes", "--kind", "official_terms"
        ).exit_code
        == 0
    )
    assert watcher("discover", "--decline", f"{provider.base}/legal/usage").exit_code == 0
    assert finds(watcher, "--list") == [("new", "/legal/sub-processors")]
    assert finds(watcher) == [("new", "/legal/sub-processors")]
    assert watcher("verify").exit_code == 0


def declare_usage(home: Path, base: str) -> None:
    """Declare the usage policy that the hub lists."""
    with (home / "sources.yaml").open("a") as file:
        file.write(
            f"\n  - id: usage\n    url: {base}/legal/usage\n    title: Usage policy\n"
            "    kind: usage_policy\n    offerings: lumen-api\n"
        )


def test_a_page_that_went_while_another_came_has_moved(
    watcher: Any, provider: Any, home: Path
) -> None:
    declare_usage(home, provider.base)
    told(watcher)
    provider.pages["/legal"] = hub(terms="Terms of use", acceptable_use="Acceptable use")
    (find,) = [each for each in told(watcher)["finds"] if each["find"] != "new"]
    assert (find["find"], find["source"]) == ("moved", "usage")
    assert find["url"].endswith("/legal/acceptable_use")


def test_a_page_that_went_while_several_came_was_split(
    watcher: Any, provider: Any, home: Path
) -> None:
    declare_usage(home, provider.base)
    told(watcher)
    provider.pages["/legal"] = hub(
        terms="Terms of use", api_use="Acceptable use of the API", chat_use="Acceptable use of chat"
    )
    found = [each for each in finds(watcher) if each[0] != "new"]
    assert found == [("split", "/legal/api_use"), ("split", "/legal/chat_use")]


def test_a_page_below_one_of_its_kind_is_a_part_of_it(
    watcher: Any, provider: Any, home: Path
) -> None:
    declare_usage(home, provider.base)
    provider.pages["/legal"] = hub(
        **{"usage": "Usage policy", "usage/minors": "Usage policy for minors"}
    )
    assert ("split", "/legal/usage/minors") in finds(watcher)


def test_another_name_for_a_declared_page_is_told_until_declined(
    watcher: Any, provider: Any, home: Path
) -> None:
    declare_usage(home, provider.base)
    told(watcher)
    provider.pages["/legal"] = hub(terms="Terms of use", usage="Prohibited uses")
    (find,) = [each for each in told(watcher)["finds"] if each["find"] == "renamed"]
    assert (find["words_before"], find["words"], find["source"]) == (
        "Usage policy",
        "Prohibited uses",
        "usage",
    )
    watcher("discover", "--decline", f"{provider.base}/legal/usage")
    assert "renamed" not in dict(finds(watcher))


def test_a_place_that_cannot_be_read_makes_nothing_gone(watcher: Any, provider: Any) -> None:
    before = finds(watcher)
    provider.pages["/legal"] = (503, b"later")
    after = told(watcher)
    assert [
        (each["find"], each["url"].removeprefix(provider.base)) for each in after["finds"]
    ] == before
    assert list(after["unread"]) == [f"{provider.base}/legal"]
    assert "1 could not be read" in watcher("discover").output


def test_a_host_that_asked_to_be_left_alone_is(watcher: Any, provider: Any) -> None:
    provider.pages["/"] = (429, b"too many")
    told(watcher)
    asked = len(provider.asked)
    unread = told(watcher)["unread"]
    assert "asked to be left alone until" in unread[f"{provider.base}/"]
    assert len(provider.asked) == asked


def test_what_is_held_is_read_without_asking_anyone(watcher: Any, provider: Any) -> None:
    asked = len(provider.asked)
    assert told(watcher, "--held")["unread"] == {}
    assert len(provider.asked) == asked


def test_robots_are_obeyed(watcher: Any, provider: Any, home: Path) -> None:
    text = (home / "sources.yaml").read_text()
    (home / "sources.yaml").write_text(text.replace(", robots: false", ""))
    provider.pages["/robots.txt"] = (200, b"User-agent: *\nDisallow: /legal\n")
    found = told(watcher)
    assert "disallowed" in found["unread"][f"{provider.base}/legal"]
    assert found["finds"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("no-such",), "There is no offering"), (("--decline", "https://x.example/"), "not listed")],
)
def test_what_is_not_there_is_told(
    watcher: Any, provider: Any, arguments: tuple[str, ...], told: str
) -> None:
    result = watcher("discover", *arguments)
    assert result.exit_code == 2
    assert told in f"{result.output}{result.exception}"
