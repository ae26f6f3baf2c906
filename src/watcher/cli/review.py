"""`watcher review`: a person's decisions, one change after the other."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta
from pathlib import Path

import click

from watcher import reviews
from watcher.cli.changes import told
from watcher.cli.desk import Desk, desk
from watcher.cli.options import both_options, now
from watcher.errors import ReviewError
from watcher.model import Change, DismissReason, Review

CHOICES = """\
  a  accept        the registry takes the new values
  e  amend         correct a value, then accept
  d  dismiss       not worth an entry: artifact, cosmetic, duplicate, not relevant
  l  later         defer for some days
  s  skip          leave it for now
  u  undo          take back the decision made last
  q  quit
"""
_REASONS = {
    "a": DismissReason.ARTIFACT,
    "c": DismissReason.COSMETIC,
    "d": DismissReason.DUPLICATE,
    "n": DismissReason.NOT_RELEVANT,
}


class _Quit(Exception):
    """The reviewer wants to stop."""


@click.command("review")
@click.argument("change_id", metavar="[CHANGE]", type=int, required=False)
@both_options
@click.option("--reviewer", envvar="WATCHER_REVIEWER", help="Your name; your login if not given.")
@click.option("--accept", is_flag=True, help="Accept CHANGE without asking.")
@click.option(
    "--dismiss",
    type=click.Choice([reason.value for reason in DismissReason]),
    help="Dismiss CHANGE without asking.",
)
@click.option("--amend", multiple=True, metavar="KEY=VALUE", help="Amend CHANGE without asking.")
@click.option("--defer", "days", type=click.IntRange(1), metavar="DAYS", help="Defer CHANGE.")
@click.option("--undo", is_flag=True, help="Take back the last decision (on CHANGE, if given).")
@click.option("--note", default="", help="A remark kept with the decision.")
def review_command(
    change_id: int | None,
    ledger_path: Path,
    sources_path: Path,
    reviewer: str | None,
    accept: bool,
    dismiss: str | None,
    amend: tuple[str, ...],
    days: int | None,
    undo: bool,
    note: str,
) -> None:
    """Decide on what waits, most significant first; or on CHANGE alone.

    Without options each change is shown and a key is asked for. Decisions are kept as rows of their own and are
    never overwritten: undo adds one.
    """
    name = reviewer or getpass.getuser()
    asked_for = [bool(accept), bool(dismiss), bool(amend), days is not None, undo]
    if sum(asked_for) > 1:
        raise click.UsageError(
            "--accept, --dismiss, --amend, --defer and --undo exclude each other"
        )
    with desk(ledger_path, sources_path, read_only=False) as at:
        if undo:
            taken_back = reviews.undo(
                at.ledger.reviews.all(), reviewer=name, at=now(), change_id=change_id, note=note
            )
            _keep(at, taken_back)
        elif any(asked_for):
            if change_id is None:
                raise click.UsageError("name the CHANGE to decide on")
            change = _asking(at, change_id)
            _keep(at, _decision(at, change, name, dismiss, amend, days, note))
        else:
            waiting = at.ledger.changes.waiting(now())
            _ask_about(at, [_asking(at, change_id)] if change_id else waiting, name)


def _asking(at: Desk, change_id: int) -> Change:
    """Give the change. Raises ReviewError where no decision on it would make a difference."""
    change = at.change(change_id)
    if not reviews.choices(at.ledger.changes.status(change_id), change.kind):
        why = at.ledger.changes.closed_because(change_id)
        raise ReviewError(f"Change {change_id} is closed, and asks for no decision: {why}")
    return change


def _decision(
    at: Desk,
    change: Change,
    name: str,
    dismissal: str | None,
    amendments: tuple[str, ...],
    days: int | None,
    note: str,
) -> Review:
    """Give the decision that the options name."""
    moment = now()
    if dismissal:
        return reviews.dismiss(change, dismissal, reviewer=name, at=moment, note=note)
    if amendments:
        values = dict(_pair(each) for each in amendments)
        return reviews.amend(change, values, at.vocabulary, reviewer=name, at=moment, note=note)
    if days is not None:
        until = moment + timedelta(days=days)
        return reviews.defer(change, until, reviewer=name, at=moment, note=note)
    return reviews.accept(change, reviewer=name, at=moment, note=note)


def _pair(text: str) -> tuple[str, str | None]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text!r} is not KEY=VALUE; an empty VALUE withdraws the claim")
    return key.strip(), value.strip() or None


def _keep(at: Desk, review: Review) -> None:
    at.ledger.reviews.add(review)
    status = at.ledger.changes.status(review.change_id)
    click.echo(f"Change {review.change_id} is {status}.")
    if review.reason in (DismissReason.ARTIFACT, DismissReason.COSMETIC):
        name = at.change(review.change_id).source_id
        click.echo(f"Never again? `watcher noise {name} --propose {review.change_id}` shows how.")


def _ask_about(at: Desk, waiting: list[Change], name: str) -> None:
    if not waiting:
        click.echo("Nothing waits for a review.")
        return
    click.echo(CHOICES)
    decided = 0
    try:
        place = 0
        while place < len(waiting):
            click.echo(f"── {place + 1} of {len(waiting)} " + "─" * 40)
            click.echo(told(at, waiting[place]))
            step = _ask(at, waiting[place], name)
            decided += step
            place = max(0, place + (step if step else 1))
    except _Quit:
        pass
    left = len(at.ledger.changes.waiting(now()))
    click.echo(f"{max(decided, 0)} decided, {left} waiting.")


def _ask(at: Desk, change: Change, name: str) -> int:
    """Ask until there is a decision; give 1 for decided, 0 for skipped, -1 for one taken back."""
    while True:
        key = click.prompt("a/e/d/l/s/u/q", prompt_suffix=" > ").strip().lower()[:1]
        try:
            if key == "q":
                raise _Quit
            if key == "s":
                return 0
            if key == "u":
                _keep(at, reviews.undo(at.ledger.reviews.all(), reviewer=name, at=now()))
                return -1
            review = _asked(at, change, key, name, now())
        except ReviewError as error:
            click.secho(str(error), fg="red")
            continue
        if review is not None:
            _keep(at, review)
            return 1
        click.echo(CHOICES)


def _asked(at: Desk, change: Change, key: str, name: str, moment: datetime) -> Review | None:
    """Give the decision that `key` starts, asking for what it needs; None for no such key."""
    if key == "a":
        return reviews.accept(change, reviewer=name, at=moment)
    if key == "e":
        values = _asked_values(change)
        return reviews.amend(change, values, at.vocabulary, reviewer=name, at=moment)
    if key == "d":
        letter = click.prompt("a artifact, c cosmetic, d duplicate, n not relevant").strip()[:1]
        return reviews.dismiss(change, _REASONS.get(letter), reviewer=name, at=moment)
    if key == "l":
        days = click.prompt("How many days", type=click.IntRange(1), default=7)
        return reviews.defer(change, moment + timedelta(days=days), reviewer=name, at=moment)
    return None


def _asked_values(change: Change) -> dict[str, str | None]:
    """Ask for each claim's value; what is left as it is is accepted as read."""
    values: dict[str, str | None] = {}
    for difference in change.claims:
        claim = difference.after or difference.before
        if claim is None:
            continue
        read = "" if difference.after is None else str(claim.value)
        given = click.prompt(f"{claim.id} (empty to withdraw)", default=read)
        if given != read:
            values[claim.id] = given.strip() or None
    if not change.claims:
        text = click.prompt("KEY=VALUE")
        values.update([_pair(text)])
    return values
