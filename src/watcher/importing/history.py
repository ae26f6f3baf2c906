"""What others saw of a source before us, played through the pipeline at the dates of theirs.

It becomes looks with snapshots, claims as intervals and changes, as if we had looked then; snapshots say who saw them.
Nothing of it is told to channels, and no change of it waits for a person: each is closed as imported. What stands in
the end waits as one item, as after a first look.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.changes.memory import Memory
from watcher.changes.telling import first_look
from watcher.errors import HistoryError
from watcher.ledger import Ledger
from watcher.ledger.changes import IMPORTED
from watcher.model import Change, ChangeKind, Known, Response, Snapshot, Source, State
from watcher.sweep import Outcome, Sweep, read_response

TEXT = "text/plain; charset=utf-8"
"""The media type of a text that another tool drew from a page: nothing of ours can be compared with it."""


@dataclass(frozen=True, slots=True)
class PastLook:
    """What somebody saw of a page at `seen_at`. `said` are headers that tell more of it, such as where it was kept."""

    seen_at: datetime
    payload: bytes
    media_type: str = "text/html"
    said: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class History:
    """Takes histories into `ledger`, which nobody sweeps meanwhile; `via` is who saw them.

    `now` is when they are taken in, `on_outcome` is told of every look.
    """

    ledger: Ledger
    sweep: Sweep
    via: str
    now: datetime
    on_outcome: Callable[[Outcome], None] = field(default=lambda outcome: None)

    def wanted(self, source: Source, times: Collection[datetime]) -> list[datetime]:
        """Give those `times` that the ledger holds no look of yet, oldest first.

        Raises HistoryError when one of them lies before a look of another kind that the ledger holds already. Looks
        follow one another, each compared with the one before and sealed; none is put between them later. Of a history
        that goes on, what was left out earlier stays out.
        """
        last = self.ledger.sources.known(source.id).last_check_at
        unseen = sorted(
            at
            for at in {each for each in times if each <= self.now}
            if last is None or at > last or not self.ledger.checks.has(source.id, at)
        )
        if last is not None and self._is_last(source):
            return [each for each in unseen if each > last]
        if last is not None and unseen and unseen[0] <= last:
            raise HistoryError(
                f"{source.id}: the ledger holds looks at it up to {last:%Y-%m-%d %H:%M}, and history of "
                f"{unseen[0]:%Y-%m-%d} cannot be put before them. Give the page a new `id` in sources.yaml (a history "
                "of its own), or take it into a ledger of its own with --ledger"
            )
        return unseen

    def take_in(self, source: Source, looks: Iterable[PastLook]) -> int:
        """Take in `looks`, oldest first and all later than what the ledger holds; give how many there were.

        Killed at any moment, what was taken in stays whole, and the rest can be taken in later; so it can when `looks`
        raises in the middle.
        """
        taken = 0
        with self.ledger.unannounced():
            try:
                for each in looks:
                    last = self.ledger.sources.known(source.id).last_check_at
                    if last is None or each.seen_at > last:
                        self._take_in(source, each)
                        taken += 1
            finally:
                self._conclude(source)
        return taken

    def settle(self) -> None:
        """Hold what sources say now against each other, and seal what was recorded; for when all is taken in."""
        with self.ledger.unannounced():
            self.sweep.settle(self.now)

    def _take_in(self, source: Source, past: PastLook) -> None:
        response = Response(
            url=source.url,
            final_url=source.url,
            fetched_at=past.seen_at,
            status=200,
            headers=(("content-type", past.media_type), *past.said),
            payload=past.payload,
            fetched_with=self.via,
        )
        held = self._held(self.ledger.sources.known(source.id))
        if held is not None and _is_text(held) != (past.media_type == TEXT):
            self._begin_anew(source)
        look = self.sweep.begin(source)
        found = look.judge(response) or read_response(response, source)
        with self.ledger.atomic():
            before = self.ledger.changes.last()
            outcome = self.sweep.record(look, response, found)
            self._close_after(before)
        self.on_outcome(outcome)

    def _is_last(self, source: Source) -> bool:
        """Whether the last look that was kept is one of this history."""
        return any(each.fetched_with == self.via for each in self.ledger.snapshots.of(source.id, 1))

    def _close_after(self, change_id: int) -> None:
        for change in self.ledger.changes.following(change_id, 100):
            self.ledger.changes.close(change.id or 0, self.now, IMPORTED)

    def _conclude(self, source: Source) -> None:
        """Leave one item for a person: what stands at the end of the history. A text gives none; see _begin_anew."""
        known = self.ledger.sources.known(source.id)
        held = self._held(known)
        if held is None or held.fetched_with != self.via:
            return  # nothing was taken in, or a look of ours came after it
        with self.ledger.atomic():
            if _is_text(held):
                self._begin_anew(source)
            elif not self._waits(source, held):
                state = State(
                    held.id or 0,
                    known.last_good_at or held.taken_at,
                    self.ledger.documents.get(held.document_id or 0),
                    self.ledger.claims.current(source.id),
                )
                self._put_up(source, first_look(state))

    def _waits(self, source: Source, held: Snapshot) -> bool:
        """Whether what `held` reads as was put before a person already; an item of an earlier end is closed."""
        past, waits = self.ledger.changes.imported(), False
        for each in self.ledger.changes.all(source_id=source.id):
            if each.kind is not ChangeKind.FIRST_LOOK or each.id in past or each.id is None:
                continue
            seen = self.ledger.snapshots.get(each.after_snapshot or 0)
            if seen.document_id == held.document_id:
                waits = True
            elif self.ledger.changes.status(each.id) == "open":
                self.ledger.changes.close(each.id, self.now, IMPORTED)
        return waits

    def _put_up(self, source: Source, item: Change | None) -> None:
        if item is not None:
            title = item.title.replace("at the first look", "at the end of the imported history")
            named = replace(item, source_id=source.id, title=title, raised_at=self.now)
            self.ledger.changes.add(named)

    def _held(self, known: Known) -> Snapshot | None:
        return None if known.snapshot_id is None else self.ledger.snapshots.get(known.snapshot_id)

    def _begin_anew(self, source: Source) -> None:
        """Have the next look compared with nothing: another's text of a page differs from the page, and nobody changed.

        The claims read from the text end there as technical.
        """
        with self.ledger.atomic():
            known = self.ledger.sources.known(source.id)
            if known.document_id is not None and known.last_good_at is not None:
                self.ledger.claims.record(
                    source.id, known.document_id, (), known.last_good_at, cause="technical"
                )
            self.ledger.memories.put(source.id, Memory().to_json())
            fresh = Known(source.id)
            self.ledger.sources.update(
                replace(
                    fresh,
                    last_check_at=known.last_check_at,
                    last_verdict=known.last_verdict,
                    last_good_at=known.last_good_at,
                    next_due_at=known.next_due_at,
                )
            )


def _is_text(snapshot: Snapshot) -> bool:
    return ("content-type", TEXT) in snapshot.headers
