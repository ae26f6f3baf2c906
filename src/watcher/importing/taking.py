"""The histories of many sources, one after the other; what cannot be taken in is told, and the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from watcher.errors import HistoryError
from watcher.importing.history import History
from watcher.importing.kept import Keeper
from watcher.importing.planning import Planned
from watcher.model import Source, SourceId


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the history of one source: how many looks, from when to when, and what could not be used."""

    source_id: SourceId
    looks: int = 0
    first: datetime | None = None
    last: datetime | None = None
    trouble: tuple[str, ...] = ()


def take_histories(
    history: History,
    keeper: Keeper,
    sources: Mapping[SourceId, Source],
    planned: Iterable[Planned],
) -> list[Taken]:
    """Take in what `keeper` kept of the pages that became `sources`; give what became of each."""
    taken = [
        _take(history, keeper, source, each.job.history)
        for each in planned
        if each.job.history and (source := sources.get(each.source_id)) is not None
    ]
    history.settle()
    return taken


def _take(history: History, keeper: Keeper, source: Source, name: str) -> Taken:
    trouble = keeper.trouble(name)
    try:
        times = history.wanted(source, keeper.times(name))
        looks = history.take_in(source, keeper.looks(name, times))
    except HistoryError as error:
        return Taken(source.id, trouble=(*trouble, str(error)))
    if not times:
        return Taken(source.id, trouble=tuple(trouble))
    return Taken(source.id, looks, times[0], times[-1], tuple(trouble))
