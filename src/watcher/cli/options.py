"""Options that commands share, and how they open what they need."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.ledger import Ledger
from watcher.model import Offering, Slug, Source, Vocabulary
from watcher.settings import ENGINES, Settings, read_settings

if TYPE_CHECKING:
    from watcher.claims import Pack
    from watcher.sources.declarations import Declarations

Command = Callable[..., Any]

ledger_option = click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path),
    envvar="WATCHER_LEDGER",
    default=Path("snapshots/watcher.db"),
    show_default=True,
    help="The ledger: one SQLite file.  [env: WATCHER_LEDGER]",
)
sources_option = click.option(
    "--sources",
    "sources_path",
    type=click.Path(path_type=Path),
    envvar="WATCHER_SOURCES",
    default=Path("sources.yaml"),
    show_default=True,
    help="The declarations.  [env: WATCHER_SOURCES]",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Where looks happen: in this process, or by workers (`watcher worker`).  [env: WATCHER_ENGINE]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


_ORDERS = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters that JSON leaves as they are, and those that turn the direction of writing."""


def both_options(command: Command) -> Command:
    """Give `command` the options --ledger and --sources."""
    return ledger_option(sources_option(command))


def settings(**named: str | None) -> Settings:
    """Give the settings of the environment, and in place of it what is `named` and not None."""
    chosen = read_settings(os.environ)
    return replace(chosen, **{name: each for name, each in named.items() if each is not None})  # type: ignore[arg-type]


def now() -> datetime:
    """Give the time at which the command runs."""
    return datetime.now(UTC)


def declarations(path: Path) -> tuple[Declarations, Vocabulary]:
    """Give what is declared in `path`, and the vocabulary. Raises DeclarationError."""
    # pydantic and what else reads declarations take a tenth of a second; a sweep can often do without.
    from watcher.sources.declarations import load_declarations  # noqa: PLC0415
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    vocabulary = load_vocabulary()
    return load_declarations(path, vocabulary), vocabulary


def open_to_read(path: Path) -> Ledger:
    """Open the ledger for a command that only reads. Raises LedgerError when there is none."""
    return Ledger.open_to_read(path)


def print_json(data: object) -> None:
    """Print `data` as JSON that people can read too; what is an order to a terminal stands in it as its number."""
    text = json.dumps(data, indent=2, ensure_ascii=False, default=str)
    click.echo(_ORDERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def offering_or_complain(declared: Declarations, slug: str) -> Offering:
    """Give the offering called `slug`, or complain with the names there are."""
    offering = declared.offerings.get(Slug(slug))
    if offering is None:
        raise click.UsageError(_no_such("offering", slug, declared.offerings))
    return offering


def source_or_complain(declared: Declarations, name: str) -> Source:
    """Give the source called `name` (its id or its URL), or complain with the names there are."""
    return source_named(declared.sources.values(), name)


def source_named(sources: Collection[Source], name: str) -> Source:
    """Give the one of `sources` called `name` (its id or its URL), or complain with the names there are."""
    for source in sources:
        if name in (source.id, source.url):
            return source
    raise click.UsageError(_no_such("source", name, [source.id for source in sources]))


def _no_such(noun: str, name: str, known: object) -> str:
    from rapidfuzz import process  # noqa: PLC0415 - only when something was misspelt

    names = [str(each) for each in known]  # type: ignore[attr-defined]
    close = process.extractOne(name, names, score_cutoff=60)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(names[:12])}"
    return f"There is no {noun} {name!r}. {hint}"


def rule_pack() -> Pack:
    """Give the rule pack that WATCHER_RULES names, or the one that ships. Raises RuleError."""
    from watcher.claims import load_pack  # noqa: PLC0415 - as above

    named = settings().rules
    return load_pack(Path(named) if named else None)
