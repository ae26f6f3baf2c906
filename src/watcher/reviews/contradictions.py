"""Two sources of one offering that say different things: found, put before a person once, and closed when mended.

What counts as different is decided by `values.dispute`. Each item holds what both sources say; which of the two to
believe first is a proposal: primary over secondary, the newer document over the older, then what the source is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations

from watcher import values as normal_forms
from watcher.model import (
    Authority,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Difference,
    Offering,
    Significance,
    Slug,
    Source,
    SourceId,
    Vocabulary,
    holding,
    subject_of,
)
from watcher.reviews.authority import weight
from watcher.values import Statement, dispute, is_compared

_DATES = ("document_updated", "document_effective")
_AMONG_PRIMARY, _WITH_SECONDARY = 4, 2
"""Levels of significance: the provider contradicts itself, or somebody else contradicts the provider."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of a key. `dated_on` is the date that its document carries, if it carries one."""

    source: Source
    claim: Claim
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sources that disagree about one key; `about` names on what: `value`, or a demand in plain words."""

    believed: Said
    doubted: Said
    about: str

    @property
    def sides(self) -> frozenset[SourceId]:
        """The two sources."""
        return frozenset((self.believed.source.id, self.doubted.source.id))

    @property
    def offerings(self) -> frozenset[Slug]:
        """The offerings that both sources are evidence for."""
        return frozenset(self.believed.source.offerings) & frozenset(self.doubted.source.offerings)

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells it from every other: who disagrees, about which claim, with which values."""
        return (self.sides, *_identity(self))


def contradictions(
    claims_by_source: Mapping[SourceId, Sequence[Claim]],
    sources: Mapping[SourceId, Source],
    vocabulary: Vocabulary,
    offerings: Mapping[Slug, Offering],
) -> tuple[Contradiction, ...]:
    """Give every pair of values that sources of one offering hold against each other, each once.

    Of several sources that say the same, the weightiest stands for them. Nothing is found between sources that share
    no offering, or whose claims name different plans, products or regions. Independent of the order of the input.
    """
    found: dict[tuple[object, ...], Contradiction] = {}
    speaking: dict[Slug, list[Source]] = defaultdict(list)
    for source in (sources[each] for each in claims_by_source if each in sources):
        for slug in dict.fromkeys(source.offerings):
            speaking[slug].append(source)
    for offering in sorted(offerings.values(), key=lambda each: each.slug):
        about = [(each, claims_by_source[each.id]) for each in speaking[offering.slug]]
        statements = _statements(about, offering.slug, vocabulary)
        for (key, _), said in sorted(statements.items()):
            for one in _disputes(said, key, vocabulary, offering):
                found.setdefault(one.identity, one)
    return tuple(found.values())


def as_change(contradiction: Contradiction, vocabulary: Vocabulary, at: datetime) -> Change:
    """Give the item that puts a contradiction before a person, seen at `at`."""
    believed, doubted = contradiction.believed, contradiction.doubted
    key = vocabulary[doubted.claim.key]
    about = "" if contradiction.about == "value" else f", {contradiction.about}"
    told = [
        f"{normal_forms.render(key, said.claim.value)} ({said.source.title})"
        for said in (believed, doubted)
    ]
    is_among_primary = doubted.source.authority is Authority.PRIMARY
    return Change(
        source_id=doubted.source.id,
        kind=ChangeKind.CONTRADICTION,
        before_snapshot=None,
        after_snapshot=None,
        changed_at=at,
        raised_at=at,
        significance=Significance(
            _AMONG_PRIMARY if is_among_primary else _WITH_SECONDARY,
            (
                f"{_presented(believed)} and {_presented(doubted)} say different things",
                f"believe the first: {_preference(contradiction)}",
            ),
        ),
        claims=(
            ClaimChange(Difference.CHANGED, believed.claim, doubted.claim, believed.source.id),
        ),
        title=f"{key.label}: {' against '.join(told)}{about}",
    )


def settled(
    found: Iterable[Contradiction],
    held: Iterable[Change],
    sources: Mapping[SourceId, Source],
    waiting: Set[SourceId] = frozenset(),
) -> tuple[tuple[Contradiction, ...], tuple[Change, ...]]:
    """Give what of `found` is to be raised, and which items about `sources` mended.

    `held` are the items raised before that did not mend, whatever was decided on them: each pair of values is raised
    once for as long as it lasts. What involves a source in `waiting`, not sure yet of what it says, is left as it is.
    """
    found, held = tuple(found), tuple(held)
    new = (
        one
        for one in found
        if waiting.isdisjoint(one.sides)
        and not any(_is_item_of(one, item, sources) for item in held)
    )
    mended = (
        item
        for item in held
        if waiting.isdisjoint(sides_of(item))
        and not sides_of(item).isdisjoint(sources)
        and not any(_is_item_of(one, item, sources) for one in found)
    )
    return tuple(new), tuple(mended)


def sides_of(item: Change) -> frozenset[SourceId]:
    """Give the sources that an item holds against each other."""
    others = (each.before_source for each in item.claims)
    return frozenset((item.source_id, *(each for each in others if each)))


def _statements(
    claims_by_source: Iterable[tuple[Source, Sequence[Claim]]], slug: Slug, vocabulary: Vocabulary
) -> dict[tuple[str, str], list[Said]]:
    """Give what the sources of an offering say that can be held against each other, by key and scope."""
    said: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for source, claims in claims_by_source:
        dated_on = _dated_on(claims)
        for claim in holding(claims, slug):
            key = vocabulary.get(claim.key)
            if key is not None and is_compared(key, source.kind):
                said[claim.key, subject_of(claim.scope)].append(Said(source, claim, dated_on))
    return said


def _disputes(
    said: Sequence[Said], key: str, vocabulary: Vocabulary, offering: Offering
) -> Iterator[Contradiction]:
    """Give the disputes about one key, those between the weightiest sources first."""
    ordered = sorted(said, key=lambda each: _order(each, vocabulary))
    names = (offering.name, offering.type, offering.slug)
    seen = set()
    for (first, one), (second, other) in combinations([(e, _statement(e)) for e in ordered], 2):
        about = dispute(vocabulary[key], one, other, names)
        if not about:
            continue
        contradiction = Contradiction(first, second, about)
        if (identity := _identity(contradiction)) not in seen:
            seen.add(identity)
            yield contradiction


def _order(said: Said, vocabulary: Vocabulary) -> tuple[bool, int, int, SourceId]:
    """Order by whom to believe: primary, then newer, then by what the source is about."""
    is_secondary, place = weight(said.source, said.claim.key, vocabulary)
    newest_first = -said.dated_on.toordinal() if said.dated_on else 0
    return is_secondary, newest_first, place, said.source.id


def _statement(said: Said) -> Statement:
    claim = said.claim
    return Statement(
        value=claim.value,
        kind=said.source.kind,
        condition=claim.condition or "",
        quote=claim.evidence.quote,
        attributes=claim.attributes,
    )


def _identity(contradiction: Contradiction) -> tuple[object, ...]:
    one, other = contradiction.believed.claim, contradiction.doubted.claim
    return (one.id, _pair(one, other), contradiction.about != "value")


def _pair(one: Claim, other: Claim) -> frozenset[str]:
    return frozenset((repr(one.value), repr(other.value)))


def _is_item_of(
    contradiction: Contradiction, change: Change, sources: Mapping[SourceId, Source]
) -> bool:
    """Whether `change` puts this very pair of values before a person, whichever sources stand for them now."""
    claim_id, pair, _ = _identity(contradiction)
    for difference in change.claims:
        before, after = difference.before, difference.after
        one, other = (
            sources.get(change.source_id),
            sources.get(difference.before_source or change.source_id),
        )
        if before is None or after is None or one is None or other is None:
            continue
        shared = frozenset(one.offerings) & frozenset(other.offerings) & contradiction.offerings
        if shared and before.id == claim_id and _pair(before, after) == pair:
            return True
    return False


def _dated_on(claims: Iterable[Claim]) -> date | None:
    """Give the latest date that a document says it was updated on, or else applies from."""
    for key in _DATES:
        dates = [_as_date(claim) for claim in claims if claim.key == key and not claim.scope]
        if known := [each for each in dates if each is not None]:
            return max(known)
    return None


def _as_date(claim: Claim) -> date | None:
    try:
        return date.fromisoformat(str(claim.value))
    except ValueError:
        return None


def _presented(said: Said) -> str:
    dated = f", of {said.dated_on}" if said.dated_on else ", undated"
    return f"{said.source.title} ({said.source.authority.value}{dated})"


def _preference(contradiction: Contradiction) -> str:
    first, second = contradiction.believed, contradiction.doubted
    if first.source.authority is not second.source.authority:
        return "a primary source goes before a secondary one"
    if first.dated_on and (second.dated_on is None or first.dated_on > second.dated_on):
        return (
            "it is the newer document" if second.dated_on else "it carries a date, the other none"
        )
    return f"it is the one that is about this, of kind {first.source.kind.value.replace('_', ' ')}"
