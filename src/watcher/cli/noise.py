"""`watcher noise`: what was silenced for a source, by which rule, what was learned, and how to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import click

from watcher.changes.memory import Memory, forget, with_rule, without_rule
from watcher.changes.rules import Preview, Rule, preview, propose_rules
from watcher.cli.desk import desk, source_at
from watcher.cli.options import both_options, json_option, print_json
from watcher.cli.words import counted, day, table, width
from watcher.desk import Desk
from watcher.errors import NotFound
from watcher.model import Decision, Source

Entry = TypeVar("Entry")


@click.command("noise")
@click.argument("source")
@both_options
@click.option("--limit", default=50, show_default=True, help="Newest only.")
@click.option("--forget", "lesson", type=int, metavar="N", help="Forget what was learned as N.")
@click.option("--propose", type=int, metavar="CHANGE", help="Rules that would silence CHANGE.")
@click.option("--apply", "applied", type=int, metavar="CHANGE", help="Lay those rules down.")
@click.option("--undo", "undone", type=int, metavar="N", help="Take rule N back.")
@json_option
def noise_command(
    source: str,
    ledger_path: Path,
    sources_path: Path,
    limit: int,
    lesson: int | None,
    propose: int | None,
    applied: int | None,
    undone: int | None,
    as_json: bool,
) -> None:
    """Show what differed on SOURCE (id or URL) and was not told: when, by which rule, which text.

    Below it what the source's own history has taught, and the rules that people laid down after a dismissal; both
    can be undone. Nothing is silenced by a proposal alone.
    """
    writes = any(each is not None for each in (lesson, applied, undone))
    with desk(ledger_path, sources_path, read_only=not writes) as at:
        chosen = source_at(at, source)
        if lesson is not None:
            _forget(at, chosen, lesson)
        elif undone is not None:
            _take_back(at, chosen, undone)
        elif propose is not None or applied is not None:
            _propose(at, chosen, propose or applied or 0, apply=applied is not None)
        else:
            _show(at, chosen, limit, as_json)


def _memory(at: Desk, source: Source) -> Memory:
    stored = at.ledger.memories.get(source.id)
    return Memory.from_json(stored) if stored else Memory()


def _forget(at: Desk, source: Source, number: int) -> None:
    memory = _memory(at, source)
    entry = _nth(memory.learned, number, "nothing was learned as")
    at.ledger.memories.put(source.id, forget(memory, entry).to_json())
    click.echo(f"Forgotten: {entry.example}")


def _take_back(at: Desk, source: Source, number: int) -> None:
    memory = _memory(at, source)
    rule = _nth(memory.rules, number, "there is no rule")
    at.ledger.memories.put(source.id, without_rule(memory, rule).to_json())
    click.echo(f"Taken back: {_told(rule)}")


def _propose(at: Desk, source: Source, change_id: int, *, apply: bool) -> None:
    """Show what rules from a change would have done to the past; lay them down only when asked to."""
    change = at.change(change_id)
    rules = propose_rules(change)
    if not rules:
        click.echo(f"Change {change_id} names claims: no rule may silence those.")
        return
    for rule in rules:
        click.echo(f"Rule: {_told(rule)}")
    _tell(at, preview(rules, at.ledger.changes.all(source_id=source.id)))
    if not apply:
        click.echo(f"`watcher noise {source.id} --apply {change_id}` lays it down.")
        return
    memory = _memory(at, source)
    for rule in rules:
        memory = with_rule(memory, rule)
    at.ledger.memories.put(source.id, memory.to_json())
    click.echo("Laid down. `watcher noise` lists it, --undo takes it back.")


def _tell(at: Desk, past: Preview) -> None:
    decisions = at.decisions()
    kept = (Decision.ACCEPT, Decision.AMEND)
    hidden = [
        change.id
        for change in past.silenced
        if (review := decisions.get(change.id or 0)) and review.decision in kept
    ]
    click.echo(f"It would have silenced {_numbers([each.id for each in past.silenced])}, "
               f"and shortened {_numbers([each.id for each in past.shortened])}.")  # fmt: skip
    if hidden:
        click.secho(
            f"Of these, people accepted {_numbers(hidden)}: they would be hidden.", fg="red"
        )


def _show(at: Desk, source: Source, limit: int, as_json: bool) -> None:
    silenced, memory = at.ledger.suppressions.of(source.id, limit), _memory(at, source)
    if as_json:
        print_json(
            {
                "silenced": [
                    {"at": when, "rule": each.rule, "difference": each.difference, "text": each.text,
                     "before": each.before}
                    for when, each in silenced
                ],
                "learned": [
                    {"rule": each.rule, "text": each.example, "count": each.count,
                     "first_at": each.first_at, "last_at": each.last_at}
                    for each in memory.learned
                ],
                "rules": [rule.to_data() for rule in memory.rules],
            }
        )  # fmt: skip
        return
    room = max(30, width() - 45)
    rows = [
        (day(when), each.rule, str(each.difference), each.text[:room]) for when, each in silenced
    ]
    table(("when", "rule", "difference", "text"), rows)
    click.echo(f"{counted(len(rows), 'difference')} silenced.")
    lessons = [
        (str(n), each.rule, f"{each.count} times", day(each.last_at), each.example[:room])
        for n, each in enumerate(memory.learned, 1)
    ]
    table(("learned", "as", "seen", "last", "text"), lessons)
    rules = [(str(n), _told(rule)[:room]) for n, rule in enumerate(memory.rules, 1)]
    table(("rule", "laid down by people"), rules)


def _told(rule: Rule) -> str:
    return {
        "text": f"ignore the text “{rule.example}”",
        "shape": f"ignore texts that differ from “{rule.example}” in digits only",
        "section": f"ignore what stands under “{rule.pattern}”",
    }[rule.kind]


def _numbers(ids: list[int | None]) -> str:
    return f"{counted(len(ids), 'change')}" + (f" ({', '.join(map(str, ids))})" if ids else "")


def _nth(entries: Sequence[Entry], number: int, complaint: str) -> Entry:
    if 1 <= number <= len(entries):
        return entries[number - 1]
    raise NotFound(f"{complaint} {number}. `watcher noise SOURCE` numbers what there is")
