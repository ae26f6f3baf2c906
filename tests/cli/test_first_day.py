"""A first day with Watcher, command by command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

from watcher.ledger import Ledger

Watcher = Callable[..., Result]


def test_a_sweep_looks_records_and_says_so_in_one_line(watcher: Watcher) -> None:
    result = watcher("sweep")

    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == (
        "1 source looked at, 1 new for review, 0 in trouble; 1 waiting for a review"
    )


def test_what_is_not_due_is_left_alone(watcher: Watcher, site: Any) -> None:
    watcher("sweep")
    site.asked.clear()

    assert watcher("sweep").output.startswith("0 sources looked at")
    assert not site.asked
    assert watcher("sweep", "--source", "data-policy").output.startswith("1 source looked at")


def test_a_dry_run_fetches_and_writes_nothing(watcher: Watcher, site: Any, home: Path) -> None:
    result = watcher("sweep", "--dry-run")

    assert "data-policy" in result.output
    assert not site.asked
    assert not (home / "snapshots").exists()


def test_from_a_change_to_an_entry_and_a_feed(watcher: Watcher, site: Any) -> None:
    watcher("sweep")
    assert watcher("review", "1", "--accept").output == "Change 1 is accepted.\n"
    site.pages["/data"] = (200, _policy(site, "30 days", "90 days"))

    swept = watcher("sweep", "--all")
    shown = watcher("show", "2")
    assert swept.exit_code == 0
    assert "change 2" in swept.output
    assert "30 days" in shown.output and "90 days" in shown.output

    before = json.loads(watcher("entry", "lumen-api", "--json").output)
    watcher("review", "2", "--accept")
    after = json.loads(watcher("entry", "lumen-api", "--json").output)
    assert "30" in json.dumps(before)
    assert "90" in json.dumps(after)

    readers = ElementTree.fromstring(watcher("feed", "--reviewed").output)
    assert len(readers.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    told = json.loads(watcher("feed", "--format", "json").output)
    assert len(told["items"]) == 1


def _policy(site: Any, old: str, new: str) -> bytes:
    page: bytes = site.pages["/data"][1]
    return page.replace(old.encode(), new.encode())


def test_an_error_page_answered_with_200_is_trouble_and_no_change(
    watcher: Watcher, site: Any
) -> None:
    watcher("sweep")
    error = b"<html><head><title>Error</title></head><body><h1>Application error</h1></body></html>"
    site.pages["/data"] = (200, error)

    result = watcher("sweep", "--all")

    assert result.exit_code == 1
    assert "data-policy: error_page" in result.output
    assert "0 new for review" in result.output


def test_review_asks_decides_and_undoes(watcher: Watcher) -> None:
    watcher("sweep")

    decided = watcher("review", typed="d\na\n")
    undone = watcher("review", "--undo")

    assert "Change 1 is dismissed." in decided.output
    assert undone.output == "Change 1 is open.\n"


def test_review_amends_a_value_and_refuses_one_that_cannot_be(watcher: Watcher) -> None:
    watcher("sweep")

    refused = watcher("review", "1", "--amend", "training_use_of_input=perhaps")
    amended = watcher("review", "1", "--amend", "retention_days=60 days")
    entry = json.loads(watcher("entry", "lumen-api", "--json").output)

    assert refused.exit_code == 2
    assert "perhaps" in str(refused.exception)
    assert amended.output == "Change 1 is amended.\n"
    assert "60" in json.dumps(entry)


def test_review_in_a_row_asks_again_when_a_key_means_nothing(watcher: Watcher) -> None:
    watcher("sweep")

    result = watcher("review", typed="x\na\n")

    assert "Change 1 is accepted." in result.output
    assert "1 decided, 0 waiting." in result.output


def test_status_is_an_alarm_when_something_is_overdue(watcher: Watcher, site: Any) -> None:
    page = site.pages.pop("/data")
    watcher("sweep")
    overdue = watcher("status")
    site.pages["/data"] = page
    watcher("sweep", "--all")

    assert overdue.exit_code == 1
    assert "overdue" in overdue.output
    fine = watcher("status")
    assert fine.exit_code == 0, fine.output


@pytest.mark.parametrize(
    "command",
    [
        ("changes", "--json"),
        ("show", "1", "--json"),
        ("status", "--json"),
        ("claims", "lumen-api", "--json"),
        ("entry", "lumen-api", "--json"),
        ("noise", "data-policy", "--json"),
        ("vocabulary", "--json"),
        ("schema",),
        ("lint", "--json"),
        ("try", "data-policy", "--json"),
    ],
)
def test_every_read_command_speaks_json(watcher: Watcher, command: tuple[str, ...]) -> None:
    watcher("sweep")

    json.loads(watcher(*command).output)


def test_a_dismissal_teaches_only_when_a_person_says_so(watcher: Watcher, site: Any) -> None:
    watcher("sweep")
    hint = b"<p>Members of our panel met again in the autumn to look at how this page reads to them.</p>"
    page = site.pages["/data"][1]
    site.pages["/data"] = (200, page.replace(b"<h2>Security", hint + b"<h2>Security"))
    assert "change 2" in watcher("sweep", "--all").output
    dismissed = watcher("review", "2", "--dismiss", "cosmetic")

    proposed = watcher("noise", "data-policy", "--propose", "2")
    before = watcher("noise", "data-policy", "--json").output
    applied = watcher("noise", "data-policy", "--apply", "2")
    taken_back = watcher("noise", "data-policy", "--undo", "1")

    assert "watcher noise data-policy --propose 2" in dismissed.output
    assert "would have silenced 1 change (2)" in proposed.output
    assert json.loads(before)["rules"] == []
    assert "Laid down" in applied.output and "Taken back" in taken_back.output


def test_explain_names_the_rule_and_the_sentence(watcher: Watcher) -> None:
    watcher("sweep")

    assert "train" in watcher("explain", "data-policy", "training_use_of_input").output


def test_try_saves_nothing(watcher: Watcher, home: Path) -> None:
    result = watcher("try", "data-policy")

    assert result.exit_code == 0
    assert "retention_days" in result.output
    assert not (home / "snapshots").exists()


def test_init_writes_declarations_that_lint_clean_and_overwrites_nothing(
    watcher: Watcher, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"

    assert watcher("init", str(fresh)).exit_code == 0
    assert watcher("lint", "--sources", str(fresh / "sources.yaml")).exit_code == 0
    assert watcher("init", str(fresh)).exit_code != 0


def test_a_folder_that_declares_nothing_yet_says_how_to_begin(
    watcher: Watcher, tmp_path: Path
) -> None:
    assert watcher("init", str(tmp_path / "new")).output.endswith(
        "Next: `watcher add URL`, then `watcher sweep`.\n"
    )
    declared = ["--sources", str(tmp_path / "new/sources.yaml")]

    swept = watcher("sweep", *declared, "--ledger", str(tmp_path / "new/watcher.db"))

    assert swept.exit_code == 0
    assert "`watcher add URL`" in swept.output
    assert "`watcher add URL`" in watcher("lint", *declared).output


def test_what_closed_by_itself_asks_for_no_decision(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    with Ledger.open(home / "snapshots/watcher.db") as ledger:
        ledger.changes.close(1, datetime.now(UTC), "the source is well again")

    for arguments in (["--accept"], []):
        refused = watcher("review", "1", *arguments)
        assert refused.exit_code == 2
        assert "asks for no decision: the source is well again" in str(refused.exception)
