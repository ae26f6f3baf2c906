"""`/healthz` and `/metrics` over HTTP, for probes and Prometheus: so little of it that it needs no framework."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from watcher import freshness
from watcher.cli.options import now
from watcher.errors import SettingsError
from watcher.ledger import Ledger

_PATIENCE = 5.0
_LONGEST_HEAD = 16_384


@asynccontextmanager
async def serve_metrics(ledger: Ledger, host: str, port: int) -> AsyncIterator[None]:
    """Serve while the context lasts. Raises SettingsError when the port cannot be had."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_answer(ledger, head))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass  # a visitor that says nothing, too much, or leaves
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, host, port, limit=_LONGEST_HEAD)
    except OSError as error:
        raise SettingsError(
            f"{host}:{port}: cannot be served ({error.strerror}). Choose another --metrics-port."
        ) from error
    async with server:
        yield


def _answer(ledger: Ledger, head: bytes) -> bytes:
    method, _, rest = head.partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    if method not in (b"GET", b"HEAD"):
        return _response(405, "text/plain", "only GET\n")
    response = _found(ledger, path)
    return response if method == b"GET" else _without_content(response)


def _found(ledger: Ledger, path: bytes) -> bytes:
    if path == b"/healthz":
        health = freshness.health(ledger, ledger.sources.standing(), now())
        return _response(200 if health.is_well else 503, "text/plain", freshness.summary(health))
    if path == b"/metrics":
        text = freshness.metrics_text(ledger, ledger.sources.standing(), now())
        return _response(200, "text/plain; version=0.0.4", text)
    return _response(404, "text/plain", "/healthz or /metrics\n")


_REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


def _response(status: int, media_type: str, text: str) -> bytes:
    content = text.encode()
    kind = media_type if "version" in media_type else f"{media_type}; charset=utf-8"
    return (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    ).encode() + content


def _without_content(response: bytes) -> bytes:
    return response.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
