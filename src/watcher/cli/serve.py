"""`watcher serve`: the review desk in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.options import both_options, settings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve")
@both_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8765, show_default=True, help="The port to listen on; 0 for any.")
@click.option(
    "--url",
    default="",
    metavar="URL",
    envvar="WATCHER_DESK_URL",
    help="Where people reach it, if elsewhere: https://desk.example.org.  [env: WATCHER_DESK_URL]",
)
def serve_command(ledger_path: Path, sources_path: Path, host: str, port: int, url: str) -> None:
    """Serve the review desk: queue, decisions, history, entries, feeds, API.

    It listens on this machine alone unless --host says otherwise. The first start prints an address with a one-time
    token; whoever opens it makes the first account. `watcher user` makes more. Sweeps run beside it.
    """
    # Imported here: the server and the web framework cost what no other command should pay.
    from watcher.web.serving import serve  # noqa: PLC0415

    if host not in _LOOPBACK and not url:
        raise click.UsageError(
            f"--host {host} opens the desk to others: say with --url where they reach it, "
            "best https:// behind a proxy."
        )
    serve(
        ledger_path,
        sources_path,
        host=host,
        port=port,
        url=url,
        settings=settings(),
        say=click.echo,
    )
