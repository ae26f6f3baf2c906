"""One browser for all tests here, and looks at pages of our own server with it."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver

from watcher.fetching.browser import BrowserFetcher
from watcher.fetching.politeness import Manners, Politeness
from watcher.model import Known, Response, Source, SourceId, SourceKind

PAGE = SourceId("page")


@dataclass
class Browse:
    """Looks with one browser; `names` answers for hosts that are not addresses."""

    runner: asyncio.Runner
    fetcher: BrowserFetcher
    names: Any
    known: Known = field(default_factory=lambda: Known(PAGE))

    def source(self, url: str, *, allow_private: bool = True, **fields: Any) -> Source:
        every = timedelta(days=1)
        return Source(
            PAGE,
            url,
            "A page",
            SourceKind.OTHER,
            every=every,
            allow_private=allow_private,
            **fields,
        )

    def __call__(self, url: str, **fields: Any) -> Response:
        return self.all([url], **fields)[0]

    def all(self, urls: list[str], *, patience: float = 1.0, **fields: Any) -> list[Response]:
        """Look at several pages at once."""

        async def run() -> list[Response]:
            looks = [
                self.fetcher.fetch(self.source(url, **fields), self.known, patience=patience)
                for url in urls
            ]
            return list(await asyncio.gather(*looks))

        return self.runner.run(run())


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., Browse]]:
    """Starts a fetcher with options of its own; ended with the session, browser and all."""
    with asyncio.Runner() as runner:
        started: list[BrowserFetcher] = []

        def start(resolver: AbstractResolver, **options: Any) -> Browse:
            politeness = Politeness(Manners(spacing=0.0, concurrency=4))
            given = {"politeness": politeness, "deadline": 20.0, "resolver": resolver, **options}
            fetcher = BrowserFetcher("Watcher/1.0 (test)", **given)
            started.append(fetcher)
            return Browse(runner, fetcher, resolver)

        yield start
        for fetcher in started:
            runner.run(fetcher.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def browser(start: Callable[..., Browse], name_server: AbstractResolver) -> Browse:
    """The one browser."""
    return start(name_server)


@pytest.fixture
def browse(browser: Browse) -> Browse:
    """The one browser, with nothing known of any name."""
    browser.names.answers.clear()
    browser.names.asked.clear()
    return browser


@pytest.fixture(scope="session")
def secure_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose certificate nobody vouches for."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    options = "-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", "req", *options.split(" "), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join(5)
    server.server_close()
