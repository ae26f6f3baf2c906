"""What can go wrong between us and a page, told as verdicts.

The libraries beneath raise some forty kinds of errors. They are translated here, once, by a table.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator

import aiohttp
import httpx

from watcher.errors import FetchError
from watcher.fetching.guard import AddressRefused
from watcher.model import Judgement, Verdict


class Trouble(FetchError):
    """A look ended before a page was there. `is_passing` tells that asking again soon may help."""

    def __init__(self, verdict: Verdict, signal: str, *, is_passing: bool = False) -> None:
        self.judgement = Judgement(verdict, signal)
        self.is_passing = is_passing
        super().__init__(signal)


def unreachable(signal: str, *, is_passing: bool = False) -> Trouble:
    """Give the trouble of a server that could not be spoken with."""
    return Trouble(Verdict.UNREACHABLE, signal, is_passing=is_passing)


FOREIGN_ERRORS = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, UnicodeError)
"""What the transport may raise while it connects, sends and receives."""

_TABLE: tuple[tuple[type[BaseException], str, bool], ...] = (
    (ssl.SSLCertVerificationError, "tls: the certificate does not verify", False),
    (aiohttp.ClientConnectorCertificateError, "tls: the certificate does not verify", False),
    (ssl.SSLError, "tls: no secure connection", False),
    (aiohttp.ClientSSLError, "tls: no secure connection", False),
    (ConnectionRefusedError, "connect: the connection was refused", True),
    (aiohttp.ServerDisconnectedError, "reset: the server hung up before it answered", True),
    (ConnectionResetError, "reset: the server broke the connection", True),
    (BrokenPipeError, "reset: the server broke the connection", True),
    (aiohttp.ClientPayloadError, "reset: the answer broke off", True),
    (aiohttp.ClientOSError, "connect: no connection", True),
    (aiohttp.ConnectionTimeoutError, "timeout: no connection in time", True),
    (aiohttp.SocketTimeoutError, "timeout: the server stopped sending", False),
    (httpx.ReadTimeout, "timeout: the server stopped sending", False),
    (TimeoutError, "timeout: no answer in time", False),
    (aiohttp.InvalidURL, "address: cannot be asked for", False),
    (httpx.InvalidURL, "address: cannot be asked for", False),
    (httpx.UnsupportedProtocol, "address: cannot be asked for", False),
    (UnicodeError, "address: cannot be asked for", False),
    (aiohttp.ClientResponseError, "protocol: the answer is not valid HTTP", False),
    (httpx.ProtocolError, "protocol: the answer is not valid HTTP", False),
    (OSError, "connect: no connection", True),
    (aiohttp.ClientConnectionError, "connect: no connection", True),
)


def translate(error: BaseException) -> Trouble:
    """Give the trouble that a foreign error means; the innermost cause that the table knows decides."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, AddressRefused):
            return Trouble(Verdict.REFUSED, f"address: {cause}")
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return _name_not_found(cause)
    for kind, signal, is_passing in _TABLE:
        for cause in causes:
            if isinstance(cause, kind):
                return unreachable(f"{signal}{_detail(cause)}", is_passing=is_passing)
    return unreachable(f"connect: {_words(error)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give `error` and what it came from, each once, outermost first."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "os_error", None)]


def _name_not_found(error: socket.gaierror) -> Trouble:
    passing = error.errno == socket.EAI_AGAIN
    signal = "dns: the name server does not answer" if passing else "dns: the name is not known"
    return unreachable(f"{signal}{_detail(error)}", is_passing=passing)


def _detail(error: BaseException) -> str:
    words = _words(error)
    return f" ({words})" if words else ""


def _words(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return ""
    if isinstance(error, aiohttp.ClientResponseError):
        words = error.message
    elif isinstance(error, OSError) and error.strerror:
        words = error.strerror
    else:
        words = str(error)
    return " ".join(words.split())[:160]
