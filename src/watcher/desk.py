"""The desk: ledger, declarations and vocabulary together, and what people do there. For the command line and the web.

A decision is compared with what its reviewer had seen, and written, in one transaction: two people at once are told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher import reviews, second
from watcher.claims import Pack, load_pack
from watcher.errors import Conflict, NotFound, ReviewError
from watcher.ledger import Ledger
from watcher.model import (
    Change,
    Decision,
    Document,
    Offering,
    Proposal,
    Response,
    Review,
    SecondReading,
    Slug,
    Source,
    SourceId,
    Vocabulary,
)
from watcher.registry import Entry, claim_notes, entry
from watcher.reviews import accepted_claims, standing
from watcher.settings import Settings
from watcher.sweep import Outcome, Sweep, read_response


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything at hand: what is declared now, and what the ledger holds."""

    ledger: Ledger
    sources: Mapping[SourceId, Source]
    offerings: Mapping[Slug, Offering]
    vocabulary: Vocabulary

    # ── what there is ────────────────────────────────────────────────────────────────────────

    def source_of(self, change: Change) -> Source:
        """Give the source of `change`, as it was declared last."""
        return self.sources[change.source_id]

    def offering(self, slug: str) -> Offering:
        """Give the offering called `slug`. Raises NotFound with the offerings there are."""
        offering = self.offerings.get(Slug(slug))
        if offering is None:
            names = ", ".join(self.offerings) or "none declared"
            raise NotFound(f"there is no offering {slug!r}. There are: {names}")
        return offering

    def sources_of(self, slug: Slug) -> dict[SourceId, Source]:
        """Give the sources that are evidence for an offering."""
        return {each: source for each, source in self.sources.items() if slug in source.offerings}

    def decisions(self) -> dict[int, Review]:
        """Give the decision that stands on each change."""
        return standing(self.ledger.reviews.all())

    def change(self, change_id: int) -> Change:
        """Give a change. Raises NotFound when there is none with that number."""
        return self.ledger.changes.get(change_id)

    def document(self, snapshot_id: int | None) -> Document | None:
        """Give what a snapshot reads as, or None when it was not kept or never read."""
        if snapshot_id is None:
            return None
        document_id = self.ledger.snapshots.get(snapshot_id).document_id
        return None if document_id is None else self.ledger.documents.get(document_id)

    def as_data(self, change: Change) -> dict[str, object]:
        """Give `change` as plain data: what differs, the quotes, and where it stands."""
        source = self.source_of(change)
        return {
            "id": change.id,
            "kind": change.kind,
            "status": self.ledger.changes.status(change.id or 0),
            "source": source.id,
            "url": source.url,
            "title": change.title,
            "changed_at": change.changed_at,
            "raised_at": change.raised_at,
            "level": change.significance.level,
            "reasons": change.significance.reasons,
            "claims": [dataclasses.asdict(note) for note in claim_notes(change, self.vocabulary)],
            "blocks": [
                {
                    "difference": block.difference,
                    "before": block.before.text if block.before else None,
                    "after": block.after.text if block.after else None,
                    "words": [[edit.kind, edit.text] for edit in block.words],
                }
                for block in change.blocks
            ],
            "second_reader": self._heard_as_data(change),
        }

    def _heard_as_data(self, change: Change) -> list[dict[str, object]]:
        reading, said = self.second_opinions(change)
        return [second.as_data(each, reading) for each in said if reading is not None]

    def entry(self, slug: str, now: datetime, *, unreviewed: bool = False) -> Entry:
        """Give the entry of the offering called `slug`. Raises NotFound with the offerings there are."""
        offering = self.offering(slug)
        own = self.sources_of(offering.slug)
        changes = [each for source in own for each in self.ledger.changes.all(source_id=source)]
        decided = [each for change in changes for each in self.ledger.reviews.of(change.id or 0)]
        confirmed = {
            source: known.last_good_at
            for source, known in self.ledger.sources.all_known().items()
            if known.last_good_at is not None
        }
        read = {source: self.ledger.claims.current(source) for source in own if unreviewed}
        return entry(
            offering,
            sources=own,
            accepted=accepted_claims(changes, decided, own, confirmed, self.vocabulary),
            changes=changes,
            decisions=standing(decided),
            confirmed=confirmed,
            vocabulary=self.vocabulary,
            now=now,
            unreviewed=read,
        )

    def second_opinions(self, change: Change) -> tuple[SecondReading | None, tuple[Proposal, ...]]:
        """Give what the second reader said of the page that `change` made, and what of it reads otherwise."""
        reading = self.ledger.second.of_change(change.id or 0)
        if reading is None:
            return None, ()
        return reading, tuple(
            each for each in reading.disagreements if second.concerns(change, each)
        )

    # ── what people do ───────────────────────────────────────────────────────────────────────

    def last_seen(self) -> int:
        """Give the number of the decision recorded last: who decides names it, to be told of later ones."""
        latest = self.ledger.reviews.latest()
        return (latest.id or 0) if latest else 0

    def decide(self, decisions: Iterable[Review], seen: int) -> list[int]:
        """Record decisions, all or none, and give their ids.

        Raises Conflict when somebody decided on one of the changes after the decision numbered `seen`, or it closed.
        """
        with self.ledger.atomic():
            decided = []
            for review in decisions:
                later = [
                    each
                    for each in self.ledger.reviews.of(review.change_id)
                    if (each.id or 0) > seen
                ]
                if later:
                    raise Conflict(_told_apart(later[-1]))
                self._refuse_closed(review.change_id)
                decided.append(self.ledger.reviews.add(review))
                self.ledger.seals.seal(review.decided_at)
        return decided

    def _refuse_closed(self, change_id: int) -> None:
        if self.ledger.changes.status(change_id) == "closed":
            why = self.ledger.changes.closed_because(change_id)
            raise Conflict(f"Change {change_id} is closed, and asks for no decision: {why}.")

    def undo(self, reviewer: str, at: datetime) -> list[int]:
        """Take back what `reviewer` decided last, with all that was decided in the same moment; give the changes.

        Raises ReviewError when nothing of theirs stands.
        """
        with self.ledger.atomic():
            own = self.ledger.reviews.by(reviewer)
            last = next(filter(self._stands, own), None)
            if last is None:
                raise ReviewError(f"There is nothing to undo: no decision of {reviewer} stands.")
            at_once = [each for each in own if each.decided_at == last.decided_at]
            together = list(filter(self._stands, at_once))
            for each in together:
                history = self.ledger.reviews.of(each.change_id)
                self.ledger.reviews.add(
                    reviews.undo(history, reviewer=reviewer, at=at, review_id=each.id)
                )
            self.ledger.seals.seal(at)
        return [each.change_id for each in together]

    def _stands(self, review: Review) -> bool:
        """Whether `review` is the decision in force on its change."""
        held = standing(self.ledger.reviews.of(review.change_id)).get(review.change_id)
        return held is not None and held.id == review.id

    def take_in(self, source: Source, response: Response, pack: Pack | None = None) -> Outcome:
        """Record a look at one source, as the function `take_in` does."""
        return take_in(self.ledger, source, response, self.vocabulary, pack)


def take_in(
    ledger: Ledger,
    source: Source,
    response: Response,
    vocabulary: Vocabulary | None = None,
    pack: Pack | None = None,
) -> Outcome:
    """Record a look at one source beside the sweeps, also while one is at work: judged, read and compared as theirs.

    Where a person made the look, a difference waits for no second one. Without `pack`, the one that ships is used.
    """
    sweep = Sweep(ledger, vocabulary, pack)
    outcome = _look(sweep, source, response)
    is_sure = response.seen_by is not None
    confirmed = _look(sweep, source, response) if outcome.pending and is_sure else outcome
    sweep.settle(response.fetched_at, only=source.id)
    return (
        outcome
        if confirmed.change is None
        else dataclasses.replace(outcome, change=confirmed.change)
    )


def pack_named(settings: Settings) -> Pack | None:
    """Give the rule pack that the settings name, None where the one that ships will do. Raises RuleError."""
    return load_pack(Path(settings.rules)) if settings.rules else None


def _look(sweep: Sweep, source: Source, response: Response) -> Outcome:
    look = sweep.begin(source)
    return sweep.record(look, response, look.judge(response) or read_response(response, source))


def _told_apart(review: Review) -> str:
    done = {
        Decision.ACCEPT: "accepted",
        Decision.AMEND: "amended",
        Decision.DISMISS: "dismissed",
        Decision.DEFER: "deferred",
        Decision.UNDO: "took back a decision on",
    }[review.decision]
    return f"{review.reviewer} {done} change {review.change_id} at {review.decided_at:%H:%M} UTC, after you opened it."
