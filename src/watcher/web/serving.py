"""A desk that runs: its socket, its place, its server; until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from watcher.errors import WatcherError
from watcher.settings import Settings
from watcher.web.app import make_app
from watcher.web.owner import Owner
from watcher.web.place import Place

_GRACE = 5
"""Seconds that answers under way get when the desk is told to stop."""


def serve(
    ledger_path: Path,
    sources_path: Path,
    *,
    host: str,
    port: int,
    url: str,
    settings: Settings,
    say: Callable[[str], None],
) -> None:
    """Serve the desk until a signal ends it; `say` is told where it is, and how the first account is made.

    Raises LedgerError or DeclarationError when there is nothing to serve, WatcherError when the port is taken.
    """
    owner = Owner(ledger_path, sources_path)
    try:
        listener = _listen(host, port)
        here = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        place = Place(owner, url or here, settings)
        say(f"The review desk is at {place.url}")
        if not owner.has_accounts():
            say(f"Make the first account here, once: {place.url}/welcome?token={place.invitation}")
        config = uvicorn.Config(
            make_app(place),
            log_level="warning",
            timeout_graceful_shutdown=_GRACE,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        owner.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise WatcherError(
            f"{host}:{port} cannot be listened on ({error.strerror}). Is a desk running there already? "
            "Choose another --port."
        ) from error
    return listener
