"""`watcher claims`: what is stated now, what was stated then, and how one claim came to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import Result

Watcher = Callable[..., Result]


@pytest.fixture
def grown(watcher: Watcher, site: Any) -> Watcher:
    """The command line after two sweeps: the retention period grew in between."""
    watcher("sweep")
    status, page = site.pages["/data"]
    site.pages["/data"] = (status, page.replace(b"after 30 days", b"after 60 days"))
    watcher("sweep", "--all")
    return watcher


def test_claims_say_when_they_were_checked_and_that_they_are_not_stale(grown: Watcher) -> None:
    claims = json.loads(grown("claims", "lumen-api", "--json").output)
    retention = next(each for each in claims if each["claim"] == "retention_days")
    assert (retention["value"], retention["stale"]) == (60, False)
    assert retention["checked_at"].startswith(f"{datetime.now(UTC):%Y-}")


def test_claims_as_of_a_day_are_those_that_were_known_then(grown: Watcher) -> None:
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    assert json.loads(grown("claims", "lumen-api", "--as-of", yesterday, "--json").output) == []
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    claims = json.loads(grown("claims", "data-policy", "--as-of", today, "--json").output)
    assert {each["value"] for each in claims if each["claim"] == "retention_days"} == {60}


def test_the_history_of_a_claim_names_every_value_with_its_cause(grown: Watcher) -> None:
    rows = json.loads(grown("claims", "lumen-api", "--history", "retention_days", "--json").output)
    assert [(row["value"], row["cause"], row["ended_cause"]) for row in rows] == [
        (30, "observed", "observed"),
        (60, "observed", None),
    ]
    assert rows[0]["seen_until"] == rows[1]["seen_from"]
    assert "60 days" in rows[1]["quote"]
    told = grown("claims", "lumen-api", "--history", "retention_days").output
    assert "observed" in told and "stands" in told


def test_history_needs_a_key_and_no_day(grown: Watcher) -> None:
    assert grown("claims", "lumen-api", "--history", "retention").exit_code == 2
    both = grown("claims", "lumen-api", "--history", "retention_days", "--as-of", "2026-01-01")
    assert both.exit_code == 2
