"""What a host asks of machines is asked once and obeyed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from watcher.fetching.politeness import Manners, Politeness
from watcher.model import Verdict


def obedient(**options: Any) -> Politeness:
    return Politeness(Manners(spacing=0.0), **options)


def test_what_is_not_for_us_is_not_asked_for(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private\nAllow: /private/terms$\n")
    site.page("/private/terms")
    urls = [site.page(path) for path in ("/page", "/private/page", "/private/terms")]
    page, private, terms = look.all(*map(look.source, urls), politeness=obedient())
    assert page.trouble is None
    assert private.trouble.verdict is Verdict.DISALLOWED
    assert private.trouble.signal == "robots.txt: /private/page is not for Watcher"
    assert terms.trouble is None
    assert site.asked("/private/page") == []


def test_rules_for_us_by_name_come_first(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow:\n\nUser-agent: watcher\nDisallow: /\n")
    response = look(site.page("/page"), politeness=obedient())
    assert response.trouble.verdict is Verdict.DISALLOWED


def test_it_is_asked_once_per_host_however_many_want_to_know(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow:\n")
    url = site.page("/page")
    look.all(*[look.source(url)] * 5, at_once=True, politeness=obedient())
    assert len(site.asked("/robots.txt")) == 1
    assert len(site.asked("/page")) == 5


@pytest.mark.parametrize(
    "status", ["404 Not Found", "401 Unauthorized", "403 Forbidden", "410 Gone"]
)
def test_no_file_forbids_nothing(site: Any, look: Any, status: str) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /", status)
    assert look(site.page("/page"), politeness=obedient()).trouble is None


def test_a_server_error_forbids_all_and_says_so(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"", "500 Internal Server Error")
    response = look(site.page("/page"), politeness=obedient())
    assert response.trouble.verdict is Verdict.DISALLOWED
    assert "answers 500" in response.trouble.signal
    assert site.asked("/page") == []


def test_a_host_that_cannot_be_reached_is_unreachable_not_disallowed(site: Any, look: Any) -> None:
    response = look(site.url(host="127.0.0.9"), politeness=obedient())
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert response.trouble.signal.endswith("asked for robots.txt")


def test_a_person_may_declare_that_it_does_not_apply(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /")
    politeness = obedient(hosts={"127.0.0.1": Manners(spacing=0.0, robots=False)})
    assert look(site.page("/page"), politeness=politeness).trouble is None
    assert site.asked("/robots.txt") == []


def test_redirects_are_followed_to_the_file_and_obeyed_on_the_way_to_the_page(
    site: Any, look: Any
) -> None:
    site.redirect("/robots.txt", "/rules.txt")
    site.page("/rules.txt", b"User-agent: *\nDisallow: /hidden\n")
    site.page("/hidden")
    response = look(site.redirect("/page", "/hidden"), politeness=obedient())
    assert response.trouble.verdict is Verdict.DISALLOWED
    assert len(response.hops) == 1
    assert site.asked("/hidden") == []


def test_a_delay_that_is_asked_for_is_kept(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 0.1\n")
    url = site.page("/page")
    look.all(*[look.source(url)] * 3, at_once=True, politeness=obedient())
    first, second, third = site.asked("/page")
    assert second.started_at - first.ended_at >= 0.09
    assert third.started_at - second.ended_at >= 0.09


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe\x00 noise \x00" * 100, b"<html>not found</html>", b"Disallow: /" * 200_000],
    ids=["empty", "noise", "html", "too long"],
)
def test_what_cannot_be_understood_forbids_nothing(site: Any, look: Any, text: bytes) -> None:
    site.page("/robots.txt", text)
    assert look(site.page("/page"), politeness=obedient()).trouble is None


def test_a_hostile_file_costs_no_time(site: Any, look: Any) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"$\n")
    url = site.page("/" + "a" * 3000)
    response = look(url, politeness=obedient())
    assert response.elapsed.total_seconds() < 1


def test_waiting_for_robots_txt_does_not_use_up_the_deadline(site: Any, look: Any) -> None:
    async def slow(writer: Any) -> None:
        await asyncio.sleep(0.25)
        writer.write(site.message(b"User-agent: *\nDisallow:\n"))

    site.plays("/robots.txt", slow)
    source = look.source(site.plays("/page", slow))
    politeness = obedient(hosts={"127.0.0.1": Manners(spacing=0.0, concurrency=2)})
    responses = look.all(source, source, at_once=True, politeness=politeness, deadline=0.4)
    assert [response.trouble for response in responses] == [None, None]
    assert len(site.asked("/robots.txt")) == 1
