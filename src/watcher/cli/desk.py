"""What commands that show or decide on changes have before them: ledger, declarations, vocabulary."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from watcher.cli.options import declarations
from watcher.desk import Desk
from watcher.errors import NotFound
from watcher.ledger import Ledger
from watcher.model import Source, SourceId
from watcher.registry import SpanKind
from watcher.sources.vocabulary import load_vocabulary

__all__ = ["COLOURS", "Desk", "desk", "is_coloured", "json_line", "paint", "source_at"]

COLOURS: Mapping[SpanKind, Mapping[str, object]] = {
    SpanKind.HEADING: {"bold": True},
    SpanKind.KEY: {"fg": "cyan"},
    SpanKind.OLD: {"fg": "red"},
    SpanKind.REMOVED: {"fg": "red", "strikethrough": True},
    SpanKind.NEW: {"fg": "green"},
    SpanKind.ADDED: {"fg": "green"},
    SpanKind.QUOTE: {"italic": True},
    SpanKind.WARNING: {"fg": "yellow"},
    SpanKind.FOLDED: {"dim": True},
    SpanKind.META: {"dim": True},
}


def paint(kind: SpanKind, text: str) -> str:
    """Give `text` in the colour that spans of that kind have on a terminal."""
    style = COLOURS.get(kind)
    return click.style(text, **style) if style else text  # type: ignore[arg-type]


def is_coloured() -> bool:
    """Tell whether output goes to a terminal that shows colours."""
    return sys.stdout.isatty()


@contextmanager
def desk(ledger_path: Path, sources_path: Path, *, read_only: bool = True) -> Iterator[Desk]:
    """Open the desk. A ledger without declarations beside it, such as a replay's, can be read too.

    Raises LedgerError when there is no ledger, DeclarationError when the declarations are wrong.
    """
    opened = (
        Ledger.open_to_read(ledger_path) if read_only else Ledger.open(ledger_path, create=False)
    )
    with opened as ledger:
        held = ledger.sources.declared()
        if sources_path.exists():
            declared, vocabulary = declarations(sources_path)
            yield Desk(ledger, {**held, **declared.sources}, declared.offerings, vocabulary)
        else:
            yield Desk(ledger, held, {}, load_vocabulary())


def source_at(at: Desk, name: str) -> Source:
    """Give the source with that id or URL. Raises NotFound with the nearest name."""
    source = at.sources.get(SourceId(name))
    if source is None:
        source = next((each for each in at.sources.values() if each.url == name), None)
    if source is None:
        raise NotFound(f"there is no source {name!r}. `watcher status` lists them")
    return source


def json_line(data: object) -> str:
    """Give `data` as one line of JSON."""
    return json.dumps(data, ensure_ascii=False, default=str)
