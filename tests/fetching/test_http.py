"""Looks at pages over HTTP, at a real server on loopback."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from watcher.model import Digest, Hop, Known, SourceId, Usual, Verdict

HELD = Known(SourceId("page"), snapshot_id=1, payload_digest=Digest("ab" * 32), etag='"v1"')


def test_a_page_comes_back_whole(site: Any, look: Any) -> None:
    url = site.page("/page", b"<p>We keep data for 30 days.</p>", etag='"v1"')
    response = look(url)
    assert response.trouble is None
    assert (response.status, response.payload) == (200, b"<p>We keep data for 30 days.</p>")
    assert response.header("ETag") == '"v1"'
    assert response.media_type == "text/html"
    assert response.final_url == response.url == url
    assert response.hops == ()
    assert response.elapsed.total_seconds() > 0


def test_the_clock_that_is_passed_in_dates_the_response(site: Any, look: Any) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert look(site.page("/page"), now=lambda: moment).fetched_at == moment


@pytest.mark.parametrize("status", [200, 203, 401, 403, 404, 410, 418, 429, 451, 500, 520])
def test_every_status_is_handed_on(site: Any, look: Any, status: int) -> None:
    response = look(site.page("/page", b"text", f"{status} Whatever"))
    assert (response.status, response.trouble, response.payload) == (status, None, b"text")


def test_failure_15_we_say_who_we_are_and_which_language_we_read(site: Any, look: Any) -> None:
    url = site.page("/page")
    look(url)
    look(url, language="de")
    first, second = (request.headers for request in site.asked("/page"))
    assert first["user-agent"] == "Watcher/1.0 (test)"
    assert first["accept-language"] == "en"
    assert second["accept-language"] == "de, en;q=0.5"
    assert first["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in first


def test_connections_are_reused(site: Any, look: Any) -> None:
    url = site.page("/page")
    look.all(*[look.source(url)] * 5)
    assert (len(site.asked("/page")), site.connections) == (5, 1)


class TestConditions:
    def test_what_we_hold_is_confirmed(self, site: Any, look: Any) -> None:
        url = site.page("/page", b"", "304 Not Modified", content_length="-")
        response = look(url, replace(HELD, last_modified="Sun, 01 Mar 2026 12:00:00 GMT"))
        (request,) = site.asked("/page")
        assert request.headers["if-none-match"] == '"v1"'
        assert request.headers["if-modified-since"] == "Sun, 01 Mar 2026 12:00:00 GMT"
        assert response.not_modified
        assert response.trouble is None

    def test_without_a_payload_no_condition_is_made(self, site: Any, look: Any) -> None:
        look(site.page("/page"), Known(SourceId("page"), etag='"v1"'))
        assert "if-none-match" not in site.asked("/page")[0].headers

    def test_a_validator_in_no_known_script_is_no_reason_not_to_look(
        self, site: Any, look: Any
    ) -> None:
        response = look(site.page("/page", b"here"), replace(HELD, etag='"fa\xe7ade"'))
        assert (response.trouble, response.payload) == (None, b"here")

    def test_304_without_a_baseline_is_fetched_again(self, site: Any, look: Any) -> None:
        not_modified = site.message(status="304 Not Modified", content_length="-")
        url = site.plays("/page", not_modified, site.message(b"here"))
        response = look(url)
        assert (response.status, response.payload) == (200, b"here")

    def test_304_again_and_again_is_an_error(self, site: Any, look: Any) -> None:
        response = look(site.page("/page", b"", "304 Not Modified", content_length="-"))
        assert response.trouble.verdict is Verdict.ERROR_PAGE
        assert "304" in response.trouble.signal

    def test_conditions_go_to_the_address_whose_answer_we_hold(self, site: Any, look: Any) -> None:
        site.page("/new")
        url = site.redirect("/page", "/new")
        usual = Usual("t", "en", site.url("/new"), 10, 1)
        look(url, replace(HELD, usual=usual))
        assert "if-none-match" not in site.asked("/page")[0].headers
        assert site.asked("/new")[0].headers["if-none-match"] == '"v1"'


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_every_hop_is_recorded(self, site: Any, look: Any, status: int) -> None:
        site.page("/end", b"the end")
        site.redirect("/middle", "end", f"{status} Moved")
        url = site.redirect("/page", "/middle")
        response = look(url)
        assert response.payload == b"the end"
        assert response.final_url == site.url("/end")
        assert response.hops == (Hop(url, 302), Hop(site.url("/middle"), status))

    def test_a_circle_is_noticed(self, site: Any, look: Any) -> None:
        site.redirect("/there", "/page")
        response = look(site.redirect("/page", "/there"))
        assert response.trouble.verdict is Verdict.UNREACHABLE
        assert "circle" in response.trouble.signal
        assert len(site.seen) <= 4

    def test_a_chain_has_an_end(self, site: Any, look: Any) -> None:
        for number in range(20):
            site.redirect(f"/{number}", f"/{number + 1}")
        response = look(site.url("/0"))
        assert response.trouble.verdict is Verdict.UNREACHABLE
        assert "more than 10" in response.trouble.signal
        assert len(site.seen) == 11

    @pytest.mark.parametrize(
        "target",
        ["file:///etc/passwd", "javascript:alert(1)", "ftp://x/y", "https://", "http://[x"],
    )
    def test_only_web_addresses_are_followed(self, site: Any, look: Any, target: str) -> None:
        response = look(site.redirect("/page", target))
        assert response.trouble.verdict is Verdict.REFUSED

    def test_a_redirect_to_nowhere_is_handed_on(self, site: Any, look: Any) -> None:
        response = look(site.page("/page", status="302 Found"))
        assert (response.status, response.trouble) == (302, None)

    def test_a_target_in_utf8_is_read(self, site: Any, look: Any) -> None:
        site.page("/b%C3%BCro", b"here")
        target = "/büro".encode().decode("latin-1")
        assert look(site.redirect("/page", target)).payload == b"here"

    def test_cookies_live_for_one_chain_only(self, site: Any, look: Any) -> None:
        site.page("/end", set_cookie="late=1")
        url = site.redirect("/page", "/end", set_cookie="pass=yes; Path=/")
        look.all(look.source(url), look.source(url))
        cookies = [request.headers.get("cookie") for request in site.seen]
        assert cookies == [None, "pass=yes", None, "pass=yes"]

    def test_cookies_do_not_cross_hosts(self, site: Any, look: Any) -> None:
        site.page("/end")
        url = site.redirect("/page", site.url("/end", "127.0.0.2"), set_cookie="pass=yes; Path=/")
        look(url)
        assert "cookie" not in site.asked("/end")[0].headers

    def test_a_page_that_asks_for_a_cookie_by_sending_back_to_itself(
        self, site: Any, look: Any
    ) -> None:
        url = site.plays(
            "/page",
            site.message(status="302 Found", location="/page", set_cookie="seen=1"),
            site.message(b"welcome"),
        )
        assert look(url).payload == b"welcome"


@pytest.mark.parametrize("url", ["", "no address", "ftp://example.org/", "http://", "http://a:b/"])
def test_an_address_that_is_none_is_trouble_not_an_exception(look: Any, url: str) -> None:
    response = look(url)
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert response.trouble.signal.startswith("address:")


def test_a_name_that_is_not_known(look: Any, names: Any) -> None:
    response = look("http://nowhere.test/", resolver=names)
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert response.trouble.signal.startswith("dns:")


def test_no_one_listens(look: Any, site: Any) -> None:
    response = look(site.url(host="127.0.0.9"))
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert "refused" in response.trouble.signal


def test_plain_text_where_tls_was_asked_for(look: Any, site: Any) -> None:
    response = look(site.url().replace("http:", "https:"))
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert response.trouble.signal.startswith("tls:")


def test_one_bad_source_delays_no_other(site: Any, look: Any) -> None:
    async def never(writer: Any) -> None:
        await asyncio.sleep(3)

    site.plays("/page", never)
    site.page("/well")
    sources = [look.source(site.url()), look.source(site.url("/well", "127.0.0.2"))]
    bad, good = look.all(*sources, at_once=True, deadline=0.4)
    assert bad.trouble.verdict is Verdict.UNREACHABLE
    assert good.trouble is None
    assert good.elapsed.total_seconds() < 0.3


def test_what_looks_at_pages_loads_nothing_that_shows_them_on_a_terminal() -> None:
    asked = (
        "import sys, watcher.fetching.http\nprint(sorted({'rich', 'pygments'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
