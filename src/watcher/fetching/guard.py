"""Which addresses may be reached: checked where the connection is made, not where the address is written.

A name can resolve to anything, and to something else a moment later. So the answer of the name server is filtered,
and the socket is only made for an address that passes; what was checked is what is connected to. A host written as
an address never meets a name server, but always meets the socket.

Two pools of connections are kept, one for what anyone may reach and one that may also go to private addresses, so
that a connection made for a source with `allow_private` never serves one without.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from watcher.errors import FetchError

_METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.169.253",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
"""Where clouds tell a machine its own secrets; some stand in public or in private ranges."""

_V4 = tuple(
    (ip_network(text), what)
    for text, what in (
        ("127.0.0.0/8", "loopback"),
        ("10.0.0.0/8", "private"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("100.64.0.0/10", "shared"),
        ("169.254.0.0/16", "link-local"),
        ("0.0.0.0/8", "unspecified"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "reserved"),
        ("203.0.113.0/24", "reserved"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_V6 = tuple(
    (ip_network(text), what)
    for text, what in (
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
        ("64:ff9b:1::/48", "reserved"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "reserved"),
        ("3fff::/20", "reserved"),
    )
)
_GLOBAL_V6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_OPENABLE = frozenset({"private", "loopback", "shared"})
_OPEN = "watcher_open"
_CHUNK = 65_536
"""Bytes of an answer handed on at once, as many as aiohttp takes in at once: by a quarter of that, which is what
httpx-aiohttp has in mind, it takes four times as many steps."""

_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")


class AddressRefused(FetchError, OSError):
    """A connection was asked for that the guard does not allow. An OSError too: the transport hands it on."""


def objection(address: str, *, allow_private: bool = False) -> str | None:
    """Say why `address` (an IPv4 or IPv6 address, also with a zone) may not be reached; None when it may.

    Private, loopback and shared (CGNAT) addresses are reached only with `allow_private`; link-local, metadata,
    multicast, reserved and unspecified ones never. Addresses that carry an IPv4 address (mapped, compatible, 6to4,
    NAT64, ISATAP) are judged by what they carry.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    what = _what(parsed)
    if what is None or (allow_private and what in _OPENABLE):
        return None
    return what


def _what(address: IPv4Address | IPv6Address) -> str | None:
    """Give the kind of special address this is, or None for one that is public."""
    if address in _METADATA:
        return "metadata"
    if isinstance(address, IPv4Address):
        return next((what for network, what in _V4 if address in network), None)
    for network, what in _V6:
        if address in network:
            return what
    carried = _carried(address)
    if carried is not None:
        return _what(carried)
    return None if address in _GLOBAL_V6 else "reserved"


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    low = int(address) & 0xFFFFFFFF
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(low)
    if (int(address) >> 32) & 0xFDFFFFFF == 0x00005EFE:
        return IPv4Address(low)
    return None


class SystemResolver(AbstractResolver):
    """Names looked up by the system, on threads of our own: a name server that hangs delays only its own names."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of `host`. Raises socket.gaierror when it has none."""
        answers = await asyncio.get_running_loop().run_in_executor(
            self._threads, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(where[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, protocol, _, where in answers
        ]

    async def close(self) -> None:
        """Let go of the threads; those that still wait for a name server end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def refusal(said: str, *addresses: str) -> AddressRefused:
    """Give the error for `addresses` that may not be reached, which tells what would let us reach them, if anything."""
    if any(objection(each, allow_private=True) is not None for each in addresses):
        return AddressRefused(f"{said}, where we do not go")
    return AddressRefused(f"{said}, where we go only with `allow_private: yes`")


class GuardedResolver(AbstractResolver):
    """Another resolver's answers without the addresses that may not be reached."""

    def __init__(self, inner: AbstractResolver, *, allow_private: bool) -> None:
        self._inner = inner
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses that may be reached. Raises AddressRefused when there is none left."""
        answers = await self._inner.resolve(host, port, family)
        allowed = []
        refused = []
        for answer in answers:
            why = objection(answer["host"], allow_private=self._allow_private)
            if why is None:
                allowed.append(answer)
            else:
                refused.append(f"{answer['host']} ({why})")
        if refused and not allowed:
            raise refusal(f"{host} is at {', '.join(refused)}", *(each["host"] for each in answers))
        return allowed

    async def close(self) -> None:
        """Nothing to let go: the inner resolver belongs to who made it."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP over aiohttp, with a guard on every connection; `mark` says what may go to private addresses."""

    def __init__(self, resolver: AbstractResolver | None = None, keepalive: float = 30.0) -> None:
        self._resolver = resolver or SystemResolver()
        tls = httpx.create_ssl_context()
        tls.set_alpn_protocols(["http/1.1"])
        self._public = self._pool(tls, keepalive, allow_private=False)
        self._private = self._pool(tls, keepalive, allow_private=True)

    def _pool(
        self, tls: ssl.SSLContext, keepalive: float, *, allow_private: bool
    ) -> AiohttpTransport:
        def guarded_socket(info: Any) -> socket.socket:
            family, kind, protocol, _, where = info
            why = objection(str(where[0]), allow_private=allow_private)
            if why is not None:
                raise refusal(f"{where[0]} is {why}", str(where[0]))
            return socket.socket(family, kind, protocol)

        def session() -> aiohttp.ClientSession:
            connector = aiohttp.TCPConnector(
                resolver=GuardedResolver(self._resolver, allow_private=allow_private),
                socket_factory=guarded_socket,
                ssl=tls,
                limit=0,
                keepalive_timeout=keepalive,
                ttl_dns_cache=60,
            )
            return aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                max_line_size=65_536,
                max_field_size=65_536,
            )

        return AiohttpTransport(verify=tls, client=session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` over the pool that its mark allows; raises what aiohttp and httpx raise.

        Raises AddressRefused for a host that is an IPv4 address in decimal, octal, hexadecimal or short form.
        """
        host = request.url.host
        if _is_disguised(host):
            raise AddressRefused(f"{host} is a number in disguise, where we do not go")
        pool = self._private if request.extensions.get(_OPEN) else self._public
        response = await pool.handle_async_request(request)
        stream: Any = response.stream
        stream.CHUNK_SIZE = _CHUNK
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self._public.aclose()
        await self._private.aclose()
        await self._resolver.close()


@lru_cache(maxsize=8192)
def _is_disguised(host: str) -> bool:
    """Whether `host` is a number that some would read as an IPv4 address, and is not written as one."""
    if ":" in host or not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return False
    try:
        return str(IPv4Address(host)) != host
    except ValueError:
        return True


def mark(*, allow_private: bool) -> dict[str, Any]:
    """Give the request extension that says which pool a request may use."""
    return {_OPEN: allow_private}
