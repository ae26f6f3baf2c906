"""Offerings side by side: a table of keys by offerings, a few offerings to a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from watcher.registry.claim_notes import label_of
from watcher.registry.entries import Entry
from watcher.registry.site import addresses
from watcher.registry.site.entry_pages import CellView, views
from watcher.registry.site.facts import Registry, cells_by_key
from watcher.registry.site.making import File
from watcher.registry.site.rendering import Press, leaves

_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One key, and what each offering of the page answers: its first cell, or None."""

    key: str
    label: str
    group: str
    cells: tuple[CellView | None, ...]


def matrix_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the comparison of all offerings, by provider and name."""
    for leaf in leaves(list(registry.entries.values()), _COLUMNS):
        rows = groupby(_rows(registry, leaf.rows), key=lambda row: row.group)
        yield press.page(
            "compare",
            addresses.numbered("compare/", leaf.number),
            leaf=leaf,
            first="compare/",
            groups=[(group, list(inside)) for group, inside in rows],
        )


def _rows(registry: Registry, entries: Sequence[Entry]) -> Iterator[MatrixRow]:
    held = [cells_by_key(entry) for entry in entries]
    for key in registry.keys:
        if not any(key in cells for cells in held):
            continue
        known = registry.vocabulary.get(key)
        yield MatrixRow(
            key=key,
            label=label_of(key, registry.vocabulary),
            group=known.group.replace("_", " ").capitalize() if known else "Other",
            cells=tuple(
                views(entry, cells[key][:1])[0] if key in cells else None
                for entry, cells in zip(entries, held, strict=True)
            ),
        )
