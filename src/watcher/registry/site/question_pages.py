"""One question across all offerings, and the list of all questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from watcher.model import Key
from watcher.registry.claim_notes import label_of
from watcher.registry.entries import Entry
from watcher.registry.site import addresses
from watcher.registry.site.entry_pages import CHANGES_SHOWN, CellView, views
from watcher.registry.site.facts import Registry
from watcher.registry.site.making import File
from watcher.registry.site.questions import answered
from watcher.registry.site.rendering import Press, leaves

_SCOPES_SHOWN = 3
_ANSWERS_COUNTED = 8


@dataclass(frozen=True, slots=True)
class Row:
    """What one offering answers: the first cells of the key, and how many more there are."""

    entry: Entry
    views: tuple[CellView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the list of questions, with the answers given most often."""

    key: str
    label: str
    question: str
    offerings: int
    answers: tuple[tuple[str, int], ...]


def question_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the list of questions, then the pages of each."""
    yield press.page("questions", "questions/", groups=_groups(registry))
    for key in registry.keys:
        yield from _key_files(registry, press, key)


def _key_files(registry: Registry, press: Press, key: str) -> Iterator[File]:
    held = registry.vocabulary.get(key)
    told = registry.told_of_key.get(key, ())
    for leaf in leaves(registry.rows.get(key, ())):
        rows = [
            Row(entry, views(entry, cells[:_SCOPES_SHOWN]), max(len(cells) - _SCOPES_SHOWN, 0))
            for entry, cells in leaf.rows
        ]
        yield press.page(
            "question",
            addresses.question_page(key, leaf.number),
            key=key,
            held=held,
            label=label_of(key, registry.vocabulary),
            answers=_answers(registry, key),
            leaf=leaf,
            rows=rows,
            told=told[:CHANGES_SHOWN] if leaf.number == 1 else (),
            first=addresses.question_page(key),
            feeds=f"{addresses.question_page(key)}feed",
        )


def _groups(registry: Registry) -> list[tuple[str, list[Asked]]]:
    asked = [_asked(registry, key) for key in registry.keys]
    groups = groupby(asked, key=lambda each: _group(registry.vocabulary.get(each.key)))
    return [(name, list(inside)) for name, inside in groups]


def _group(key: Key | None) -> str:
    return key.group.replace("_", " ").capitalize() if key else "Other"


def _asked(registry: Registry, key: str) -> Asked:
    held = registry.vocabulary.get(key)
    return Asked(
        key=key,
        label=label_of(key, registry.vocabulary),
        question=held.question if held else "",
        offerings=len(registry.rows.get(key, ())),
        answers=_answers(registry, key)[:3],
    )


def _answers(registry: Registry, key: str) -> tuple[tuple[str, int], ...]:
    """Count the accepted answers of all offerings, where several say the same."""
    said = Counter(
        answered(cells[0].proof.value, cells[0].proof.shown)
        for _, cells in registry.rows.get(key, ())
        if cells[0].reviewed
    )
    return tuple(
        each for each in said.most_common(_ANSWERS_COUNTED) if each[1] > 1 or len(said) < 5
    )
