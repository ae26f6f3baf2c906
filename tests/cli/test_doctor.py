"""`watcher doctor` says what is ill, and the command that mends it."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from tests.ledger import sound

from watcher.doctor import skew_of
from watcher.ledger import Ledger
from watcher.ledger.lock import sweeper, sweeping
from watcher.model import Channel, Chat, Digest, Snapshot, SourceId

Watcher = Callable[..., Result]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen(watcher: Watcher) -> dict[str, dict[str, Any]]:
    """Give what the doctor sees, by what it is of."""
    told = json.loads(watcher("doctor", "--json").output)
    return {each["of"]: each for each in told["seen"]}


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_BROWSER", "/nowhere/chromium")


def test_all_is_well_after_a_first_sweep(watcher: Watcher) -> None:
    watcher("sweep")
    result = watcher("doctor")
    assert result.exit_code == 0, result.output
    for of in ("declarations", "ledger", "schedule", "clock", "disk", "network", "browser"):
        assert f"well  {of}: " in result.output


@pytest.mark.usefixtures("no_browser")
def test_before_the_first_sweep_it_says_how_to_begin(watcher: Watcher, home: Path) -> None:
    told = seen(watcher)
    assert told["ledger"]["state"] == "ill"
    assert "watcher sweep" in told["ledger"]["mend"]
    (home / "sources.yaml").unlink()
    assert "watcher init" in seen(watcher)["declarations"]["mend"]


@pytest.mark.usefixtures("no_browser")
def test_wrong_declarations_are_counted(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    (home / "sources.yaml").write_text("offerings: {}\nsources: 7\n")
    told = seen(watcher)
    assert told["declarations"]["state"] == "ill"
    assert "watcher lint" in told["declarations"]["mend"]
    assert told["ledger"]["state"] == "well"


@pytest.mark.usefixtures("no_browser")
def test_a_host_that_takes_no_connection_is_named(watcher: Watcher, home: Path, site: Any) -> None:
    watcher("sweep")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    declared = (home / "sources.yaml").read_text()
    (home / "sources.yaml").write_text(declared.replace(site.base, f"http://127.0.0.1:{port}"))
    told = seen(watcher)
    assert told["network"]["state"] == "ill"
    assert f"takes no connection at port {port}" in told["network"]["what"]


@pytest.mark.usefixtures("no_browser")
def test_an_address_that_is_never_visited_is_not_asked(
    watcher: Watcher, home: Path, site: Any
) -> None:
    watcher("sweep")
    declared = (home / "sources.yaml").read_text()
    (home / "sources.yaml").write_text(declared.replace("allow_private: true, ", ""))
    before = len(site.asked)
    assert "which is never visited" in seen(watcher)["network"]["what"]
    assert len(site.asked) == before


@pytest.mark.usefixtures("no_browser")
def test_a_missing_browser_matters_when_a_source_needs_one(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    assert seen(watcher)["browser"]["state"] == "note"
    assert watcher("doctor").exit_code == 0
    declared = (home / "sources.yaml").read_text()
    (home / "sources.yaml").write_text(declared + "    fetch: browser\n")
    assert seen(watcher)["browser"]["state"] == "ill"
    assert watcher("doctor").exit_code == 1


@pytest.mark.usefixtures("no_browser")
def test_a_damaged_ledger_is_told_with_the_way_to_mend_it(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    path = home / "snapshots" / "watcher.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 9] = bytes(4096 * 6)
    path.write_bytes(content)
    told = seen(watcher)["ledger"]
    assert told["state"] == "ill"
    assert "watcher restore" in told["mend"]


@pytest.mark.usefixtures("no_browser")
def test_a_ledger_of_another_watcher_is_told_with_what_brings_them_together(
    watcher: Watcher, home: Path
) -> None:
    path = home / "snapshots" / "watcher.db"
    path.parent.mkdir(exist_ok=True)
    sound.of_version(5, path)
    told = seen(watcher)["ledger"]
    assert (told["state"], told["mend"]) == ("note", "`watcher status` brings it up to date")
    assert watcher("status").exit_code in (0, 1)
    assert seen(watcher)["ledger"]["state"] == "well"
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    told = seen(watcher)["ledger"]
    assert told["state"] == "ill"
    assert "--upgrade" in told["mend"]


@pytest.mark.usefixtures("no_browser")
def test_a_clock_that_is_behind_the_last_look_is_told(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=3)):
        told = seen(watcher)["clock"]
    assert told["state"] == "ill"
    assert "the last look was at" in told["what"]
    assert "timedatectl" in told["mend"]


@pytest.mark.usefixtures("no_browser")
def test_a_sweep_that_hangs_is_told_with_its_process(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    with (
        sweeping(home / "snapshots" / "watcher.db"),
        time_machine.travel(datetime.now(UTC) + timedelta(days=30)),
    ):
        told = seen(watcher)["schedule"]
    assert told["state"] == "ill"
    assert f"kill {os.getpid()}" in told["mend"]


@pytest.mark.usefixtures("no_browser")
def test_a_channel_that_fails_is_told(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    channel = Channel("chat", Chat("CHAT_URL"))
    with Ledger.open(home / "snapshots" / "watcher.db") as ledger:
        ledger.channels.sync([channel], NOON)
        (state,) = ledger.channels.all()
        ledger.channels.update(replace(state, failing_since=NOON, failure="it answered 500"))
    told = seen(watcher)["channels"]
    assert told["state"] == "ill"
    assert "fails since 2026-03-01 12:00 UTC: it answered 500" in told["what"]
    assert "watcher notify test chat" in told["mend"]


def answered(date: str, **more: str) -> Snapshot:
    headers = (("Date", date), *more.items())
    return Snapshot(
        SourceId("data"),
        NOON,
        Digest("0" * 64),
        "text/html",
        "https://acme.example/",
        True,
        headers=headers,
    )


def test_a_clock_is_held_against_what_servers_say() -> None:
    assert skew_of(answered("Sun, 01 Mar 2026 12:05:00 GMT")) == timedelta(minutes=5)
    assert skew_of(answered("Sun, 01 Mar 2026 11:00:00 GMT", Age="3600")) == timedelta()
    assert skew_of(answered("Sun, 01 Mar 2026 12:00:00 -0000")) == timedelta()
    for odd in ("yesterday", "", "Sun, 99 Mar 2026 12:00:00 GMT"):
        assert skew_of(answered(odd)) is None
    assert skew_of(answered("Sun, 01 Mar 2026 11:00:00 GMT", Age="old")) is None


def test_who_sweeps_is_told_without_taking_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    assert sweeper(path) is None
    with sweeping(path):
        assert sweeper(path) is not None
    assert sweeper(path) is None
