"""What the ledger holds between looks: of a source its last good state and what it taught, of hosts what they ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from watcher import cadence
from watcher.ledger import Ledger
from watcher.looks import response_of, ruled_claims, took_other_steps
from watcher.model import Document, Known, KnownHost, Response, Source, SourceId, State, Vocabulary
from watcher.urls import host_of

if TYPE_CHECKING:
    from watcher.changes.memory import Memory
    from watcher.claims import Pack


class States:
    """The states of sources in a ledger. `known` is always what is known of the source now."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def document(self, known: Known) -> Document | None:
        """Give the last good document, or None when there is none."""
        return None if known.document_id is None else self._ledger.documents.get(known.document_id)

    def last(self, known: Known, document: Document | None) -> State | None:
        """Give the last good state, whose document is `document`; None when there is none."""
        if document is None or known.snapshot_id is None or known.last_good_at is None:
            return None
        claims = self._ledger.claims.current(known.source_id)
        return State(known.snapshot_id, known.last_good_at, document, claims)

    def again(self, known: Known, at: datetime) -> State:
        """Give the last good state again, as seen at `at`."""
        assert known.snapshot_id is not None and known.document_id is not None  # it was good once
        document = self._ledger.documents.get(known.document_id)
        return State(known.snapshot_id, at, document, self._ledger.claims.current(known.source_id))

    def at(
        self,
        source: Source,
        snapshot_id: int,
        held: Iterable[State | None],
        rules: tuple[Vocabulary, Pack],
    ) -> State:
        """Give the state that a snapshot brought: one of those `held`, else with its claims read again by `rules`."""
        for state in held:
            if state is not None and state.snapshot_id == snapshot_id:
                return state
        snapshot = self._ledger.snapshots.get(snapshot_id)
        document = self._ledger.documents.of_snapshot(snapshot_id)
        claims = ruled_claims(source, document, *rules)
        return State(snapshot_id, snapshot.taken_at, document, claims)

    def kept(self, source: Source, known: Known) -> Response:
        """Give the last good snapshot as the response that brought it."""
        assert known.snapshot_id is not None  # it was good once
        snapshot = self._ledger.snapshots.get(known.snapshot_id)
        return response_of(source, snapshot, self._ledger.snapshots.payload(known.snapshot_id))

    def took_other_steps(self, before: State | None, response: Response) -> bool:
        """Whether other steps were taken at this look than when `before` was seen."""
        if before is None:
            return False
        return took_other_steps(self._ledger.snapshots.get(before.snapshot_id), response)

    def memory(self, source_id: SourceId) -> Memory:
        """Give what the source's own history has taught."""
        from watcher.changes.memory import Memory  # noqa: PLC0415 - as what compares: see Sweep._compare

        stored = self._ledger.memories.get(source_id)
        return Memory.from_json(stored) if stored else Memory()


class Hosts:
    """What hosts asked for, remembered while a sweep goes on: nothing is read for the many that ask for nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known = ledger.hosts.all()

    def open_at(self, source: Source, now: datetime) -> datetime:
        """Give when the host of `source` may be asked: `now`, unless it asked to be left alone until later."""
        known = self._known.get(host_of(source.url))
        return max(now, known.not_before) if known and known.not_before else now

    def answered(self, response: Response) -> None:
        """Take note of what the host asks for; nothing is written of hosts that ask for nothing."""
        host = host_of(response.final_url)
        known = self._known.get(host, KnownHost(host))
        after = cadence.host_after(known, response, response.ended_at)
        if after != known:
            self._ledger.hosts.update(after)
            self._known[host] = after
