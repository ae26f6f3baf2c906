"""A site on loopback that says what it is told, a folder that declares it, and the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watcher.cli import cli
from watcher.errors import WatcherError

POLICY = """<!doctype html><html lang="en"><head><title>Data policy</title></head><body>
<nav><a href="/">Home</a></nav><main><h1>Data policy</h1><p>Last updated: {updated}</p>
<h2>Training</h2><p>We do not use customer content to train our models.</p>
<h2>Retention</h2><p>Customer content is deleted after {days} days, unless the law requires us to keep it longer.</p>
<h2>Security</h2><p>Access to production systems is limited to the staff who need it for their daily work, and
every access is logged and looked at by a second person within a week of the day on which it happened.</p>
</main><footer><p>© 2026 Lumen Forge</p></footer></body></html>"""

DECLARED = """offerings:
  lumen-api:
    name: Lumen API
    provider: Lumen Forge
    type: API
    summary: An API for text.
hosts:
  127.0.0.1: {{allow_private: true, spacing: 0s, robots: false}}
sources:
  - id: data-policy
    url: {base}/data
    title: Data policy
    kind: data_usage
    offerings: [lumen-api]
    every: 1d
"""


def policy(days: int = 30, updated: str = "January 5, 2026") -> bytes:
    """Give the policy page as it is on some day."""
    return POLICY.format(days=days, updated=updated).encode()


@dataclass
class Site:
    """Pages by path: status and payload; a path that is not there is a 404. `types` are media types other than HTML."""

    base: str = ""
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with one policy page."""
    told = Site(pages={"/data": (200, policy())})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(dict(self.headers))
            status, payload = told.pages.get(self.path, (404, b"not here"))
            self.send_response(status)
            kind = told.types.get(self.path, "text/html; charset=utf-8")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with declarations of the site, which the command line stands in."""
    (tmp_path / "sources.yaml").write_text(DECLARED.format(base=site.base))
    monkeypatch.chdir(tmp_path)
    for name, value in {"CONFIRM_AFTER": "0", "SPACING": "0", "REVIEWER": "ada"}.items():
        monkeypatch.setenv(f"WATCHER_{name}", value)
    return tmp_path


Watcher = Callable[..., Result]


@pytest.fixture
def watcher(home: Path) -> Watcher:
    """The command line, called in-process; what Watcher raises on purpose is its exit code."""

    def call(*arguments: str, typed: str | None = None) -> Result:
        result = CliRunner().invoke(cli, arguments, input=typed)
        if isinstance(result.exception, WatcherError):
            result.exit_code = result.exception.exit_code
        elif result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call
