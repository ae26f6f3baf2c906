"""What was not looked at for too long is told at the desk, and to Prometheus."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from watcher.ledger import Ledger
from watcher.model import SourceId, Verdict


@pytest.fixture
def watched(world: Any) -> Any:
    """A desk all of whose sources were seen well an hour ago."""
    fare(world, "", hours=1)
    return world


def fare(world: Any, only: str, hours: int, verdict: Verdict = Verdict.UNCHANGED) -> None:
    """Have sources be seen well so many hours ago, and looked at just now where the verdict is no good one."""
    now = world.clock()

    def write(ledger: Ledger) -> None:
        for name in [SourceId(only)] if only else list(ledger.sources.declared()):
            known, seen = ledger.sources.known(name), now - timedelta(hours=hours)
            looked = seen if verdict.is_good else now
            ledger.sources.update(
                replace(known, last_check_at=looked, last_good_at=seen, last_verdict=verdict)
            )

    world.write(write)


def test_there_is_no_alarm_while_all_is_well(watched: Any, ada: Any) -> None:
    assert 'role="alert"' not in ada.get("/queue").text + ada.get("/sources").text


@pytest.mark.parametrize("path", ["/queue", "/sources"])
def test_a_source_not_seen_well_for_too_long_is_an_alarm(watched: Any, ada: Any, path: str) -> None:
    fare(watched, "acme-data", hours=30 * 24, verdict=Verdict.BLOCKED)

    page = ada.get(path).text
    assert page.count('role="alert"') == 1
    assert "not seen well since" in page and "The last look said: blocked." in page


@pytest.mark.parametrize("path", ["/queue", "/sources"])
def test_a_schedule_that_stands_still_speaks_for_all(watched: Any, ada: Any, path: str) -> None:
    fare(watched, "", hours=60 * 24)

    page = ada.get(path).text
    assert page.count('role="alert"') == 1
    assert "Nothing was looked at since" in page


def test_a_source_in_trouble_for_too_long_says_so_in_the_list(watched: Any, ada: Any) -> None:
    fare(watched, "acme-data", hours=1, verdict=Verdict.BLOCKED)
    assert "overdue" not in ada.get("/sources").text

    fare(watched, "acme-data", hours=30 * 24, verdict=Verdict.BLOCKED)
    assert '<span class="pill bad">overdue</span>' in ada.get("/sources").text


def test_the_desk_tells_prometheus_what_it_is_asked_with_an_account(watched: Any, ada: Any) -> None:
    fare(watched, "acme-data", hours=30 * 24, verdict=Verdict.BLOCKED)

    answer = ada.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'watcher_overdue{what="source"} 1' in answer.text.splitlines()
    assert watched.client().get("/metrics").status_code in (303, 401, 403)
