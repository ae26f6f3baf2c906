"""The registry's entry for one offering, put together from what people accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from watcher.model import (
    AcceptedClaim,
    Authority,
    Change,
    ChangeKind,
    Claim,
    Decision,
    Offering,
    Review,
    Source,
    SourceId,
    Value,
    Vocabulary,
    told_of,
    told_to,
)
from watcher.registry.account import change_title, effective_on
from watcher.registry.claim_notes import ClaimNote, claim_notes, label_of, value_shown
from watcher.registry.disputes import Pair, disagreement, dismissed_pairs
from watcher.registry.printable import day, one_line, printable, quote_link, shown
from watcher.registry.staleness import staleness
from watcher.registry.watch_outs import WatchOut, watch_out

PUBLISHED_KINDS = (ChangeKind.CHANGE, ChangeKind.VARIANTS, ChangeKind.CORRECTION)
"""Changes that are news to a reader; a first look or the health of a source is not."""

_GROUPS = {
    "rights": "Rights",
    "constraints": "Constraints",
    "assurance": "Assurance",
    "data_handling": "Data handling",
    "legal": "Legal",
}
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Proof:
    """What one source says of a cell. `url` leads to the quote; `stale` says why it may no longer hold.

    `contrary_id` names a change that waits for review and by which the source says otherwise now; `contradicts` says
    on what it disagrees with the cell's first source, if it does.
    """

    value: Value
    shown: str
    condition: str
    quote: str
    source_id: SourceId
    source: str
    url: str
    checked_at: datetime | None
    stale: str = ""
    amended: bool = False
    contrary_id: int | None = None
    contradicts: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of an entry: a key, what is shown for it, and what other sources say.

    `scope` is the subject that the claim is about, where it is not the main one, or the title of the document, for
    keys that ask about each document. `reviewed` is False for a value that a machine read and nobody accepted.
    """

    key: str
    label: str
    question: str
    scope: str
    proof: Proof
    attributes: tuple[tuple[str, Value], ...] = ()
    others: tuple[Proof, ...] = ()
    reviewed: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of one group of the vocabulary, in its order."""

    name: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """An accepted change as an entry tells it: when first seen, from when it applies, what it says."""

    change_id: int
    title: str
    changed_at: datetime
    decided_at: datetime
    effective_on: date | None
    source: str
    url: str
    claims: tuple[ClaimNote, ...]


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A source of an entry, with its last good check."""

    id: SourceId
    title: str
    kind: str
    provider: str
    is_primary: bool
    url: str
    checked_at: datetime | None
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the registry shows of one offering.

    `checked_at` is the last good look at any of its sources, `oldest_check_at` that of the cell confirmed longest ago.
    """

    offering: Offering
    checked_at: datetime | None
    oldest_check_at: datetime | None
    groups: tuple[Group, ...]
    watch_outs: tuple[WatchOut, ...]
    changes: tuple[ChangeNote, ...]
    sources: tuple[SourceNote, ...]

    @property
    def primary_sources(self) -> tuple[SourceNote, ...]:
        """The sources that speak for the provider itself."""
        return tuple(source for source in self.sources if source.is_primary)


def entry(
    offering: Offering,
    *,
    sources: Mapping[SourceId, Source],
    accepted: Iterable[AcceptedClaim],
    changes: Iterable[Change],
    decisions: Mapping[int, Review],
    confirmed: Mapping[SourceId, datetime],
    vocabulary: Vocabulary,
    now: datetime,
    unreviewed: Mapping[SourceId, Sequence[Claim]] | None = None,
    changes_shown: int = 20,
) -> Entry:
    """Give the entry of `offering`.

    `accepted` comes from `reviews.accepted_claims`, the first of each cell being the one to show; `decisions` from
    `reviews.standing`. Nothing that is not accepted is shown, unless `unreviewed` holds the claims last read from
    each source: then those that differ from what is accepted stand beside it, marked.
    """
    changes = tuple(changes)
    about = [part for each in changes if (part := told_to(each, offering.slug)) is not None]
    own = {key: source for key, source in sources.items() if offering.slug in source.offerings}
    held = [claim for claim in accepted if claim.offering == offering.slug]
    read = {key: told_of(claims, offering.slug) for key, claims in (unreviewed or {}).items()}
    cells = [
        *_accepted_cells(held, own, vocabulary, now, offering, dismissed_pairs(changes, decisions)),
        *_unreviewed_cells(held, own, read, confirmed, vocabulary, now),
    ]
    looks = [confirmed[source_id] for source_id in own if source_id in confirmed]
    checks = [cell.proof.checked_at for cell in cells if cell.reviewed and cell.proof.checked_at]
    return Entry(
        offering=offering,
        checked_at=max(looks, default=None),
        oldest_check_at=min(checks, default=None),
        groups=_grouped(cells, vocabulary),
        watch_outs=tuple(_watch_outs(cells, vocabulary)),
        changes=_change_notes(about, decisions, own, vocabulary)[:changes_shown],
        sources=_source_notes(offering, own, confirmed, now),
    )


def _accepted_cells(
    held: list[AcceptedClaim],
    sources: Mapping[SourceId, Source],
    vocabulary: Vocabulary,
    now: datetime,
    offering: Offering,
    dismissed: frozenset[Pair],
) -> Iterator[Cell]:
    known = [(claim, sources[claim.source_id]) for claim in held if claim.source_id in sources]
    for (key, _), said in groupby(known, lambda each: (each[0].key, each[0].scope)):
        spoken = list(said)
        about_documents = key in vocabulary and vocabulary[key].per_document
        for best, *others in [[each] for each in spoken] if about_documents else [spoken]:
            yield Cell(
                key=key,
                label=label_of(key, vocabulary),
                question=vocabulary[key].question if key in vocabulary else "",
                scope=_scope(best[0], best[1], vocabulary),
                proof=_accepted_proof(*best, vocabulary, now),
                attributes=best[0].attributes,
                others=tuple(
                    replace(
                        _accepted_proof(*each, vocabulary, now),
                        contradicts=disagreement(best, each, vocabulary, offering, dismissed),
                    )
                    for each in others
                ),
            )


def _scope(claim: AcceptedClaim | Claim, source: Source, vocabulary: Vocabulary) -> str:
    """Give what a cell is about where its key has several: a document, or a subject of the page."""
    known = vocabulary.get(claim.key)
    document = source.title if known and known.per_document else ""
    return one_line(", ".join(filter(None, (document, claim.scope))))


def _proof(
    claim: AcceptedClaim | Claim,
    quote: str,
    source: Source,
    checked_at: datetime | None,
    vocabulary: Vocabulary,
    now: datetime,
) -> Proof:
    return Proof(
        value=claim.value,
        shown=value_shown(claim.key, claim.value, vocabulary),
        condition=one_line(claim.condition or ""),
        quote=printable(quote),
        source_id=source.id,
        source=one_line(source.title),
        url=quote_link(source.url, quote),
        checked_at=checked_at,
        stale=staleness(source, vocabulary.get(claim.key), checked_at, now),
    )


def _accepted_proof(
    claim: AcceptedClaim, source: Source, vocabulary: Vocabulary, now: datetime
) -> Proof:
    proof = _proof(claim, claim.quote, source, claim.checked_at, vocabulary, now)
    if claim.contrary_id is not None:
        stale = f"The page no longer says this; change {claim.contrary_id} waits for review."
        proof = replace(proof, stale=stale, contrary_id=claim.contrary_id)
    return replace(proof, amended=claim.amended)


def _unreviewed_cells(
    held: list[AcceptedClaim],
    sources: Mapping[SourceId, Source],
    unreviewed: Mapping[SourceId, Sequence[Claim]],
    confirmed: Mapping[SourceId, datetime],
    vocabulary: Vocabulary,
    now: datetime,
) -> Iterator[Cell]:
    accepted = {(claim.source_id, claim.key, claim.scope): claim.value for claim in held}
    for source in sources.values():
        for claim in unreviewed.get(source.id, ()):
            if accepted.get((source.id, claim.key, claim.scope)) != claim.value:
                yield _unreviewed_cell(claim, source, confirmed.get(source.id), vocabulary, now)


def _unreviewed_cell(
    claim: Claim,
    source: Source,
    checked_at: datetime | None,
    vocabulary: Vocabulary,
    now: datetime,
) -> Cell:
    return Cell(
        key=claim.key,
        label=label_of(claim.key, vocabulary),
        question=vocabulary[claim.key].question if claim.key in vocabulary else "",
        scope=_scope(claim, source, vocabulary),
        proof=_proof(claim, claim.evidence.quote, source, checked_at, vocabulary, now),
        attributes=claim.attributes,
        reviewed=False,
    )


def _grouped(cells: list[Cell], vocabulary: Vocabulary) -> tuple[Group, ...]:
    places = {key: place for place, key in enumerate(vocabulary)}
    names = list(dict.fromkeys([*_GROUPS, *(key.group for key in vocabulary.values()), _OTHER]))
    groups: dict[str, list[Cell]] = {name: [] for name in names}
    for cell in sorted(
        cells, key=lambda cell: (places.get(cell.key, len(places)), cell.key, cell.scope)
    ):
        known = vocabulary.get(cell.key)
        groups[known.group if known else _OTHER].append(cell)
    return tuple(
        Group(name, _GROUPS.get(name) or name.replace("_", " ").capitalize(), tuple(inside))
        for name, inside in groups.items()
        if inside
    )


def _watch_outs(cells: list[Cell], vocabulary: Vocabulary) -> Iterator[WatchOut]:
    places = {key: place for place, key in enumerate(vocabulary)}
    for cell in sorted(cells, key=lambda cell: places.get(cell.key, len(places))):
        if cell.reviewed and (found := _watch_out(cell)):
            yield found


def _watch_out(cell: Cell) -> WatchOut | None:
    proof = cell.proof
    against = next((other for other in cell.others if other.contradicts), None)
    doubt = ""
    if proof.contrary_id is not None:
        doubt = proof.stale
    elif against:
        doubt = _otherwise(against)
    return watch_out(
        cell.key,
        cell.label + (f" ({cell.scope})" if cell.scope else ""),
        proof.value,
        rendered=proof.shown,
        condition=proof.condition,
        attributes=dict(cell.attributes),
        quote=proof.quote,
        doubt=doubt,
    )


def _otherwise(other: Proof) -> str:
    on_what = "" if other.contradicts == "value" else f" on {other.contradicts}"
    seen = f"{other.source} (checked {day(other.checked_at)}) says otherwise{on_what}"
    return f"{seen}: {other.quote if on_what else f'{other.shown}.'}"


def _change_notes(
    changes: Iterable[Change],
    decisions: Mapping[int, Review],
    sources: Mapping[SourceId, Source],
    vocabulary: Vocabulary,
) -> tuple[ChangeNote, ...]:
    notes = [
        _change_note(change, review, sources[change.source_id], vocabulary)
        for change in changes
        if change.source_id in sources and change.kind in PUBLISHED_KINDS
        if (review := decisions.get(change.id or 0)) is not None
        if review.decision in (Decision.ACCEPT, Decision.AMEND)
    ]
    return tuple(sorted(notes, key=lambda note: (note.changed_at, note.change_id), reverse=True))


def _change_note(
    change: Change, review: Review, source: Source, vocabulary: Vocabulary
) -> ChangeNote:
    notes = claim_notes(change, vocabulary, review)
    quote = next((note.new_quote for note in notes if note.new_quote), "")
    return ChangeNote(
        change_id=review.change_id,
        title=change_title(change, source, vocabulary, review),
        changed_at=change.changed_at,
        decided_at=review.decided_at,
        effective_on=effective_on(change),
        source=one_line(source.title),
        url=quote_link(source.url, quote),
        claims=tuple(note for note in notes if not note.withdrawn),
    )


def _source_notes(
    offering: Offering,
    sources: Mapping[SourceId, Source],
    confirmed: Mapping[SourceId, datetime],
    now: datetime,
) -> tuple[SourceNote, ...]:
    notes = [
        SourceNote(
            id=source.id,
            title=one_line(source.title),
            kind=source.kind.value,
            provider=offering.provider,
            is_primary=source.authority is Authority.PRIMARY,
            url=quote_link(source.url, ""),
            checked_at=confirmed.get(source.id),
            stale=staleness(source, None, confirmed.get(source.id), now),
        )
        for source in sources.values()
    ]
    return tuple(sorted(notes, key=lambda note: (not note.is_primary, note.title.casefold())))


def attributes_shown(cell: Cell) -> str:
    """Give the finer points of a cell on one line: `tier: self_serve · route: public`."""
    return " · ".join(
        f"{one_line(name)}: {one_line(shown(value))}" for name, value in cell.attributes
    )
