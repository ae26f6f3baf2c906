"""A policy site, the command line, and a stub of the protocol that a second reader speaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from watcher.cli import cli

DECLARED = """offerings:
  lumen-api: {{name: Lumen API, provider: Lumen Forge, type: API, summary: An API for text.}}
hosts:
  127.0.0.1: {{allow_private: true, spacing: 0s, robots: false}}
sources:
  - {{id: data-policy, url: "{base}/data", title: Data policy, kind: data_usage, offerings: [lumen-api], every: 1d}}
"""
PAGE = """<!doctype html><html lang="en"><head><title>Data policy</title></head><body>
<nav><a href="/">Home of Lumen Forge and of all its products</a></nav><main><h1>Data policy</h1>
<h2>Training</h2><p>We do not use customer content to train our models.</p>
<h2>Retention</h2><p>Customer content is deleted after {days} days, unless the law requires us to keep it longer.</p>
<h2>Security</h2><p>Access to production systems is limited to the staff who need it for their daily work, and
every access is logged and looked at by a second person within a week of the day on which it happened.</p>
{more}</main></body></html>"""


def page(days: int = 30, more: str = "") -> bytes:
    """Give the policy page of some day."""
    return PAGE.format(days=days, more=more).encode()


def claim(key: str, value: object, quote: str, **more: object) -> dict[str, object]:
    """Give a claim as a good answer has it."""
    return {"key": key, "value": value, "quote": quote, **more}


def answer(*claims: object) -> str:
    """Give the text of an answer that lists `claims`."""
    return json.dumps({"claims": claims})


@dataclass
class Stub:
    """A server that answers what it is told; `asked` keeps every request with its path and its key."""

    base: str = ""
    status: int = 200
    content: str = answer()
    raw: bytes | None = None
    location: str = ""
    gate: threading.Event | None = None
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """What it answers to a question."""
        if self.raw is not None:
            return self.raw
        return json.dumps(
            {"choices": [{"message": {"role": "assistant", "content": self.content}}]}
        ).encode()


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, stub.pages.get(self.path, b"nothing"), "text/html; charset=utf-8")

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.asked.append(
                {**asked, "path": self.path, "key": self.headers.get("Authorization")}
            )
            if stub.gate is not None:
                stub.gate.wait(10)
            self._answer(stub.status, stub.body, "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if stub.location:
                self.send_header("Location", stub.location)
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True  # who asked went away, as the tests want it to

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Serve `stub` on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    stub.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        if stub.gate is not None:
            stub.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Stub]:
    """A site with one policy page."""
    with serving(Stub(pages={"/data": page()})) as stub:
        yield stub


@pytest.fixture
def model() -> Iterator[Stub]:
    """A second reader that proposes nothing until it is told what."""
    with serving(Stub()) as stub:
        yield stub


@pytest.fixture
def home(tmp_path: Path, site: Stub, model: Stub, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with declarations of the site, a second reader set, and the command line standing in it."""
    (tmp_path / "sources.yaml").write_text(DECLARED.format(base=site.base))
    monkeypatch.chdir(tmp_path)
    given = {
        "CONFIRM_AFTER": "0",
        "SPACING": "0",
        "READER_URL": f"{model.base}/v1",
        "READER_MODEL": "stub-1",
        "READER_KEY": "a-secret",
        "READER_DEADLINE": "5",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"WATCHER_{name}", value)
    return tmp_path


@pytest.fixture
def ledger_path(home: Path) -> Path:
    """Where the command line keeps its ledger."""
    return home / "snapshots" / "watcher.db"


def watcher(*arguments: str) -> Result:
    """Call the command line in-process; what it raises is the test's failure."""
    result = CliRunner().invoke(cli, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
