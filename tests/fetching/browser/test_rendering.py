"""What a page turns into: filled in, unfolded, read to its end, and taken as HTML."""

from __future__ import annotations

from dataclasses import replace

WAVES = b"""<title>Controls</title><main><h1>Controls</h1><ul id=list></ul></main><script>
const item = (name) => Object.assign(document.createElement("li"), {textContent: `Control ${name}`});
for (const [wave, at] of [200, 1000, 2500].entries())
  setTimeout(() => { for (let i = 0; i < 5; i++) list.append(item(wave * 5 + i)) }, at);
</script>"""


def test_a_page_that_fills_in_waves_is_complete(browse, site):
    response = browse(site.page("/waves", WAVES))
    assert response.trouble is None
    assert response.payload.count(b"<li>Control") == 15
    assert response.header("x-watcher-settled") == "clock"


def test_a_rendered_page_is_utf_8_html_whatever_was_sent(browse, site):
    url = site.page(
        "/latin", "<p>Änderung".encode("latin-1"), content_type="text/html; charset=latin-1"
    )
    response = browse(url)
    assert response.media_type == "text/html"
    assert "<p>Änderung" in response.payload.decode()
    assert response.fetched_with == "browser"


def test_the_shells_validators_are_not_those_of_what_was_rendered(browse, site):
    response = browse(
        site.page("/page", etag='"shell"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")
    )
    assert response.header("etag") is response.header("last-modified") is None
    assert response.header("content-length") is None


def test_the_way_is_told_with_redirects_by_server_and_by_script(browse, site):
    site.redirect("/old", "/between")
    site.page("/between", b"<script>setTimeout(() => location.replace('/new'), 400)</script>")
    response = browse(site.page("/new") and site.url("/old"))
    assert [(hop.url, hop.status) for hop in response.hops] == [
        (site.url("/old"), 302),
        (site.url("/between"), 200),
    ]
    assert response.final_url == site.url("/new")
    assert b"A policy." in response.payload


def test_an_error_page_keeps_its_status(browse, site):
    response = browse(site.page("/gone", b"<p>Gone.", "410 Gone"))
    assert response.status == 410 and b"Gone." in response.payload


def test_a_screenshot_shows_the_whole_page_once(browse, site):
    url = site.page("/page", b"<p style='height: 4000px'>A policy.</p><p>Its end.</p>")
    response = browse(url)
    assert response.screenshot.startswith(b"\xff\xd8\xff")
    known = replace(browse.known, payload_digest=response.payload_digest)
    again = browse.runner.run(browse.fetcher.fetch(browse.source(url), known))
    assert again.payload == response.payload
    assert again.screenshot == b""


def test_what_follows_the_hash_is_part_of_the_address(browse, site):
    page = b"<main id=m></main><script>m.textContent = 'Shown: ' + location.hash</script>"
    response = browse(site.page("/page", page) + "#/controls")
    assert b"Shown: #/controls</main>" in response.payload
    assert response.final_url == site.url("/page#/controls")
