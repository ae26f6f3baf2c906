from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from watcher.demo.facts import LIST_MOVES
from watcher.demo.server import LocalHost
from watcher.demo.site import NEW_LIST, OLD_LIST, Site


@pytest.fixture
def host(provider: Site) -> Iterator[LocalHost]:
    with LocalHost(provider) as running:
        yield running


@pytest.fixture
def web(host: LocalHost) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=host.base, trust_env=False) as client:
        yield client


def test_it_serves_the_page_of_the_day(host: LocalHost, web: httpx.Client) -> None:
    assert "30 days in order" in web.get("/policies/api-data-usage").text
    host.day = 5
    assert "90 days in order" in web.get("/policies/api-data-usage?ref=mail").text


def test_the_second_request_of_a_day_is_noisier_than_the_first(web: httpx.Client) -> None:
    first, second = web.get("/trust"), web.get("/trust")
    assert first.status_code == second.status_code == 200
    assert first.content != second.content


def test_files_are_confirmed_without_being_sent_again(web: httpx.Client) -> None:
    first = web.get("/policies/lumen-dpa.pdf")
    again = web.get("/policies/lumen-dpa.pdf", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_moved_page_leads_to_its_new_address(host: LocalHost, web: httpx.Client) -> None:
    host.day = LIST_MOVES
    response = web.get(OLD_LIST, follow_redirects=True)
    assert str(response.url) == host.base + NEW_LIST
    assert "Brightwater" in response.text


def test_a_silent_host_closes_without_a_word(host: LocalHost, web: httpx.Client) -> None:
    host.silent = True
    with pytest.raises(httpx.RemoteProtocolError):
        web.get("/trust")
    host.silent = False
    assert web.get("/trust").status_code == 200
