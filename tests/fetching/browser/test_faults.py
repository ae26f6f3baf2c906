"""Every way to fail ends in the right verdict, within the deadline, and harms no other look."""

from __future__ import annotations

import asyncio

import pytest

from watcher.fetching.browsing.processes import end_marked
from watcher.model import Verdict

DEADLINE = 3.0
SLACK = 6.0
"""Seconds for a browser to be closed, killed and started again, on a machine that does other things too."""

CIRCLE = b"<script>setTimeout(() => location.replace('/circle'), 50)</script>"


@pytest.fixture(scope="session")
def hasty(start, name_server):
    """A browser whose looks end soon, and take little in."""
    return start(name_server, deadline=DEADLINE, most=3_000_000)


async def stay_silent(writer):
    await asyncio.sleep(20)


async def stall(writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<p>The first half of")
    await writer.drain()
    await asyncio.sleep(20)


async def break_off(writer):
    writer.close()


async def stream_without_end(writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
    for _ in range(2_000):
        writer.write(b"<p>" + b"more and more " * 4_000)
        await writer.drain()


FAULTS = {
    "never answers": (stay_silent, Verdict.UNREACHABLE, "timeout: no complete answer"),
    "hangs up": (break_off, Verdict.UNREACHABLE, "reset: "),
    "streams without end": (stream_without_end, Verdict.TOO_LARGE, "size: "),
    "sends itself in a circle": (CIRCLE, Verdict.UNREACHABLE, "redirects: "),
    "keeps the browser busy": (
        b"<p>A policy.</p><script>setTimeout(() => { while (true); }, 300)</script>",
        Verdict.UNREADABLE,
        "timeout: the page kept the browser busy",
    ),
    "alerts without end": (
        b"<p>A policy.</p><script>while (true) alert('Look here!')</script>",
        Verdict.UNREADABLE,
        "timeout: the page kept the browser busy",
    ),
    "has a huge DOM": (
        b"<main id=m hidden></main><script>m.innerHTML = '<i></i>'.repeat(450000)</script>",
        Verdict.TOO_LARGE,
        "size: 450,0",
    ),
    "writes a huge text": (
        b"<main id=m hidden></main><script>m.textContent = 'word '.repeat(20000000)</script>",
        Verdict.TOO_LARGE,
        "size: 100,0",
    ),
    "hoards memory": (
        b"<p>A policy.</p><script>let a = []; while (true) a.push(new Array(1e6).fill({}))</script>",
        Verdict.UNREADABLE,
        "",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_fails_is_told_as_what_it_is(hasty, site, fault):
    answer, verdict, signal = FAULTS[fault]
    url = site.plays("/page", answer) if callable(answer) else site.page("/page", answer)
    site.plays("/circle", site.message(CIRCLE))
    response = hasty(url)
    assert (response.trouble.verdict, response.trouble.signal[: len(signal)]) == (verdict, signal)
    assert response.elapsed.total_seconds() < DEADLINE + SLACK
    assert response.payload == b""


def test_a_page_that_stalls_halfway_is_partial(browse, site):
    response = browse(site.plays("/page", stall), patience=0.15)
    assert response.trouble.verdict is Verdict.PARTIAL
    assert response.trouble.signal == "settled: the page was still arriving after 1.8 s"
    assert response.header("x-watcher-settled") == "cap"
    assert b"The first half of" in response.payload


def test_redirects_in_a_circle_are_unreachable(hasty, site):
    site.redirect("/a", "/b")
    response = hasty(site.redirect("/b", "/a"))
    assert response.trouble.signal == "redirects: in a circle, or too many (ERR_TOO_MANY_REDIRECTS)"


def test_a_server_that_is_not_there_is_unreachable(hasty):
    assert hasty("http://127.0.0.1:2/").trouble.signal.startswith(
        "connect: the connection was refused"
    )


def test_a_name_that_nobody_knows_is_unreachable(hasty):
    assert hasty("http://nowhere.test/").trouble.signal.startswith("dns: the name is not known")


def test_failure_06_a_download_is_taken_as_bytes_and_judged_by_others(browse, site):
    response = browse(
        site.page(
            "/file",
            b"PK\x03\x04zip",
            content_type="application/zip",
            content_disposition="attachment",
        )
    )
    assert (response.trouble, response.payload) == (None, b"PK\x03\x04zip")
    assert response.media_type == "application/zip"


@pytest.mark.parametrize("disposition", ["inline", "attachment"])
def test_a_pdf_is_taken_as_bytes(browse, site, disposition):
    url = site.page(
        "/a.pdf", b"%PDF-1.4 words", content_type="application/pdf", content_disposition=disposition
    )
    response = browse(site.redirect("/to", "/a.pdf"))
    assert (response.payload, response.media_type) == (b"%PDF-1.4 words", "application/pdf")
    assert (response.final_url, response.status) == (url, 200)


def test_plain_text_is_taken_as_bytes(browse, site):
    response = browse(site.page("/t", b"Plain & simple", content_type="text/plain"))
    assert (response.payload, response.media_type) == (b"Plain & simple", "text/plain")


def test_what_a_page_throws_at_its_reader_is_put_aside(browse, site):
    response = browse(
        site.page(
            "/page",
            b"""<p>A policy.</p><script>alert(1); confirm(2); prompt(3); open('/other'); print();
            navigator.geolocation.getCurrentPosition(() => {}); Notification.requestPermission();
            addEventListener('beforeunload', (event) => event.preventDefault());
            navigator.serviceWorker?.register('/worker.js')</script>""",
        )
    )
    assert response.trouble is None and b"A policy." in response.payload
    assert '"dialogs": 3' in response.header("x-watcher-journal")
    assert not site.asked("/worker.js")


def test_failure_06_a_browser_that_is_killed_costs_one_retry(browse, site):
    async def kill(writer):
        end_marked(browse.fetcher._pool._current.mark)
        await asyncio.sleep(1)

    response = browse(site.plays("/page", kill, site.message(b"<p>A policy.")))
    assert response.trouble is None and b"A policy." in response.payload


def test_a_page_that_kills_its_browser_twice_is_unreadable(browse, site):
    async def kill(writer):
        end_marked(browse.fetcher._pool._current.mark)
        await asyncio.sleep(1)

    response = browse(site.plays("/page", kill))
    assert response.trouble.verdict is Verdict.UNREADABLE
    assert response.trouble.signal.startswith("browser: the page ended it 2 times")
    assert browse(site.page("/next")).trouble is None


def test_failure_06_a_second_navigation_is_followed_to_the_page_it_ends_at(browse, site):
    """By script and by a refresh in the markup: what is kept is where it ended, under that address."""
    end = site.page("/end", b"<h1>Policy</h1><p>We keep inputs for 30 days.</p>")
    script = site.page("/script", b"<p>Wait</p><script>location = '/end'</script>")
    refresh = site.page("/refresh", b"<meta http-equiv=refresh content='0; url=/end'><p>Wait</p>")
    for url in (script, refresh):
        response = browse(url)
        assert response.trouble is None
        assert response.final_url == end
        assert b"30 days" in response.payload


def test_failure_15_a_server_hears_from_the_browser_who_we_are_and_that_it_is_one(browse, site):
    """Nothing is disguised: scripts are told that the browser is driven, servers hear our name and language."""
    told = (
        b"<p>A policy.</p><script>document.body.append('driven: ' + navigator.webdriver)</script>"
    )
    response = browse(site.page("/page", told), language="de")
    headers = site.asked("/page")[0].headers
    assert "Watcher" in headers["user-agent"]
    assert "Headless" not in headers["user-agent"]
    assert headers["accept-language"].startswith("de")
    assert b"driven: true" in response.payload


def test_failure_06_a_page_that_hangs_delays_no_other(start, name_server, site):
    two = start(name_server, deadline=2 * DEADLINE, pages=2)
    hung = site.page("/hung", b"<script>while (true);</script>")
    first, second, third = two.all([hung, site.page("/page"), site.url("/page")])
    assert first.trouble is not None
    assert second.trouble is third.trouble is None
    assert max(second.elapsed, third.elapsed) < first.elapsed


def test_without_a_browser_the_verdict_names_two_ways_to_get_one(start, name_server, site):
    response = start(name_server, executable="/nowhere/chromium")(site.page("/page"))
    assert response.trouble.verdict is Verdict.UNREADABLE
    assert "apt-get install chromium" in response.trouble.signal
    assert "playwright install" in response.trouble.signal


async def break_off_halfway(writer):
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9000\r\n\r\n"
    writer.write(head + b"<main><p>A policy.</p>" + b"<p>More of it.</p>" * 200)
    await writer.drain()
    writer.close()


def test_a_page_that_breaks_off_is_partial(browse, site):
    response = browse(site.plays("/page", break_off_halfway))
    assert response.trouble.verdict is Verdict.PARTIAL
    assert response.trouble.signal == (
        "reset: the answer broke off (net::ERR_CONTENT_LENGTH_MISMATCH)"
    )
    assert b"More of it." in response.payload


ENDLESS = {
    "opens windows": b"setInterval(() => open('/other'), 20)",
    "changes its address": b"setInterval(() => history.pushState({}, '', '/page?' + Math.random()), 20)",
    "writes to the console": b"setInterval(() => console.error('Look here!'), 5)",
    "throws errors": b"setInterval(() => { throw new Error('Oh no') }, 20)",
    "asks for more without end": b"setInterval(() => fetch('/' + String.fromCharCode(97 + Math.random() * 26)), 20)",
}


@pytest.mark.parametrize("fault", ENDLESS)
def test_what_never_ends_does_not_keep_a_page_from_being_read(browse, site, fault):
    page = b"<main><h1>A policy.</h1><p id=p></p></main><script>%s</script>" % ENDLESS[fault]
    response = browse(site.page("/page", page))
    assert response.trouble is None and b"A policy." in response.payload


def test_that_a_page_never_stopped_changing_is_noted(browse, site):
    ticking = b"p.textContent = String.fromCharCode(97 + Date.now() / 50 % 26)"
    page = (
        b"<main><h1>A policy.</h1><p id=p></p></main><script>setInterval(() => { %s }, 50)</script>"
    )
    response = browse(site.page("/page", page % ticking), patience=0.1)
    assert response.trouble is None and b"A policy." in response.payload
    assert response.header("x-watcher-settled") == "cap"


def test_a_driver_that_does_not_start_is_told_with_what_mends_it(
    start, name_server, site, monkeypatch
):
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/bin/false")
    response = start(name_server)(site.page("/page"))
    assert response.trouble.verdict is Verdict.UNREADABLE
    assert "libatomic1" in response.trouble.signal
