"""`watcher worker`: one pair of eyes of a cluster."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

import click

from watcher.cli.looking import cluster, server_of, warn
from watcher.cli.options import settings
from watcher.settings import Settings

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@click.command("worker")
@click.option(
    "--only",
    type=click.Choice(["pages", "browser"]),
    help="Take up only pages for plain HTTP, or only those that need a browser; both otherwise.",
)
@click.option(
    "--hosts",
    type=click.IntRange(1, 1000),
    help="Hosts to look at at once over plain HTTP.  [env: WATCHER_CONCURRENCY; default: 50]",
)
@click.option(
    "--browser-hosts",
    type=click.IntRange(1, 50),
    default=2,
    show_default=True,
    help="Hosts to look at at once with a browser.",
)
def worker_command(only: str | None, hosts: int | None, browser_hosts: int) -> None:
    """Look at what a coordinator hands out (`watcher run --engine cluster`), until told to stop (Ctrl-C, SIGTERM).

    Needs WATCHER_POSTGRES and nothing else: no ledger, no declarations. How hosts are treated and who we say we are
    comes with the work. Start as many as you like, on any machine that reaches the same PostgreSQL; each host is
    looked at by one of them at a time.
    """
    chosen = settings()
    places = {"pages": hosts or chosen.concurrency, "browser": browser_hosts}
    asyncio.run(_run(chosen, {work: n for work, n in places.items() if only in (None, work)}))
    click.echo("Stopped. What was not looked at is taken up by another worker.")


async def _run(chosen: Settings, places: dict[str, int]) -> None:
    async with server_of(chosen) as server:
        engines = cluster()
        name = f"{socket.gethostname()}, process {os.getpid()}"
        works = {engines.Work(work): count for work, count in places.items()}
        worker = engines.Worker(server, chosen, works, name, warn)
        for each in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(each, worker.stop)
        click.echo(
            f"Working for {server.name} as version {engines.VERSION}: {', '.join(places)}. Ctrl-C stops."
        )
        await worker.run()
