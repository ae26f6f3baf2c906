"""What sources say, held anew against what those beside them say: contradictions raised once, closed when mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from watcher.ledger import Ledger
from watcher.model import Change, ChangeKind, SourceId, Vocabulary


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
    from watcher.reviews.contradictions import as_change, contradictions, settled  # noqa: PLC0415

    said = ledger.claims.current_of(sources)
    waiting = ledger.sources.pending(sources)
    held = ledger.changes.unmended(ChangeKind.CONTRADICTION)
    found = contradictions(said, sources, vocabulary(), offerings)
    new, mended = settled(found, held, sources, waiting)
    for item in mended:
        ledger.changes.close(item.id or 0, at, "nothing contradicts any more")
    items = [as_change(one, vocabulary(), at) for one in new]
    return tuple(replace(item, id=ledger.changes.add(item)) for item in items)
