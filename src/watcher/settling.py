"""What sources say, held anew against what those beside them say: contradictions raised once, closed when mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.ledger import Ledger
from watcher.model import Change, ChangeKind, Offering, Slug, Source, SourceId, Vocabulary

if TYPE_CHECKING:
    from watcher.reviews.contradictions import Contradiction

_OFFERINGS_AT_ONCE = 32
"""Offerings whose claims are in memory together: a first sweep restates all there are."""


def settle_contradictions(
    ledger: Ledger,
    vocabulary: Callable[[], Vocabulary],
    at: datetime,
    only: SourceId | None = None,
) -> tuple[Change, ...]:
    """Give the items raised about sources that said something anew, now in the ledger, or `only` about one of them.

    Those that agree again are closed. Sources of which a difference waits for a second look wait too. `vocabulary` is
    asked only where there is something to hold against each other.
    """
    restated = ledger.unsettled.all()
    if only is not None:
        restated &= {only}
    if not restated:
        return ()
    with ledger.atomic():
        ledger.unsettled.settle(restated)
        return _settled(ledger, restated, vocabulary, at)


def _settled(
    ledger: Ledger, restated: set[SourceId], vocabulary: Callable[[], Vocabulary], at: datetime
) -> tuple[Change, ...]:
    offerings, sources = ledger.sources.beside(restated)
    if len(sources) < 2:
        return ()
    # Not before there is something to hold against each other: most sweeps find nothing new.
    from watcher.reviews.contradictions import as_change, settled, sides_of  # noqa: PLC0415

    waiting = ledger.sources.pending(sources)
    held = ledger.changes.unmended(ChangeKind.CONTRADICTION)
    found = _contradictions(ledger, sources, vocabulary(), offerings)
    new, mended = settled(found, held, sources, waiting)
    for item in mended:
        # Beside what is looked at, sources have other offerings, of which nothing is weighed now.
        if not _is_untouched(ledger, sides_of(item), restated):
            ledger.changes.close(item.id or 0, at, "nothing contradicts any more")
    items = [as_change(one, vocabulary(), at) for one in new]
    return tuple(replace(item, id=ledger.changes.add(item)) for item in items)


def _is_untouched(ledger: Ledger, sides: Set[SourceId], restated: Set[SourceId]) -> bool:
    """Whether the sources of an item said nothing anew, and are declared for one offering as they were."""
    _, declared = ledger.sources.beside(sides)
    if not sides <= declared.keys() or not sides.isdisjoint(restated):
        return False
    return bool(frozenset.intersection(*(frozenset(declared[each].offerings) for each in sides)))


def _contradictions(
    ledger: Ledger,
    sources: Mapping[SourceId, Source],
    vocabulary: Vocabulary,
    offerings: Mapping[Slug, Offering],
) -> Iterable[Contradiction]:
    """Give the contradictions of all `offerings`, with the claims of few of them in memory at a time."""
    from watcher.reviews.contradictions import contradictions  # noqa: PLC0415 - see _settled

    about: dict[Slug, list[SourceId]] = defaultdict(list)
    for source in sources.values():
        for slug in source.offerings:
            about[slug].append(source.id)
    found: dict[object, Contradiction] = {}
    slugs = sorted(offerings)
    for at in range(0, len(slugs), _OFFERINGS_AT_ONCE):
        some = slugs[at : at + _OFFERINGS_AT_ONCE]
        said = ledger.claims.current_of({each for slug in some for each in about[slug]})
        for one in contradictions(
            said, sources, vocabulary, {each: offerings[each] for each in some}
        ):
            found.setdefault(one.identity, one)  # two sources may share several offerings
    return found.values()
