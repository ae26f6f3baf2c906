"""The address guard for a browser: a proxy on loopback through which a page reaches everything, or nothing.

A browser looks names up by itself, follows redirects by itself and loads what a page names. So it is given no way
out but this proxy, one for each look: the proxy looks names up, connects only to addresses that the guard allows,
and to exactly the address that it checked. A name that answers differently the next time gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from contextlib import suppress
from ipaddress import ip_address
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver

from watcher.fetching.guard import GuardedResolver, objection, refusal
from watcher.fetching.trouble import Trouble, translate

_LONGEST_HEAD = 262_144
_PIECE = 65_536
_CONNECT_WITHIN = 15.0
_PER_HOP = ("connection:", "proxy-connection:", "keep-alive:", "proxy-authorization:")
_BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_TUNNEL_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wanted(NamedTuple):
    """Where one request is to go, and what to say there first."""

    host: str
    port: int
    head: bytes
    """What is passed on instead of the head that the browser sent; empty for a tunnel."""


class GuardProxy:
    """A proxy for one look, listening on loopback while it is entered.

    With `allow_private` any host may be at a private address, else only those in `private_hosts`. `most` is how
    many bytes may come in during the look. `troubles` tells by host why it could not be reached, `received` the
    bytes that came in.
    """

    def __init__(
        self,
        resolver: AbstractResolver,
        *,
        allow_private: bool,
        private_hosts: Collection[str] = (),
        most: int,
    ) -> None:
        self._resolver = resolver
        self._allow_private = allow_private
        self._private_hosts = private_hosts
        self._most = most
        self._tasks: set[asyncio.Task[None]] = set()
        self.troubles: dict[str, Trouble] = {}
        self.received = 0

    @property
    def address(self) -> str:
        """Where the browser finds the proxy."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_over(self) -> bool:
        """Whether more came in than one look may take; nothing more is let through then."""
        return self.received > self._most

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        self._port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # the server runs this as a task
        self._tasks.add(task)
        try:
            await self._pass(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # either side hung up, or spoke no HTTP: the other notices by the closed connection
        except asyncio.CancelledError:
            pass  # the look is over; asyncio would report the cancelled connection as an accident
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one request on: a tunnel stays open both ways, plain HTTP is answered once."""
        head = await reader.readuntil(b"\r\n\r\n")
        wanted = _wanted(head)
        there = await self._reach(wanted.host, wanted.port)
        if there is None:
            writer.write(_BAD_GATEWAY)
            await writer.drain()
            return
        try:
            if wanted.head:
                there[1].write(wanted.head)
                writer.write(_closing(await there[0].readuntil(b"\r\n\r\n")))
            else:
                writer.write(_TUNNEL_OPEN)
            await self._both_ways((reader, writer), there)
        finally:
            there[1].close()

    async def _both_ways(self, here: Streams, there: Streams) -> None:
        """Carry bytes until what we reached has said all."""
        out = asyncio.ensure_future(_carry(here[0], there[1]))
        try:
            await self._bring(there[0], here[1])
        finally:
            out.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await out

    async def _bring(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self.is_over and (piece := await reader.read(_PIECE)):
            self.received += len(piece)
            writer.write(piece)
            await writer.drain()

    async def _reach(self, host: str, port: int) -> Streams | None:
        """Connect to an address of `host` that the guard allows; note the trouble when there is none."""
        if self.is_over:
            return None
        try:
            async with asyncio.timeout(_CONNECT_WITHIN):
                return await self._connect(host, port)
        except Trouble as trouble:
            self.troubles[host] = trouble
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            self.troubles[host] = translate(error)
        return None

    async def _connect(self, host: str, port: int) -> Streams:
        refusal: OSError | None = None
        for address in await self._addresses(host, port):
            try:
                return await asyncio.open_connection(address, port, limit=_LONGEST_HEAD)
            except OSError as error:
                refusal = error
        raise refusal or socket.gaierror(socket.EAI_NONAME, "no address")

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Give the addresses of `host` that may be connected to. Raises AddressRefused."""
        is_open = self._allow_private or host in self._private_hosts
        try:
            ip_address(host)
        except ValueError:
            guarded = GuardedResolver(self._resolver, allow_private=is_open)
            answers = await guarded.resolve(host, port, socket.AF_UNSPEC)
            return [answer["host"] for answer in answers]
        why = objection(host, allow_private=is_open)
        if why is not None:
            raise refusal(f"{host} is {why}", host)
        return [host]


def _wanted(head: bytes) -> Wanted:
    """Read where a request is to go. Raises ValueError when it does not say so as a proxy is told."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, version = first.split(" ")
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        return Wanted(_bare(host), int(port), b"")
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(target)
    path = target.partition("://")[2].partition("/")[2]
    kept = [line for line in lines if not line.lower().startswith(_PER_HOP)]
    text = "\r\n".join([f"{method} /{path} {version}", *kept, "Connection: close"])
    return Wanted(_bare(parts.hostname), parts.port or 80, f"{text}\r\n\r\n".encode("latin-1"))


def _bare(host: str) -> str:
    return host.removeprefix("[").removesuffix("]").rstrip(".").lower()


def _closing(head: bytes) -> bytes:
    """Give the head of an answer, saying that the connection serves no other request."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not line.decode("latin-1").lower().startswith(_PER_HOP)]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n"


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(_PIECE):
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
