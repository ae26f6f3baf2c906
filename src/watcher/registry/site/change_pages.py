"""One change, claims first, then words; and the list of all changes that readers were told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from watcher.model import BlockChange, Difference, concerned
from watcher.registry.account import effective_on, folded_words
from watcher.registry.claim_notes import ClaimNote, claim_notes
from watcher.registry.lines import Span, SpanKind, gapped, span
from watcher.registry.printable import quote_link, shortened
from watcher.registry.site import addresses
from watcher.registry.site.facts import Registry, Told
from watcher.registry.site.making import File
from watcher.registry.site.rendering import Press, leaves

_CONTEXT = 14
_CLAIMS_SHOWN = 25
_ROOM = 30_000
"""Characters of word differences on one page, so that a rewritten document stays one page to load."""

_SPAN_LENGTH = 4_000
_WORDING = {
    Difference.ADDED: "Added",
    Difference.REMOVED: "Removed",
    Difference.CHANGED: "Reworded",
    Difference.MOVED: "Moved",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One block that differs: where, how, and its words as spans."""

    what: str
    path: str
    spans: tuple[tuple[str, Span], ...]
    """Each span with the space that belongs before it."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """What a change says of a claim, with the links to the live page at the quotes."""

    note: ClaimNote
    url: str


def change_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the list of changes by month, then the page of each."""
    for leaf in leaves(registry.told):
        months = groupby(leaf.rows, key=lambda told: told.change.changed_at.strftime("%Y-%m"))
        yield press.page(
            "changes",
            addresses.numbered("changes/", leaf.number),
            leaf=leaf,
            first="changes/",
            months=[(month, list(inside)) for month, inside in months],
            feeds="changes/feed",
        )
    for told in registry.told:
        yield _change_file(registry, press, told)


def _change_file(registry: Registry, press: Press, told: Told) -> File:
    about = concerned(told.change, told.source.offerings)
    entries = [registry.entries[slug] for slug in about if slug in registry.entries]
    stands = told.review is not None
    notes = claim_notes(told.change, registry.vocabulary, told.review) if stands else ()
    passages, more = _passages(told.change.blocks) if stands else ([], 0)
    return press.page(
        "change",
        addresses.change_page(told.id),
        told=told,
        change=told.change,
        source=told.source,
        stands=stands,
        effective=effective_on(told.change) if stands else None,
        entries=entries[:_CLAIMS_SHOWN],
        notes=[
            NoteView(note, quote_link(told.source.url, note.new_quote))
            for note in notes[:_CLAIMS_SHOWN]
        ],
        more_notes=max(len(notes) - _CLAIMS_SHOWN, 0),
        passages=passages,
        more=more,
    )


def _passages(blocks: Sequence[BlockChange]) -> tuple[list[Passage], int]:
    """Give the passages that fit on a page, and how many more differ."""
    passages: list[Passage] = []
    room = _ROOM
    for place, block in enumerate(blocks):
        passage = _passage(block)
        room -= sum(len(each.text) + len(each.hidden) + 30 for _, each in passage.spans)
        if room < 0 and passages:
            return passages, len(blocks) - place
        passages.append(passage)
    return passages, 0


def _passage(block: BlockChange) -> Passage:
    where = block.after or block.before
    path = " › ".join(where.path) if where else ""
    spans = tuple(gapped(tuple(_bounded(_spans(block)))))
    return Passage(_WORDING[block.difference], shortened(path, 300), spans)


def _spans(block: BlockChange) -> Iterator[Span]:
    if block.words:
        yield from folded_words(block.words, _CONTEXT)
        return
    moved = block.difference is Difference.MOVED
    if block.before and not moved:
        yield span(SpanKind.REMOVED, block.before.text)
    if block.after:
        yield span(SpanKind.SAME if moved else SpanKind.ADDED, block.after.text)


def _bounded(spans: Iterator[Span]) -> Iterator[Span]:
    room = _ROOM // 3
    for each in spans:
        shown = Span(each.kind, _cut(each.text), each.link, _cut(each.hidden))
        room -= len(shown.text) + len(shown.hidden)
        if room < 0:
            yield Span(SpanKind.FOLDED, "[… and more …]")
            return
        yield shown


def _cut(text: str) -> str:
    """Give `text` with its own spaces if it is short enough for a page."""
    return text if len(text) <= _SPAN_LENGTH else shortened(text, _SPAN_LENGTH)
