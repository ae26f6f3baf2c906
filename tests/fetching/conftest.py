"""A web of our own on loopback: a server that says, byte for byte, what a test wants to hear."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from watcher.fetching.http import HttpFetcher
from watcher.fetching.politeness import Manners, Politeness
from watcher.model import Known, Response, Source, SourceId, SourceKind

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Seen:
    """A request as the server saw it; times are those of time.monotonic."""

    path: str
    headers: dict[str, str]
    started_at: float
    ended_at: float = 0.0


def message(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Give a well-formed answer; header names are written with _ for -."""
    named = {
        "content_type": "text/html; charset=utf-8",
        "content_length": str(len(body)),
        **headers,
    }
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value != "-"]
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines])
    return head.encode("latin-1") + b"\r\n\r\n" + body


@dataclass
class Site:
    """Answers by path, each given in turn, the last one again and again. What is not there is 404."""

    port: int = 0
    answers: dict[str, list[bytes | Play]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    message = staticmethod(message)

    def url(self, path: str = "/page", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(
        self, path: str, body: bytes = b"<p>A policy.</p>", status: str = "200 OK", **headers: str
    ) -> str:
        return self.plays(path, message(body, status, **headers))

    def redirect(self, path: str, target: str, status: str = "302 Found", **headers: str) -> str:
        return self.plays(path, message(b"", status, location=target, **headers))

    def plays(self, path: str, *answers: bytes | Play) -> str:
        self.answers[path] = list(answers)
        return self.url(path)

    def asked(self, path: str) -> list[Seen]:
        return [request for request in self.seen if request.path == path]

    @property
    def most_at_once(self) -> int:
        """The most requests that were being answered at one moment."""
        return max(
            sum(other.started_at <= one.started_at < other.ended_at for other in self.seen)
            for one in self.seen
        )

    def clear(self) -> None:
        self.answers.clear()
        self.seen.clear()
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                first = await reader.readexactly(1)
                if first == b"\x16":  # a TLS hello
                    writer.write(message(b"speak plainly", "400 Bad Request"))
                    return
                head = first + await reader.readuntil(b"\r\n\r\n")
                await self._answer(head.decode("latin-1"), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }
        request = Seen(first.split(" ")[1], headers, time.monotonic())
        self.seen.append(request)
        try:
            answers = self.answers.get(request.path, [message(b"no such page", "404 Not Found")])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
            await writer.drain()
        finally:
            request.ended_at = time.monotonic()


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    """The one server, on 127.0.0.1 to 127.0.0.3, in a thread of its own."""
    site = Site()
    loop = asyncio.new_event_loop()
    started = threading.Event()

    stopped = asyncio.Event()

    async def main() -> None:
        servers = [await asyncio.start_server(site.serve, "127.0.0.1", 0)]
        site.port = servers[0].sockets[0].getsockname()[1]
        for host in ("127.0.0.2", "127.0.0.3"):
            servers.append(await asyncio.start_server(site.serve, host, site.port))
        started.set()
        await stopped.wait()
        for server in servers:
            server.close()

    runner = asyncio.Runner(loop_factory=lambda: loop)

    def run() -> None:
        with runner:
            runner.run(main())

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(5)
    yield site
    loop.call_soon_threadsafe(stopped.set)
    thread.join(5)


@pytest.fixture
def site(server: Site) -> Site:
    """The server with nothing on it."""
    server.clear()
    return server


@dataclass
class Names(AbstractResolver):
    """A name server: addresses by name, each list given in turn, the last one again and again."""

    answers: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self.answers.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture(scope="session")
def name_server() -> Names:
    """One name server for what is started once a session."""
    return Names()


@dataclass
class Looks:
    """Looks at sources with a fetcher that is in no hurry to wait."""

    def source(
        self, url: str, *, allow_private: bool = True, language: str | None = None
    ) -> Source:
        return Source(
            SourceId("page"),
            url,
            "A page",
            SourceKind.OTHER,
            every=timedelta(days=1),
            allow_private=allow_private,
            language=language,
        )

    def fetcher(self, **options: object) -> HttpFetcher:
        manners = Manners(spacing=0.0, robots=False)
        given = {"politeness": Politeness(manners), "deadline": 5.0, "backoff": 0.01, **options}
        return HttpFetcher("Watcher/1.0 (test)", **given)  # type: ignore[arg-type]

    def all(
        self, *looks: tuple[Source, Known] | Source, at_once: bool = False, **options: object
    ) -> list[Response]:
        """Make several looks with one fetcher, one after the other unless `at_once`."""
        pairs = [
            look if isinstance(look, tuple) else (look, Known(SourceId("page"))) for look in looks
        ]

        async def run() -> list[Response]:
            async with self.fetcher(**options) as fetcher:
                if at_once:
                    return list(await asyncio.gather(*(fetcher.fetch(*pair) for pair in pairs)))
                return [await fetcher.fetch(*pair) for pair in pairs]

        return asyncio.run(run())

    def __call__(
        self,
        url: str,
        known: Known | None = None,
        *,
        allow_private: bool = True,
        language: str | None = None,
        **options: object,
    ) -> Response:
        source = self.source(url, allow_private=allow_private, language=language)
        return self.all((source, known or Known(SourceId("page"))), **options)[0]


@pytest.fixture
def look() -> Looks:
    return Looks()
