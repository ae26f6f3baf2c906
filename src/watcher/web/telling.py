"""A change as pages show it: claims with their quotes in context, word differences with unchanged parts folded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watcher import second, values
from watcher.changes.words import word_edits
from watcher.desk import Desk
from watcher.model import (
    Block,
    BlockChange,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Difference,
    Document,
    Key,
    Proposal,
    Review,
    SecondReading,
    Source,
    Value,
    WordEdit,
)
from watcher.registry import change_title, claim_notes
from watcher.registry.account import folded_words
from watcher.registry.claim_notes import ClaimNote
from watcher.registry.lines import Span, SpanKind, gapped, span
from watcher.registry.printable import quote_link, shortened

_AROUND = 160
"""Characters shown before and after a quote: a sentence or two."""

_LONGEST_RUN = 4_000


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote in its context. `words` are those of the quote, `same` or marked as what the other side has not."""

    lead: str
    words: tuple[WordEdit, ...]
    trail: str
    section: str
    page: int | None
    url: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim of a change: what is said of it, both quotes, and how its value may be amended.

    `read` is the value as the machine has it, as a person would type it; empty where the page says nothing any more.
    `other_title` names the source that says `before` in a contradiction. `edits` leads from one quote to the other.
    """

    note: ClaimNote
    claim_id: str
    key: Key | None
    read: str
    before: QuoteView | None
    after: QuoteView | None
    other_title: str = ""
    edits: tuple[WordEdit, ...] = ()

    @property
    def is_retouched(self) -> bool:
        """Whether both quotes are one sentence with some words changed, which reads best as one."""
        kept = sum(len(each.text) for each in self.edits if each.kind == "same")
        return 2 * kept >= sum(len(each.text) for each in self.edits if each.kind != "removed") > 0

    @property
    def choices(self) -> tuple[str, ...]:
        """The values there are, where they are few."""
        if self.key is None:
            return ()
        return ("yes", "no") if self.key.type == "bool" else self.key.choices


@dataclass(frozen=True, slots=True)
class OpinionView:
    """What the second reader says of a change, otherwise than the rules; `against` is what those read."""

    label: str
    key: str
    value: str
    condition: str
    against: str
    quote: QuoteView | None


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block that differs: how, where, and its words, each run with the space that belongs before it."""

    difference: Difference
    section: str
    words: tuple[tuple[str, Span], ...]


def title_of(desk: Desk, change: Change, review: Review | None = None) -> str:
    """Give one line that says what changed, without the name of the source."""
    source = desk.source_of(change)
    told = change_title(change, source, desk.vocabulary, review)
    line = told.removeprefix(f"{shortened(source.title, 200)}: ")
    return line[:1].upper() + line[1:]


def claim_views(desk: Desk, change: Change, *, in_context: bool = True) -> tuple[ClaimView, ...]:
    """Give each claim of a change, values that differ first, dates last; quotes in their context if wanted."""
    source = desk.source_of(change)
    documents = _documents(desk, change) if in_context else (None, None)
    notes = {note.claim_id: note for note in claim_notes(change, desk.vocabulary)}
    views = [_claim_view(desk, each, notes, source, documents) for each in change.claims]
    return tuple(sorted(views, key=lambda view: view.note.place))


def _documents(desk: Desk, change: Change) -> tuple[Document | None, Document | None]:
    """Give what was read before and after; of a contradiction, what its two sources say now."""
    if change.kind is not ChangeKind.CONTRADICTION:
        return desk.document(change.before_snapshot), desk.document(change.after_snapshot)
    other = next((each.before_source for each in change.claims), None) or change.source_id
    sides = [desk.ledger.sources.known(each).snapshot_id for each in (other, change.source_id)]
    return desk.document(sides[0]), desk.document(sides[1])


def _claim_view(
    desk: Desk,
    difference: ClaimChange,
    notes: dict[str, ClaimNote],
    source: Source,
    documents: tuple[Document | None, Document | None],
) -> ClaimView:
    old, new = difference.before, difference.after
    claim = new or old
    assert claim is not None  # one side always exists
    key = desk.vocabulary.get(claim.key)
    other = desk.sources.get(difference.before_source) if difference.before_source else None
    edits: tuple[WordEdit, ...] = ()
    if old and new and other is None:
        edits = word_edits(old.evidence.quote, new.evidence.quote)
    return ClaimView(
        note=notes[claim.id],
        claim_id=claim.id,
        key=key,
        read=as_typed(key, new.value) if new else "",
        before=_quote(old, documents[0], edits, "removed", other or source) if old else None,
        after=_quote(new, documents[1], edits, "added", source) if new else None,
        other_title=other.title if other else "",
        edits=tuple(map(_bounded, edits)),
    )


def as_typed(key: Key | None, value: Value) -> str:
    """Give a value as a person would type it; `values.normalise` reads it back."""
    return values.render(key, value) if key else str(value)


def _quote(
    claim: Claim,
    document: Document | None,
    edits: tuple[WordEdit, ...],
    own: str,
    source: Source,
) -> QuoteView | None:
    evidence = claim.evidence
    if not evidence.quote:
        return None
    words = tuple(_bounded(edit) for edit in edits if edit.kind in ("same", own))
    lead, trail = _context(document, evidence.quote, evidence.start)
    return QuoteView(
        lead=lead,
        words=words or (WordEdit("same", _cut(evidence.quote)),),
        trail=trail,
        section=" › ".join(evidence.section),
        page=evidence.page,
        url=quote_link(source.url, evidence.quote[:_LONGEST_RUN]),
    )


def _context(document: Document | None, quote: str, start: int) -> tuple[str, str]:
    """Give what stands before and after a quote in its part of the document, whole words, or nothing."""
    if document is None:
        return "", ""
    text = document.text
    if text[start : start + len(quote)] != quote:
        start = text.find(quote)
    if start < 0:
        return "", ""
    end = start + len(quote)
    first, last = _part(document, start, end)
    lead, trail = text[max(first, start - _AROUND) : start], text[end : min(last, end + _AROUND)]
    if start - _AROUND > first:
        lead = "…" + lead.partition(" ")[2]
    if end + _AROUND < last:
        trail = trail.rpartition(" ")[0] + "…"
    return lead, trail


def _part(document: Document, start: int, end: int) -> tuple[int, int]:
    """Give where the run of blocks of one region begins and ends that holds a quote: no menu is its context."""
    starts, regions = document.starts, [block.region for block in document.blocks]
    first, last = bisect_right(starts, start) - 1, max(bisect_right(starts, end - 1) - 1, 0)
    while first > 0 and regions[first - 1] == regions[first]:
        first -= 1
    while last + 1 < len(regions) and regions[last + 1] == regions[last]:
        last += 1
    return starts[first], starts[last] + len(document.blocks[last].text)


def opinion_views(desk: Desk, change: Change) -> tuple[SecondReading | None, list[OpinionView]]:
    """Give the second reader's reading of what a change made of its page, and what it reads otherwise."""
    reading, said = desk.second_opinions(change)
    return reading, [_opinion_view(desk, change, each) for each in said]


def _opinion_view(desk: Desk, change: Change, proposal: Proposal) -> OpinionView:
    claim, vocabulary = proposal.claim, desk.vocabulary
    key = vocabulary.get(claim.key)
    document = desk.document(change.after_snapshot)
    return OpinionView(
        label=key.label if key else claim.key,
        key=claim.key,
        value=second.shown(claim.key, claim.value, vocabulary),
        condition=claim.condition or "",
        against=second.against(proposal, vocabulary),
        quote=_quote(claim, document, (), "added", desk.source_of(change)),
    )


def block_views(blocks: Iterable[BlockChange], context: int = 12) -> Iterator[BlockView]:
    """Give the blocks that differ, unchanged runs of words folded to `context` words at each difference."""
    for change in blocks:
        place = change.after or change.before
        assert place is not None  # one side always exists
        section = " › ".join(place.path)
        words = tuple(gapped(tuple(_words(change, context))))
        yield BlockView(change.difference, section, words)


def _words(change: BlockChange, context: int) -> Iterator[Span]:
    if change.words:
        for each in folded_words(change.words, context):
            yield Span(each.kind, _cut(each.text), each.link, _cut(each.hidden))
        return
    moved = change.difference is Difference.MOVED
    if change.before and not moved:
        yield _whole(SpanKind.REMOVED, change.before)
    if change.after:
        yield _whole(SpanKind.SAME if moved else SpanKind.ADDED, change.after)


def _whole(kind: SpanKind, block: Block) -> Span:
    return span(kind, _cut(block.text))


def _bounded(edit: WordEdit) -> WordEdit:
    return WordEdit(edit.kind, _cut(edit.text))


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_RUN:
        return text
    return f"{text[:_LONGEST_RUN]}… [{len(text) - _LONGEST_RUN:,} more characters]"


def is_obvious(change: Change) -> bool:
    """Whether a row can show all there is to decide on: few claims, each with its quotes."""
    return change.kind is not ChangeKind.SOURCE and 0 < len(change.claims) <= 3
