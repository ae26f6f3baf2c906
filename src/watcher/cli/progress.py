"""Progress: a bar on a terminal, nothing but changes and trouble in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType

import click

from watcher.cli.words import harmless
from watcher.sweep import Outcome


class Progress:
    """Tells how far a run has come. On a terminal a bar; in a pipe a line for what matters."""

    def __init__(self, total: int, *, quiet: bool = False, every_look: bool = False) -> None:
        self._total = total
        self._quiet = quiet
        self._every_look = every_look
        self._said: set[str] = set()
        self._bar = None
        if not quiet and sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - a tenth of a second, for terminals
            from rich.progress import Progress as Bar  # noqa: PLC0415

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("looking", total=total)

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.finish()

    def advance(self, outcome: Outcome) -> None:
        """Take note of one look that ended."""
        if self._bar is not None:
            self._bar.update(self._task, advance=1)
        if self._every_look and not self._quiet:
            self._tell(outcome)

    def finish(self) -> None:
        """Take the bar away, so that what follows stands alone."""
        if self._bar is not None:
            self._bar.stop()

    def _tell(self, outcome: Outcome) -> None:
        line = line_of(outcome)
        if line is None or line in self._said:
            return
        self._said.add(line)  # a page in trouble is asked for several times
        if self._bar is not None:
            self._bar.console.print(line, highlight=False, markup=False)
        else:
            click.echo(line)


def line_of(outcome: Outcome) -> str | None:
    """Give the line that a look deserves, or None for one that found all as it was."""
    name = outcome.source.id
    if outcome.change is not None:
        return harmless(f"{name}: change {outcome.change.id}: {outcome.change.title}")
    if not outcome.judgement.verdict.is_good:
        return harmless(f"{name}: {outcome.judgement.verdict}: {outcome.judgement.signal}")
    return None
