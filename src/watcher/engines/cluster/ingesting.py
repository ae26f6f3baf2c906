"""Results into the ledger, each exactly once: a unit's rows and the note that they are there are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.engines.cluster.units import Fate, Finding, Result, Unit, Wanted
from watcher.engines.engine import record_bug
from watcher.errors import LedgerError
from watcher.ledger import Ledger
from watcher.model import Known, Response, Source
from watcher.sweep import Look, Outcome, Sweep


class WorkerBug(Exception):
    """A bug of ours that a worker met, with its traceback there."""


@dataclass(slots=True)
class Ingested:
    """What a unit came to. `put_off` stay due; `wanting` are pages that call for a browser."""

    outcomes: list[Outcome] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    put_off: list[Source] = field(default_factory=list)
    wanting: list[Source] = field(default_factory=list)


class Ingesting:
    """Takes in what workers found, as the local engine takes in what it found itself."""

    def __init__(self, ledger: Ledger, sweep: Sweep, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._sweep = sweep
        self._clock = clock

    def take_in(self, unit: Unit, result: Result) -> Ingested:
        """Record all findings of a unit, or nothing when they are in the ledger already. Raises LedgerError."""
        wanted = {each.source.id: each for each in unit.wanted}
        ingested = Ingested()
        with self._ledger.atomic():
            if self._ledger.units.is_ingested(unit.id):
                return ingested
            for finding in result.findings:
                if finding.source_id in wanted:
                    self._sort(wanted[finding.source_id], finding, ingested)
            self._ledger.units.add(unit.id, self._clock())
        return ingested

    def _sort(self, wanted: Wanted, finding: Finding, ingested: Ingested) -> None:
        if finding.fate is Fate.PUT_OFF:
            ingested.put_off.append(wanted.source)
        elif finding.fate is Fate.WANTS_BROWSER:
            ingested.wanting.append(wanted.source)
        elif finding.fate is Fate.BUG:
            self._take_bug(wanted.source, finding.bug, ingested)
        else:
            self._record(wanted, finding, ingested)

    def _record(self, wanted: Wanted, finding: Finding, ingested: Ingested) -> None:
        assert finding.response is not None and finding.found is not None  # what was seen has both
        look = Look(wanted.source, wanted.known)
        try:
            response = self._whole(wanted.known, finding.response)
            outcome = self._sweep.record(look, response, finding.found)
        except LedgerError:
            raise
        except Exception as bug:  # the edge: one source's bug must not stop the others
            ingested.bugs.append(bug)
            said = f"{type(bug).__name__}: {bug}"
            outcome = record_bug(self._sweep, wanted.source, said, self._clock())
        ingested.outcomes.append(outcome)
        if finding.remembered is not None:
            self._ledger.sources.remember_fetch(wanted.source.id, finding.remembered)

    def _whole(self, known: Known, response: Response) -> Response:
        """Give `response` with the payload that it came without, when another look overtook this one.

        Only then is it read: workers leave out what the ledger holds.
        """
        is_left_out = response.status == 200 and not response.payload
        if not is_left_out or known.snapshot_id is None:
            return response
        if self._ledger.sources.known(known.source_id) == known:
            return response
        return replace(response, payload=self._ledger.snapshots.payload(known.snapshot_id))

    def _take_bug(self, source: Source, traceback: str, ingested: Ingested) -> None:
        ingested.bugs.append(WorkerBug(traceback))
        said = traceback.strip().rpartition("\n")[2]
        ingested.outcomes.append(record_bug(self._sweep, source, said, self._clock()))
