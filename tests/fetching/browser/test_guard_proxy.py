"""The address guard holds for everything that a page asks for, however it gets there."""

from __future__ import annotations

import pytest

from watcher.model import Verdict

METADATA = "http://169.254.169.254/latest/meta-data/"


@pytest.fixture(scope="session")
def guarded(start, name_server):
    """A browser with leave to go to 127.0.0.1 as one declared host, and to no other private address."""
    browse = start(name_server, private_hosts={"127.0.0.1"})
    return lambda url: browse(url, allow_private=False)


def test_a_private_address_is_refused(guarded, site):
    response = guarded(site.url(host="127.0.0.2"))
    assert response.trouble.verdict is Verdict.REFUSED
    assert response.trouble.signal == (
        "address: 127.0.0.2 is loopback, where we go only with `allow_private: yes`"
    )
    assert not site.seen


def test_a_redirect_to_a_private_address_is_refused(guarded, site):
    site.page("/inside")
    response = guarded(site.redirect("/out", site.url("/inside", host="127.0.0.2")))
    assert response.trouble.verdict is Verdict.REFUSED
    assert not site.asked("/inside")


@pytest.mark.parametrize(
    "target", [METADATA, "http://[::1]/", "http://2852039166/", "http://0x7f.2/"]
)
def test_failure_08_a_redirect_to_metadata_or_an_address_in_disguise_is_refused(
    guarded, site, target
):
    assert guarded(site.redirect("/out", target)).trouble.verdict is Verdict.REFUSED


def test_a_script_that_leaves_for_a_private_address_finds_no_one(guarded, site):
    site.page("/inside", b"<p>Secret.")
    inside = site.url("/inside", host="127.0.0.2").encode()
    response = guarded(site.page("/page", b"<script>location = '%s'</script>" % inside))
    assert response.trouble.verdict is Verdict.REFUSED
    assert not site.asked("/inside")


def test_failure_08_nothing_that_a_page_names_is_fetched_from_a_private_address(guarded, site):
    inside = site.url("/inside", host="127.0.0.2").encode()
    site.page("/inside", b"<p>Secret.")
    site.redirect("/hop", inside.decode())
    page = b"""<p>A policy.</p><img src=%(u)s><iframe src=%(u)s></iframe><script src=%(u)s></script>
    <link rel=stylesheet href=%(u)s><img src=/hop><script>
    fetch("%(u)s", {mode: "no-cors"}); fetch("/hop", {mode: "no-cors"}); navigator.sendBeacon("%(u)s");
    new WebSocket("%(u)s".replace("http", "ws")); open("%(u)s"); new EventSource("%(u)s");
    new Worker(URL.createObjectURL(new Blob(["fetch('%(u)s')"])))</script>"""
    response = guarded(site.page("/page", page % {b"u": inside}))
    assert response.trouble is None and b"A policy." in response.payload
    assert not site.asked("/inside")
    assert site.asked("/hop")
    assert '"refused": ["127.0.0.2"]' in response.header("x-watcher-journal")


def test_failure_08_a_name_that_changes_its_answer_is_judged_at_every_connection(browse, site):
    browse.names.answers["policy.test"] = [["127.0.0.1"], ["169.254.169.254"]]
    url = site.page(
        "/page", b"<p>A policy.</p><script>fetch('/secret')</script>", connection="close"
    )
    response = browse(url.replace("127.0.0.1", "policy.test"))
    assert b"A policy." in response.payload
    assert not site.asked("/secret")
    assert '"refused": ["policy.test"]' in response.header("x-watcher-journal")


def test_a_name_with_one_good_address_is_reached_there(browse, site):
    browse.names.answers["policy.test"] = [["169.254.169.254", "127.0.0.3"]]
    response = browse(site.page("/page").replace("127.0.0.1", "policy.test"))
    assert response.trouble is None


def test_the_browser_looks_no_name_up_by_itself(browse, site):
    browse(site.page("/page", b"<link rel=dns-prefetch href=//prefetch.test><p>A policy.</p>"))
    assert not browse.names.asked


def test_pages_over_tls_are_tunnelled_and_their_certificates_checked(browse, secure_site):
    response = browse(secure_site)
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert (
        response.trouble.signal
        == "tls: the certificate does not verify (ERR_CERT_AUTHORITY_INVALID)"
    )
