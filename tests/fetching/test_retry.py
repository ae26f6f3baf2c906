"""When to ask again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.fetching.retry import pause_before, read_retry_after
from watcher.model import Verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("0", 0),
            ("120", 120),
            (" 7 ", 7),
            (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
            ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
            ("Sunday, 01-Mar-26 12:00:10 GMT", 10),
            ("99999999999999999999", 30 * 86_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 30 * 86_400),
        ],
    )
    def test_seconds_and_dates(self, value: str, seconds: int) -> None:
        assert read_retry_after(value, NOW) == timedelta(seconds=seconds)

    @pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "²", "12:00", "Sun, 99 Mar"])
    def test_what_is_neither_says_nothing(self, value: str | None) -> None:
        assert read_retry_after(value, NOW) is None

    @given(st.text())
    @settings(max_examples=200)
    def test_nothing_that_a_server_says_is_an_exception(self, value: str) -> None:
        pause = read_retry_after(value, NOW)
        assert pause is None or timedelta() <= pause <= timedelta(days=30)


def test_pauses_grow_and_are_the_same_every_time() -> None:
    pauses = [pause_before(attempt, 1.0, "https://a.test/") for attempt in (1, 2, 3)]
    assert pauses == [pause_before(attempt, 1.0, "https://a.test/") for attempt in (1, 2, 3)]
    assert 0.75 <= pauses[0] < 1.25 and 1.5 <= pauses[1] < 2.5 and 3 <= pauses[2] < 5
    assert pauses[0] != pause_before(1, 1.0, "https://b.test/")


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Busy", "504 Timeout"])
def test_a_hiccup_is_asked_again(site: Any, look: Any, status: str) -> None:
    url = site.plays(
        "/page", site.message(b"", status), site.message(b"", status), site.message(b"well")
    )
    response = look(url)
    assert (response.status, response.payload) == (200, b"well")
    assert len(site.seen) == 3


def test_at_most_twice(site: Any, look: Any) -> None:
    response = look(site.page("/page", b"busy", "503 Busy"))
    assert (response.status, response.payload, len(site.seen)) == (503, b"busy", 3)


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "500 Error", "429 Slow Down"])
def test_what_will_not_pass_is_not_asked_again(site: Any, look: Any, status: str) -> None:
    look(site.page("/page", status=status))
    assert len(site.seen) == 1


def test_a_broken_connection_is_asked_again(site: Any, look: Any) -> None:
    async def hang_up(writer: Any) -> None:
        writer.close()

    response = look(site.plays("/page", hang_up, site.message(b"well")))
    assert response.payload == b"well"


def test_a_wait_that_fits_the_deadline_is_honoured(site: Any, look: Any) -> None:
    busy = site.message(b"", "429 Slow Down", retry_after="0")
    url = site.plays("/page", busy, site.message(b"well"))
    response = look(url)
    assert response.payload == b"well"
    assert response.retry_after is None


@pytest.mark.parametrize("status", ["429 Slow Down", "503 Busy"])
def test_a_wait_that_does_not_is_left_to_the_schedule(site: Any, look: Any, status: str) -> None:
    response = look(site.page("/page", status=status, retry_after="3600"))
    assert len(site.seen) == 1
    assert response.retry_after == timedelta(hours=1)
    assert response.trouble is None
    assert response.elapsed.total_seconds() < 1


def test_no_retry_outlasts_the_deadline(site: Any, look: Any) -> None:
    response = look(site.url(host="127.0.0.9"), backoff=60.0)
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert response.elapsed.total_seconds() < 1
