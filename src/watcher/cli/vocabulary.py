"""`watcher vocabulary`: the claim keys, and what they ask."""

from __future__ import annotations

from itertools import groupby

import click

from watcher.cli.options import json_option, print_json
from watcher.cli.words import table
from watcher.model import Key
from watcher.sources.vocabulary import load_vocabulary


@click.command("vocabulary")
@click.argument("keys", nargs=-1)
@json_option
def vocabulary_command(keys: tuple[str, ...], as_json: bool) -> None:
    """List the claim keys, or KEYS alone: type, allowed values, and the question each answers."""
    vocabulary = load_vocabulary()
    chosen = [key for name, key in vocabulary.items() if not keys or name in keys]
    if as_json:
        print_json([{slot: getattr(key, slot) for slot in Key.__slots__} for key in chosen])
        return
    for group, members in groupby(sorted(chosen, key=lambda key: key.group), lambda key: key.group):
        click.secho(f"\n{group.replace('_', ' ')}", bold=True)
        table(("key", "values", "question"), [_row(key) for key in members])


def _row(key: Key) -> tuple[str, str, str]:
    values = ", ".join(key.choices) or " ".join(filter(None, [str(key.type), key.unit]))
    return key.name, values, key.question
