"""`watcher run`: round the clock."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import click

from watcher.cli.looking import engine_on
from watcher.cli.metrics import serve_metrics
from watcher.cli.options import both_options, engine_option, now, settings
from watcher.cli.progress import line_of
from watcher.cli.second import heard_line, hearing
from watcher.cli.stopping import SIGNALS
from watcher.cli.telling import telling
from watcher.cli.words import counted
from watcher.declaring import digest_of_declarations, take_over
from watcher.engines import Report
from watcher.errors import DeclarationError
from watcher.ledger import ROUND_THE_CLOCK, Ledger
from watcher.schedule import Schedule
from watcher.settings import Settings


@click.command("run")
@both_options
@click.option(
    "--tick",
    type=click.FloatRange(0.05, 3600),
    default=10.0,
    show_default=True,
    help="Seconds between two glances at what is due.",
)
@engine_option
@click.option(
    "--metrics-port", type=click.IntRange(1, 65535), help="Serve /healthz and /metrics here."
)
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="... at this address.")
def run_command(
    ledger_path: Path,
    sources_path: Path,
    tick: float,
    engine: str | None,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    """Look at sources as they fall due, until told to stop (Ctrl-C, SIGTERM).

    What is due stands in the ledger, so it can be stopped and started at any time. Declarations are read again when
    their file changes; while they are wrong, those before stand. How hosts are treated is read at the start.
    """
    chosen = settings(engine=engine)
    with Ledger.open(ledger_path) as ledger, ledger.sweeping(ROUND_THE_CLOCK):
        take_over(ledger, sources_path, now())
        told = _Told(ledger, sources_path)
        place = None if metrics_port is None else (metrics_host, metrics_port)
        asyncio.run(_run(ledger, chosen, timedelta(seconds=tick), told, place))
    click.echo("Stopped. What was not looked at stays due.")


class _Told:
    """What is said while it runs: a line for each change, each trouble, each bug, and what becomes of declarations."""

    def __init__(self, ledger: Ledger, sources_path: Path) -> None:
        self._ledger = ledger
        self._path = sources_path
        self._digest = digest_of_declarations(sources_path)

    def report(self, report: Report) -> None:
        """Tell of a batch of looks."""
        for line in dict.fromkeys(map(line_of, report.outcomes)):
            if line is not None:
                click.echo(line)
        for bug in report.bugs:
            traceback.print_exception(bug)

    def glance_at_declarations(self) -> None:
        """Take over what is declared now, if that is not what was; complain once of what cannot be used."""
        digest = digest_of_declarations(self._path)
        if digest == self._digest:
            return
        self._digest = digest
        try:
            take_over(self._ledger, self._path, now())
            click.echo(f"{self._path}: taken over")
        except DeclarationError as error:
            click.echo(f"{error}\n{self._path}: what was declared before stands", err=True)


async def _run(
    ledger: Ledger,
    chosen: Settings,
    tick: timedelta,
    told: _Told,
    place: tuple[str, int] | None,
) -> None:
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(engine_on(ledger, chosen))
        schedule = Schedule(
            ledger,
            engine,
            tick=tick,
            before_tick=told.glance_at_declarations,
            on_report=told.report,
        )
        if place is not None:
            await stack.enter_async_context(serve_metrics(ledger, *place))
            click.echo(f"Metrics on http://{place[0]}:{place[1]}/metrics")
        for each in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(each, schedule.stop)
        await stack.enter_async_context(
            hearing(ledger, chosen, lambda heard: click.echo(heard_line(heard)))
        )
        click.echo(f"Watching {counted(len(ledger.sources.standing()), 'source')}. Ctrl-C stops.")
        await stack.enter_async_context(telling(ledger, chosen, tick.total_seconds()))
        await schedule.run()
