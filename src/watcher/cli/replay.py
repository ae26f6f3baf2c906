"""`watcher replay`: a recorded history through the pipeline."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from watcher.cli.options import print_json, rule_pack
from watcher.cli.progress import Progress
from watcher.errors import NotFound
from watcher.ledger import Ledger
from watcher.replay import Capture, CaptureStore, Replay, write_alerts, write_claims
from watcher.sources.vocabulary import load_vocabulary
from watcher.sweep import Sweep

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("replay")
@click.argument("captures", type=click.Path(path_type=Path))
@click.option("--pages", type=_FILE, help="Only the pages listed in this file, a path a line.")
@click.option("--page", "glob", help="Only pages that match, such as 'Service/*'.")
@click.option(
    "--ledger",
    "ledger_path",
    type=_FILE,
    help="Keep the ledger here; run again with it to resume. Without it, it is thrown away.",
)
@click.option("--alerts", type=_FILE, help="Write a line for every change put into the queue.")
@click.option("--claims-at", type=_FILE, help="Captures (page, captured_at) to read claims from.")
@click.option("--claims", type=_FILE, help="Where to write the claims of --claims-at.")
@click.option("--readers", type=click.IntRange(1, 64), help="Reading processes; one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def replay_command(
    captures: Path,
    pages: Path | None,
    glob: str | None,
    ledger_path: Path | None,
    alerts: Path | None,
    claims_at: Path | None,
    claims: Path | None,
    readers: int | None,
    as_json: bool,
) -> None:
    """Play the captures of the git repository CAPTURES through the pipeline.

    Each path is a source with default settings, each commit a check at its author date. Interrupted,
    it goes on where it stopped when called again with the same --ledger.
    """
    if (claims_at is None) != (claims is None):
        raise click.UsageError("--claims-at and --claims go together")
    store = CaptureStore(captures)
    wanted = store.captures(_listed(pages), glob)
    vocabulary = load_vocabulary()
    with ExitStack() as stack:
        if ledger_path is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="watcher-replay-"))
            ledger_path = Path(folder) / "replay.db"
        ledger = stack.enter_context(Ledger.open(ledger_path))
        stack.enter_context(ledger.sweeping("watcher replay"))
        sweep = Sweep(ledger, vocabulary, rule_pack())
        progress = stack.enter_context(Progress(len(wanted), quiet=as_json))
        replay = Replay(store, ledger, sweep, readers or 0, progress.advance)
        played = replay.run(wanted)
        progress.finish()
        raised = write_alerts(ledger, alerts) if alerts else None
        read = (
            write_claims(ledger, sweep, vocabulary, claims_at, claims)
            if claims and claims_at
            else None
        )
        _summary(wanted, played, ledger, raised, read, as_json)


def _listed(pages: Path | None) -> list[str]:
    if pages is None:
        return []
    try:
        lines = pages.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise NotFound(f"{pages}: {error.strerror}") from None
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _summary(
    captures: list[Capture],
    played: int,
    ledger: Ledger,
    raised: int | None,
    read: int | None,
    as_json: bool,
) -> None:
    verdicts = ledger.checks.count_by_verdict()
    changes = ledger.changes.all()
    facts: dict[str, object] = {
        "captures": len(captures),
        "played": played,
        "pages": len({capture.page for capture in captures}),
        "verdicts": verdicts,
        "changes": len(changes),
        "alerts": raised,
        "claims": read,
        "ledger_bytes": ledger.path.stat().st_size,
    }
    if as_json:
        print_json(facts)
        return
    told = ", ".join(f"{n} {verdict}" for verdict, n in sorted(verdicts.items()))
    click.echo(
        f"{facts['pages']} pages, {len(captures)} captures ({played} taken in now): {told}; "
        f"{len(changes)} items for review; ledger {ledger.path.stat().st_size / 1e6:.1f} MB"
    )
    sys.stdout.flush()
