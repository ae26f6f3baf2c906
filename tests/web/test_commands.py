"""`watcher user`, `watcher correct`, `watcher serve`: what they write, and what they refuse."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

from click.testing import CliRunner

from watcher.cli import cli

PASSWORD = "a long enough phrase"


def run(*words: str) -> Any:
    return CliRunner().invoke(cli, words)


def test_accounts_from_the_command_line(world: Any) -> None:
    ledger = ("--ledger", str(world.path))
    made = run("user", "add", "Cleo", "--role", "reader", "--password", PASSWORD, *ledger)
    assert made.exit_code == 0 and "Cleo may sign in now, as reader" in made.output
    cleo = world.client("Cleo")
    assert cleo.send("/undo", {}, seen_on="/people").status_code == 403
    run("user", "role", "Cleo", "reviewer", *ledger)
    assert cleo.send("/undo", {}, seen_on="/people").status_code == 422, "nothing to undo yet"
    token = run("user", "token", "Cleo", *ledger).output.strip()
    machine = world.client()
    machine.headers = {"authorization": f"Bearer {token}"}
    assert machine.get("/api/v1/sources").status_code == 200
    run("user", "close", "Cleo", *ledger)
    assert machine.get("/api/v1/sources").status_code == 401
    assert "closed" in run("user", "list", *ledger).output


def test_a_correction_from_the_command_line(world: Any, page_saying: Any) -> None:
    world.look(page_saying(90), world.clock.at - timedelta(days=1))
    where = ("--ledger", str(world.path), "--sources", str(world.sources_path))
    words = ("acme-api", "retention_days", "45 days", "--name", "Rosa")
    sent = run("correct", *words, "--quote", "We retain API data for 90 days", *where)
    assert sent.exit_code == 0 and "the quote stands on Acme data usage" in sent.output
    refused = run("correct", *words, *where)
    assert refused.exception is not None and "Say where you saw it" in str(refused.exception)


def test_serving_others_has_to_be_meant(world: Any) -> None:
    where = ("--ledger", str(world.path), "--sources", str(world.sources_path))
    refused = run("serve", "--host", "0.0.0.0", *where)
    assert refused.exit_code == 2 and "--url" in refused.output


def test_a_port_that_is_taken_is_said(world: Any) -> None:
    where = ("--ledger", str(world.path), "--sources", str(world.sources_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run("serve", "--port", str(taken.getsockname()[1]), *where)
    assert "Choose another --port" in str(refused.exception)
