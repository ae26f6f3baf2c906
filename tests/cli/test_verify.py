"""`watcher verify` and `watcher restore` as a person types them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Watcher = Callable[..., Result]


def tamper(home: Path, statement: str) -> None:
    """Alter the ledger past Watcher; what refuses it is lifted and put back."""
    raw = sqlite3.connect(home / "snapshots" / "watcher.db", isolation_level=None)
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    for _, sql in triggers:
        raw.execute(sql)
    raw.close()


def test_a_first_day_is_sound_and_its_head_can_be_noted(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    assert watcher("review", "1", "--accept").exit_code == 0
    head = watcher("verify", "--head").output.split()[0]
    assert len(head) == 64

    result = watcher("verify", "--noted", head)
    assert result.exit_code == 0, result.output
    assert head in result.output and "All sound" in result.output
    assert json.loads(watcher("status", "--json").output)["head"]["digest"] == head


def test_a_decision_that_was_altered_is_named(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    watcher("verify", "--head")
    tamper(home, "UPDATE changes SET title = 'nothing of note'")

    result = watcher("verify", "--json")

    assert result.exit_code == 1
    told = json.loads(result.output)
    assert not told["sound"]
    found = told["findings"][0]
    assert (found["table"], found["row"], found["source"]) == ("changes", "1", "data-policy")
    assert "watcher restore" in found["advice"]


def test_a_head_that_is_not_in_the_chain_is_told(watcher: Watcher) -> None:
    watcher("sweep")
    result = watcher("verify", "--noted", "ab" * 32)
    assert result.exit_code == 1
    assert "no seal has the digest" in result.output


def test_a_site_that_shows_what_nobody_decided_is_told(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    assert watcher("review", "1", "--accept").exit_code == 0
    watcher("publish", "site")
    assert watcher("verify", "--site", "site").exit_code == 0

    claims = home / "site" / "data" / "claims.json"
    claims.write_text(claims.read_text().replace('"value":30', '"value":3'))
    result = watcher("verify", "--site", "site")

    assert result.exit_code == 1
    assert "shows retention_days of lumen-api as 3, which no decision gives" in result.output
    assert watcher("verify", "--site", "nowhere").exit_code == 2


def test_a_backup_is_restored_when_it_is_sound(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    watcher("backup", "copy.db")
    assert watcher("restore", "copy.db").exit_code == 3, "what is there is not written over"
    tamper(home, "UPDATE sources SET url = 'https://evil.example/'")
    assert watcher("verify").exit_code == 1

    result = watcher("restore", "copy.db", "--force")

    assert result.exit_code == 0, result.output
    assert "watcher.db.replaced" in result.output
    assert watcher("verify").exit_code == 0


def test_a_proof_is_written_and_its_script_printed(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    assert watcher("review", "1", "--accept").exit_code == 0
    assert "change-1.zip: " in watcher("proof", "1").output
    script = home / "check_proof.py"
    script.write_text(watcher("proof", "--script").output)

    checked = subprocess.run(
        [sys.executable, "-I", str(script), "change-1.zip"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stdout.endswith("All sound.\n"), checked.stdout + checked.stderr
    assert "accept by ada" in checked.stdout
    assert watcher("proof", "99").exit_code == 2
    assert watcher("proof").exit_code == 2
    assert watcher("proof", "1", "-o", "missing/file.zip").exit_code == 2
