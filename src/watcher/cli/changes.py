"""`watcher changes` and `watcher show`: what waits, and what exactly changed."""

from __future__ import annotations

from pathlib import Path

import click

from watcher import second
from watcher.cli.desk import Desk, desk, is_coloured, paint
from watcher.cli.options import both_options, json_option, now, print_json
from watcher.cli.sides import save_picture, side_lines
from watcher.cli.words import counted, day, table, width
from watcher.model import Change
from watcher.registry import SpanKind, change_lines, change_title, lines_as_text
from watcher.registry.lines import BLANK, Line, line, span


@click.command("changes")
@both_options
@click.option("--all", "everything", is_flag=True, help="Decided ones too, newest first.")
@json_option
def changes_command(ledger_path: Path, sources_path: Path, everything: bool, as_json: bool) -> None:
    """List the changes that wait for a review, the most significant first."""
    with desk(ledger_path, sources_path) as at:
        changes = at.ledger.changes.all() if everything else at.ledger.changes.waiting(now())
        if as_json:
            print_json([at.as_data(change) for change in changes])
            return
        if not changes:
            click.echo("Nothing waits for a review.")
            return
        table(
            ("change", "level", "seen", "status", "what"), [_row(at, change) for change in changes]
        )
    click.echo(
        f"\n{counted(len(changes), 'change')}. `watcher show N` shows one, `watcher review` decides."
    )


def _row(at: Desk, change: Change) -> tuple[str, ...]:
    title = change_title(change, at.source_of(change), at.vocabulary)
    level = "●" * change.significance.level
    status = at.ledger.changes.status(change.id or 0)
    return str(change.id), level, day(change.changed_at), status, title[: max(40, width() - 40)]


@click.command("show")
@click.argument("change_id", metavar="CHANGE", type=int)
@both_options
@click.option(
    "--context", default=8, show_default=True, help="Unchanged words around a difference."
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the picture of the page after the change to this file (JPEG).",
)
@json_option
def show_command(
    change_id: int,
    ledger_path: Path,
    sources_path: Path,
    context: int,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Show change number CHANGE: claims with both quotes, the words that differ, how each side was seen."""
    with desk(ledger_path, sources_path) as at:
        change = at.change(change_id)
        if picture is not None:
            click.echo(save_picture(at, change, picture))
        elif as_json:
            print_json(at.as_data(change))
        else:
            click.echo(told(at, change, context), nl=False)
            for line in side_lines(at, change):
                click.secho(line, dim=True)


def told(at: Desk, change: Change, context: int = 8) -> str:
    """Give `change` as it is shown on a terminal, coloured where colours show."""
    lines = change_lines(
        change,
        at.source_of(change),
        at.vocabulary,
        review=at.decisions().get(change.id or 0),
        context=context,
    )
    return lines_as_text(
        [*lines, *_heard(at, change)], min(width(), 110), paint if is_coloured() else None
    )


def _heard(at: Desk, change: Change) -> list[Line]:
    """Give what the second reader says otherwise of what changed."""
    reading, said = at.second_opinions(change)
    if reading is None or not said:
        return []
    told = [
        line(span(SpanKind.WARNING, second.told(each, reading, at.vocabulary)), indent=1)
        for each in said
    ]
    return [BLANK, line(span(SpanKind.HEADING, "A machine's second opinion")), *told]
