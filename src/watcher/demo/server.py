"""The demo's hosts over real HTTP, on loopback, each on a free port of its own."""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from watcher.demo.site import Answer, Site


class LocalHost:
    """A site that answers on 127.0.0.1 as of `day`, which may be set at any time; a context manager.

    While `silent` it closes every connection without a word.
    """

    def __init__(self, site: Site, *, day: int = 1, port: int = 0) -> None:
        self.site = site
        self.day = day
        self.silent = False
        self._counts: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.host = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def base(self) -> str:
        """The address under which the site is reached, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str) -> Answer:
        """Give the answer to the next request for `path`."""
        with self._lock:
            self._counts[path, self.day] += 1
            request = self._counts[path, self.day]
        return self.site.answer(path, self.day, request, self.base)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    host: LocalHost


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 with kept connections, like the sites that Watcher meets."""

    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        if self.server.host.silent:
            self.close_connection = True
            return
        answer = self.server.host.answer(urlsplit(self.path).path)
        etag = next((value for name, value in answer.headers if name == "ETag"), None)
        if etag and self.headers.get("If-None-Match") == etag:
            answer = Answer(304, answer.headers, b"")
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.payload)))
        self.end_headers()
        self.wfile.write(answer.payload)

    def version_string(self) -> str:
        return "demo"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the story speaks for the demo."""
