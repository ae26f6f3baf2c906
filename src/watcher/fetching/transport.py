"""httpx over guarded connections: for what speaks with one address that a person named, and is no page."""

from __future__ import annotations

from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport

from watcher.fetching.guard import Connections

_OPEN = "watcher_open"


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP with a guard on every connection; `mark` says what may go to private addresses."""

    def __init__(self) -> None:
        self._connections = Connections()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` over the pool that its mark allows; raises what aiohttp and httpx raise.

        Raises AddressRefused for a host that is an IPv4 address in decimal, octal, hexadecimal or short form.
        """
        is_open = bool(request.extensions.get(_OPEN))
        pool = self._connections.to(request.url.host, allow_private=is_open)
        return await AiohttpTransport(
            verify=self._connections.tls, client=pool
        ).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connections.close()


def mark(*, allow_private: bool) -> dict[str, Any]:
    """Give the request extension that says which pool a request may use."""
    return {_OPEN: allow_private}
