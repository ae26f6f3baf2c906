"""A PostgreSQL of the tests' own, and hosts on loopback that remember who asked when."""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from watcher.model import HostRules, Source, SourceId, SourceKind

HOSTS = 8
PAGE = """<!doctype html><html lang="en"><head><title>Terms {name}</title></head><body><main><h1>Terms {name}</h1>
<p>We do not use customer content to train our models, and customer content is deleted after {days} days.</p>
<p>These terms govern how you may use the service and what we owe each other when something goes wrong.</p>
<p>You must be at least 18 years old to use the service, and you must keep your password to yourself.</p>
</main></body></html>"""


def load_private_postgres() -> Any:
    """Give the module of tools/ that runs a server of one's own."""
    path = Path(__file__).resolve().parents[2] / "tools" / "private_postgres.py"
    spec = importlib.util.spec_from_file_location("private_postgres", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A running PostgreSQL, with `dsn`, `kill` and `start`."""
    private = load_private_postgres()
    if private.find("initdb") is None:
        pytest.skip(f"the cluster is NOT tested: no PostgreSQL here. {private.HOW_TO_GET_ONE}")
    with private.PrivatePostgres() as server:
        yield server


_databases = iter(range(1_000_000))


@pytest.fixture
def dsn(postgres: Any) -> str:
    """The address of an empty database."""
    name = f"test{next(_databases)}"
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_conninfo(postgres.dsn, dbname=name)


@dataclass(frozen=True)
class Asked:
    """One request: to which host and path, from when until when."""

    host: str
    path: str
    begun_at: float
    ended_at: float


@dataclass
class Web:
    """Hosts 127.0.0.2 and on, with one page for every path; all that they were asked."""

    port: int = 0
    days: int = 30
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    payloads: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    takes: float = 0.0

    def source(self, host: int, name: str) -> Source:
        """Give the source that is called `name` at one of the hosts."""
        url = f"http://{self.host(host)}:{self.port}/{name}"
        return Source(SourceId(f"h{host}-{name}"), url, name, SourceKind.OFFICIAL_TERMS)

    def host(self, number: int) -> str:
        """Give the name of a host, the first being 0."""
        return f"127.0.0.{number + 2}"

    def rules(self, **rules: Any) -> dict[str, HostRules]:
        """Give rules for all hosts; they may be at private addresses."""
        return {
            self.host(number): HostRules(allow_private=True, **rules) for number in range(HOSTS)
        }

    def pages(self) -> list[Asked]:
        """Give what was asked for besides robots.txt."""
        return [each for each in self.asked if each.path != "/robots.txt"]

    def assert_polite(self, spacing: float) -> None:
        """Hold every host's requests against the spacing: the next begins so long after the last has ended."""
        for number in range(HOSTS):
            of_host = [each for each in self.asked if each.host == self.host(number)]
            for before, after in pairwise(sorted(of_host, key=lambda each: each.begun_at)):
                # Our clock starts when the request is here, theirs when it was sent: some milliseconds.
                gap = after.begun_at - before.ended_at
                assert gap >= spacing - 0.02, f"{before} and {after} are {gap:.3f} s apart"


@pytest.fixture
def web() -> Iterator[Web]:
    """Hosts that answer."""
    told = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            begun_at = time.monotonic()
            if told.takes:
                threading.Event().wait(told.takes)
            status, headers = told.answers.get(self.path, (200, {}))
            page = told.payloads.get(self.path, PAGE)
            payload = (
                page.replace("{name}", self.path[1:]).replace("{days}", str(told.days)).encode()
            )
            if self.path == "/robots.txt" and self.path not in told.payloads:
                status, payload = 404, b""
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(payload)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            host = self.connection.getsockname()[0]
            told.asked.append(Asked(host, self.path, begun_at, time.monotonic()))
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            pass

    servers = []
    for number in range(HOSTS):
        server = ThreadingHTTPServer((told.host(number), told.port), Handler)
        server.daemon_threads = True
        told.port = server.server_port
        servers.append(server)
    threads = [threading.Thread(target=each.serve_forever, args=(0.05,)) for each in servers]
    for thread in threads:
        thread.start()
    yield told
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()
