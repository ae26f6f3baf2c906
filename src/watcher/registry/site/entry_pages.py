"""The pages of one offering: its entry, and one page for each question that it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from watcher.model import Value
from watcher.registry.claim_notes import ClaimNote
from watcher.registry.entries import Cell, Entry, Group, Proof
from watcher.registry.entry_text import basics
from watcher.registry.printable import one_line, shown
from watcher.registry.site import addresses
from watcher.registry.site.facts import Registry, Told, cells_by_key
from watcher.registry.site.making import File
from watcher.registry.site.questions import answered, asked
from watcher.registry.site.rendering import Press
from watcher.registry.watch_outs import gate_meaning

CHANGES_SHOWN = 10
_SCOPES_SHOWN = 5
_ANSWERS_SHOWN = 24
_CELLS_SHOWN = 70
_OTHERS_SHOWN = 5
_ATTRIBUTES_SHOWN = 12
_LEADING = ("tier", "route", "default", "geography", "scope")
"""Finer points that stand first, in this order: who gets it, how, and where."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as pages show it: its address, its short answer, whether it is something to watch out for."""

    cell: Cell
    address: str
    answer: str
    tone: str
    attributes: tuple[tuple[str, str], ...]
    others: tuple[Proof, ...]

    @property
    def proof(self) -> Proof:
        """What the source to be shown first says."""
        return self.cell.proof


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with the cells that fit on the entry's page; `more` counts those that do not."""

    group: Group
    views: tuple[CellView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """A change of one answer: the change that readers were told of, and what it says of the claim."""

    told: Told
    note: ClaimNote


def offering_files(registry: Registry, press: Press, entry: Entry) -> Iterator[File]:
    """Give the entry's page, then a page for each key that it answers."""
    address = addresses.offering_page(entry.offering.slug)
    yield press.page(
        "entry",
        address,
        entry=entry,
        basics=[row for row in basics(entry) if row[0] != "last checked"],
        groups=_groups(registry, entry),
        told=registry.told_of_offering.get(entry.offering.slug, ())[:CHANGES_SHOWN],
        told_count=len(registry.told_of_offering.get(entry.offering.slug, ())),
        feeds=f"{address}feed",
    )
    for key, cells in cells_by_key(entry).items():
        yield _answer_file(registry, press, entry, key, cells)


def _groups(registry: Registry, entry: Entry) -> list[GroupView]:
    """Give the groups; of a key with very many scopes the first few, the rest on the key's own page."""
    room, groups = _CELLS_SHOWN, []
    for group in entry.groups:
        kept: list[Cell] = []
        seen: dict[str, int] = {}
        for cell in group.cells:
            seen[cell.key] = seen.get(cell.key, 0) + 1
            if seen[cell.key] <= _SCOPES_SHOWN and len(kept) < room:
                kept.append(cell)
        room -= len(kept)
        groups.append(GroupView(group, views(entry, kept), len(group.cells) - len(kept)))
    return groups


def views(entry: Entry, cells: Sequence[Cell]) -> tuple[CellView, ...]:
    """Give cells of `entry` as pages show them."""
    warned = {(each.key, each.label) for each in entry.watch_outs}
    return tuple(_view(entry, cell, warned) for cell in cells)


def _view(entry: Entry, cell: Cell, warned: set[tuple[str, str]]) -> CellView:
    label = cell.label + (f" ({cell.scope})" if cell.scope else "")
    tone = "watch" if (cell.key, label) in warned else "clean"
    return CellView(
        cell=cell,
        address=addresses.answer_page(entry.offering.slug, cell.key),
        answer=answered(cell.proof.value, cell.proof.shown),
        tone=tone if cell.reviewed else "unreviewed",
        attributes=_attributes(cell),
        others=cell.others[:_OTHERS_SHOWN],
    )


def _attributes(cell: Cell) -> tuple[tuple[str, str], ...]:
    held: Mapping[str, Value] = dict(cell.attributes)
    names = [name for name in _LEADING if name in held]
    names += [name for name in held if name not in _LEADING]
    shown_first = names[:_ATTRIBUTES_SHOWN]
    return tuple(
        (one_line(name).replace("_", " "), one_line(shown(held[name]))) for name in shown_first
    )


def _answer_file(
    registry: Registry, press: Press, entry: Entry, key: str, cells: tuple[Cell, ...]
) -> File:
    shown_cells = views(entry, cells[:_ANSWERS_SHOWN])
    slug = entry.offering.slug
    return press.page(
        "answer",
        addresses.answer_page(slug, key),
        entry=entry,
        key=key,
        label=cells[0].label,
        general=cells[0].question,
        question=asked(key, entry.offering.name, registry.vocabulary),
        first=shown_cells[0],
        views=shown_cells,
        more=len(cells) - len(shown_cells),
        turns=turns(shown_cells),
        earlier=_earlier(registry.told_of_offering.get(slug, ()), key),
        others=len(registry.rows.get(key, ())) - 1,
        feeds=f"{addresses.question_page(key)}feed",
    )


def turns(cells: Sequence[CellView]) -> list[tuple[str, str]]:
    """Give when the answer is another: conditions, gates, other scopes, sources that say otherwise."""
    first = cells[0].proof
    found: list[tuple[str, str]] = []
    for view in cells:
        scope = f"{view.cell.scope}: " if view.cell.scope else ""
        if view is not cells[0] and view.proof.value != first.value:
            found.append(("Elsewhere", f"{scope}{view.answer}."))
        if view is not cells[0] and view.proof.condition:
            found.append(("Condition", f"{scope}{view.proof.condition}"))
        if gate := gate_meaning(dict(view.cell.attributes)):
            found.append(("How to get it", f"{scope}{gate}"))
        found += [
            ("Disputed", f"{scope}{other.source} says otherwise: {other.shown}.")
            for other in view.others
            if other.contradicts
        ]
        if view.proof.contrary_id is not None:
            found.append(("Changing", f"{scope}{view.proof.stale}"))
    return list(dict.fromkeys(found))


def _otherwise(other: Proof) -> str:
    on_what = "" if other.contradicts == "value" else f" on {other.contradicts}"
    said = other.quote if on_what and other.quote else f"{other.shown}."
    return f"{other.source} says otherwise{on_what}: {said}"


def _earlier(told: Sequence[Told], key: str) -> list[Earlier]:
    notes = (Earlier(each, note) for each in told for note in each.item.claims if note.key == key)
    return [each for each in notes if not each.note.withdrawn][:CHANGES_SHOWN]
