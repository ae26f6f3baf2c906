"""Channels from the command line: declared, tried, told at the end of a sweep; and the summary of a CI job."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.conftest import policy

Watcher = Callable[..., Result]

CHANNEL = """notifications:
  bot:
    webhook: {{url: "{url}", secret_env: BOT_SECRET, allow_private: yes}}
    about: [change, health]
"""


class Bot:
    """A program that takes webhooks, or refuses them."""

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.status = 200
        self.url = ""

    @property
    def titles(self) -> list[str]:
        return [each["title"] for told in self.posted for each in told["data"]["notices"]]


@pytest.fixture
def bot(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    told = Bot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(told.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/"
    monkeypatch.setenv("BOT_SECRET", "a secret of the bot")
    with (home / "sources.yaml").open("a") as file:
        file.write(CHANNEL.format(url=told.url))
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def changed(site: Any, watcher: Watcher) -> Callable[[], Result]:
    """Sweep, change the page, and sweep again; give what the second said."""

    def sweep(*options: str) -> Result:
        watcher("sweep")
        site.pages["/data"] = (200, policy(days=90))
        return watcher("sweep", "--all", *options)

    return sweep


def test_a_sweep_tells_at_its_end(
    bot: Bot, changed: Callable[[], Result], watcher: Watcher
) -> None:
    assert changed().exit_code == 0
    assert bot.titles == [
        "[unreviewed] Data policy: Data retention: 30 days → 90 days (and 1 more)"
    ]
    watcher("sweep", "--all")
    assert len(bot.posted) == 1


def test_a_channel_that_fails_is_shown_and_tried_again_when_asked(
    bot: Bot, changed: Callable[[], Result], watcher: Watcher
) -> None:
    bot.status = 410
    result = changed()
    assert result.exit_code == 0, "the sweep is well, and the channel will be tried again"
    assert (
        "channel bot: could not tell 1 notice, will try again: 127.0.0.1: answered 410"
        in result.output
    )

    status = watcher("status")
    assert status.exit_code == 1
    assert "The channel bot fails since" in status.output and "answered 410" in status.output
    listed = json.loads(watcher("notify", "list", "--json").output)
    assert (listed[0]["waiting"], listed[0]["failure"]) == (1, "127.0.0.1: answered 410")

    bot.status = 200
    assert "0 messages sent" in watcher("notify", "send").output, "it rests"
    assert "1 message sent" in watcher("notify", "send", "--again").output
    assert watcher("status").exit_code == 0


def test_a_channel_can_be_tried(bot: Bot, watcher: Watcher, monkeypatch: Any) -> None:
    assert watcher("notify", "test", "bot").output == "channel bot: took it\n"
    assert bot.posted[0]["type"] == "watcher.test"
    assert watcher("notify", "list").exit_code == 0

    monkeypatch.delenv("BOT_SECRET")
    result = watcher("notify", "test", "bot")
    assert (result.exit_code, "BOT_SECRET is not set" in result.output) == (1, True)
    listed = watcher("notify", "list")
    assert (listed.exit_code, "not set: BOT_SECRET" in listed.output) == (1, True)
    unknown = watcher("notify", "test", "bott")
    assert unknown.exit_code == 2


def test_what_would_be_sent_is_shown_and_stays(
    bot: Bot, changed: Callable[[], Result], watcher: Watcher, monkeypatch: Any
) -> None:
    bot.status = 410
    changed()
    result = watcher("notify", "send", "--dry-run")
    assert (
        "To bot, now: [unreviewed] Data policy: Data retention: 30 days → 90 days" in result.output
    )
    assert "nothing was sent or written" in result.output
    (shown,) = json.loads(watcher("notify", "send", "--dry-run", "--json").output)
    assert shown["data"]["data"]["notices"][0]["kind"] == "change"


def test_a_summary_for_a_job(
    home: Path, changed: Callable[..., Result], site: Any, watcher: Watcher, monkeypatch: Any
) -> None:
    monkeypatch.setenv("WATCHER_DESK_URL", "https://desk.example")
    (home / "summary.md").write_text("# What stood there\n\n")
    changed("--summary", "summary.md")
    told = (home / "summary.md").read_text()

    assert told.startswith("# What stood there\n\n## Watcher: 1 change, 0 in trouble\n")
    assert "| ok | 1 |" in told
    assert "### Data policy: Data retention: 30 days → 90 days" in told
    assert "| Retention | 30 days" in told and "| 90 days" in told
    assert "“Customer content is deleted after 30 days" in told
    assert "“Customer content is deleted after 90 days" in told
    assert "[review](<https://desk.example/changes/2>)" in told

    site.pages["/data"] = (403, b"<title>Access denied</title>You have been blocked.")
    watcher("sweep", "--all", "--summary", "trouble.md")
    trouble = (home / "trouble.md").read_text()
    assert "## Watcher: 0 changes, 1 in trouble" in trouble
    assert f"](<{site.base}/data>) | challenge | challenge: titled" in trouble


def test_a_summary_that_cannot_be_written_says_so(home: Path, watcher: Watcher) -> None:
    result = watcher("sweep", "--summary", "no/such/folder/summary.md")
    assert result.exit_code == 2
    assert json.loads(watcher("status", "--json").output)["sources"][0]["verdict"] == "ok"
