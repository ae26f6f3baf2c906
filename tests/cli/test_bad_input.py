"""What cannot work says so, names the thing and the remedy, and changes nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from watcher.ledger import Ledger

Watcher = Callable[..., Result]


def message(result: Result) -> str:
    return str(result.exception) + result.output


def test_declarations_that_are_wrong_stop_the_sweep_before_it_fetches(
    watcher: Watcher, home: Path, site: Any
) -> None:
    declared = home / "sources.yaml"
    declared.write_text(declared.read_text().replace("every: 1d", "intervall: 1d\n    evry: 2d"))

    result = watcher("sweep")

    assert result.exit_code == 2
    assert "sources.yaml:15" in message(result) and "sources.yaml:16" in message(result)
    assert "every" in message(result)
    assert not site.asked


def test_a_ledger_that_is_no_ledger(watcher: Watcher, home: Path) -> None:
    (home / "notes.db").write_text("milk, bread, and a great deal of tea for the office\n" * 40)

    result = watcher("sweep", "--ledger", "notes.db")

    assert result.exit_code == 3
    assert "notes.db" in message(result)


def test_a_ledger_of_a_newer_version(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    with sqlite3.connect(home / "snapshots/watcher.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()

    result = watcher("changes")

    assert result.exit_code == 3
    assert "newer" in message(result)


def test_no_ledger_yet(watcher: Watcher) -> None:
    result = watcher("changes")

    assert result.exit_code == 3
    assert "watcher sweep" in message(result)


def test_a_second_sweep_at_the_same_time(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    with Ledger.open(home / "snapshots/watcher.db") as held, held.sweeping():
        result = watcher("sweep", "--all")

    assert result.exit_code == 4


@pytest.mark.parametrize(
    "command",
    [
        ("show", "999"),
        ("entry", "lumen-apy"),
        ("claims", "nobody"),
        ("noise", "nothing"),
        ("explain", "data-policy", "no_such_key"),
        ("try", "neither-source-nor-url"),
        ("review", "999", "--accept"),
        ("review", "--undo"),
        ("replay", "no-such-folder"),
    ],
)
def test_what_is_not_there_is_named(watcher: Watcher, command: tuple[str, ...]) -> None:
    watcher("sweep")

    result = watcher(*command)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert len(message(result)) > 20


def test_a_rule_pack_that_is_wrong_is_told_with_its_lines(watcher: Watcher, home: Path) -> None:
    pack = home / "rules.yaml"
    pack.write_text("rulez:\n  - key: retention_days\n")

    result = watcher("lint", "--rules", "rules.yaml")

    assert result.exit_code == 2
    assert "rules.yaml:2" in message(result)


def test_a_setting_that_is_no_number(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_DEADLINE", "soon")

    result = watcher("sweep")

    assert result.exit_code == 2
    assert "WATCHER_DEADLINE" in message(result)


@pytest.mark.parametrize(
    ("payload", "verdict"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 but then nothing of the kind", "unreadable"),
        (b"<div>" * 10_000 + b"deep", "empty"),
        (b"\x00" * 5_000, "empty"),
    ],
)
def test_payloads_that_cannot_be_read(
    watcher: Watcher, site: Any, payload: bytes, verdict: str
) -> None:
    site.pages["/data"] = (200, payload)

    result = watcher("sweep")

    assert result.exit_code == 1
    assert f"data-policy: {verdict}" in result.output


def test_one_source_that_fails_does_not_stop_the_others(
    watcher: Watcher, home: Path, site: Any
) -> None:
    declared = home / "sources.yaml"
    gone = (
        f"  - {{id: gone, url: '{site.base}/gone', title: Gone, kind: other, offerings: [lumen-api]}}\n"
        "  - {id: deaf, url: 'http://127.0.0.1:9/x', title: Deaf, kind: other, offerings: [lumen-api]}\n"
    )
    declared.write_text(declared.read_text() + gone)

    result = watcher("sweep")

    assert result.exit_code == 1
    assert "gone: " in result.output and "deaf: unreachable" in result.output
    assert "3 sources looked at, 1 new for review, 2 in trouble" in result.output


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    heavy = "httpx|pydantic|sqlite_utils|deepdiff|rich|selectolax|playwright|bs4|jinja2|apscheduler"
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "watcher", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in loaded.splitlines()}

    assert not names & set(heavy.split("|"))
