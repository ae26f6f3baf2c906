"""The way of the data for one source: judged, read, compared, recorded. Only this module knows it.

    Response ─► judgement ─► Document ─► judgement ─► Claims ─► Change ─► one transaction

`Look.judge` and `read_response` are pure and may run anywhere; `Sweep.begin` and `Sweep.record` speak to the
ledger and belong to the thread that opened it. Where and when looks happen is the engines' business.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from watcher import cadence, shipped
from watcher.errors import ReadingError
from watcher.fetching.identity import judge_document
from watcher.fetching.verdict import judge_response
from watcher.ledger import Ledger
from watcher.looks import (
    check_of,
    claims_said,
    declared_version,
    known_after,
    known_after_refusal,
    naming,
    seen_at,
    snapshot_of,
    to_be_read,
    usual_of,
    wants_another_look,
)
from watcher.model import (
    Change,
    Claim,
    Document,
    Judgement,
    Known,
    Response,
    Source,
    SourceId,
    State,
    Verdict,
    Vocabulary,
)
from watcher.reading import markup_digest, read, reader_today
from watcher.settling import settle_contradictions
from watcher.states import Hosts, States
from watcher.trouble import SourceItems

if TYPE_CHECKING:
    from watcher.claims import Pack


@dataclass(frozen=True, slots=True)
class Look:
    """A look at one source under way: the source, and what was known of it before."""

    source: Source
    known: Known

    def judge(self, response: Response) -> Judgement | None:
        """Give the verdict that needs no reading, or None when `response` is to be read."""
        if response.trouble is not None:
            return response.trouble
        if (judgement := judge_response(response, self.known)) is not None:
            return judgement
        if response.payload_digest == self.known.payload_digest:
            return Judgement(Verdict.UNCHANGED, "payload: the same bytes as last time")
        markup = self.known.usual.markup if self.known.usual else ""
        if markup and markup == markup_digest(response, self.source):
            return Judgement(Verdict.UNCHANGED, "markup: all that is read is the same")
        return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look came to: its verdict, and the change put before a person, if any.

    `pending` tells that a difference, or what may be one, waits for another look.
    """

    source: Source
    judgement: Judgement
    checked_at: datetime
    change: Change | None = None
    pending: bool = False


def read_response(response: Response, source: Source) -> Document | Judgement:
    """Give the document of `response`, or the verdict that it cannot be read."""
    try:
        return read(response, source)
    except ReadingError as error:
        return Judgement(Verdict.UNREADABLE, f"reading: {error}")


def _rules_version(vocabulary: Vocabulary | None, pack: Pack | None) -> str:
    if vocabulary is None or pack is None:
        return shipped.rules_version()
    from watcher.sources.vocabulary import vocabulary_version  # noqa: PLC0415 - see claims_said

    return shipped.rules_version(pack.version, vocabulary_version(vocabulary))


class Sweep:
    """Takes in what looks gave, one source at a time, and records it in the ledger.

    Without `vocabulary` and `pack`, those that ship with Watcher are loaded when a page is first read for claims:
    most sweeps find nothing new.
    """

    def __init__(
        self, ledger: Ledger, vocabulary: Vocabulary | None = None, pack: Pack | None = None
    ) -> None:
        self._ledger = ledger
        self._items = SourceItems(ledger)
        self._states = States(ledger)
        self._rules = None if vocabulary is None or pack is None else (vocabulary, pack)
        self._rules_version = _rules_version(vocabulary, pack)
        self._hosts = Hosts(ledger)

    @property
    def rules(self) -> tuple[Vocabulary, Pack]:
        """The vocabulary and the rule pack that claims are read by."""
        if self._rules is None:
            from watcher.claims import load_pack  # noqa: PLC0415 - see claims_said
            from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

            self._rules = load_vocabulary(), load_pack()
        return self._rules

    def begin(self, source: Source) -> Look:
        """Start a look at `source`: fetch what is known of it, as today's reader reads it."""
        known = self._ledger.sources.known(source.id)
        today = self._read_by(reader_today(known.read_by), source)
        if known.snapshot_id is not None and known.read_by != today:
            known = self._upgrade(source, known, today)
        return Look(source, known)

    def _read_by(self, reader: str, source: Source) -> str:
        """Give what tells by what a document and its claims are read: reader, rules, vocabulary, declared claims."""
        return ", ".join(filter(None, (reader, self._rules_version, declared_version(source))))

    def open_at(self, source: Source, now: datetime) -> datetime:
        """Give when the host of `source` may be asked: `now`, unless it asked to be left alone until later."""
        return self._hosts.open_at(source, now)

    def together(self) -> AbstractContextManager[None]:
        """Commit what is recorded inside in one transaction; a look that fails in it undoes itself alone."""
        return self._ledger.atomic()

    def record(
        self,
        look: Look,
        response: Response,
        found: Document | Judgement,
        claims: tuple[Claim, ...] | None = None,
    ) -> Outcome:
        """Judge what was found, compare it, and write all of it in one transaction.

        `claims` are those of the document where they were read from it already, by the same rules. A look that
        another overtook, a person's for one, begins again. Raises LedgerError when it cannot be written; then nothing
        of this look is kept.
        """
        self._ledger.seals.seal_in_between(response.fetched_at)
        with self._ledger.atomic():
            if self._ledger.sources.known(look.source.id) != look.known:
                look, response, found = self._begin_again(look, response, found)
            self._hosts.answered(response)
            if isinstance(found, Judgement):
                return self._record_judged(look, response, found, None)
            if found.digest == look.known.document_digest:
                judgement = Judgement(Verdict.UNCHANGED, "text: reads the same as last time")
                return self._record_judged(look, response, judgement, found)
            previous = self._states.document(look.known)
            judgement = judge_document(response, found, look.known, previous)
            if judgement.verdict is not Verdict.OK:
                return self._record_judged(look, response, judgement, found)
            before = self._states.last(look.known, previous)
            try:
                if claims is None:
                    alike = before if self._reads_as_before(look, found) else None
                    claims = self.claims_of(look.source, response.payload, found, alike)
            except ReadingError as error:
                judgement = Judgement(Verdict.PARTIAL, f"declared claim: {error}")
                return self._record_judged(look, response, judgement, found)
            after = State(0, response.fetched_at, found, claims)
            return self._record_new_state(look, response, judgement, before, after)

    def _reads_as_before(self, look: Look, found: Document) -> bool:
        """Whether the document held, and its claims, were read just as `found` is."""
        known = look.known
        is_sure = known.document_digest is not None  # not so after `to_be_read`
        return is_sure and known.read_by == self._read_by(found.reader, look.source)

    def _begin_again(
        self, look: Look, response: Response, found: Document | Judgement
    ) -> tuple[Look, Response, Document | Judgement]:
        """Give the look as it is now that another has been recorded since it began; its time is after that one's."""
        asked, again = look.known, self.begin(look.source)
        if response.not_modified and asked.payload_digest != again.known.payload_digest:
            # What "not modified" stands for is the payload that was asked about, no longer the one held.
            answered = self._states.kept(look.source, asked)
            response = replace(answered, fetched_at=response.fetched_at, elapsed=response.elapsed)
        at = max(response.fetched_at, again.known.last_check_at or response.fetched_at)
        response = replace(response, fetched_at=at)
        if isinstance(found, Judgement):
            if found.verdict is not Verdict.UNCHANGED:
                return again, response, found
            found = read_response(response, look.source)
        return again, response, again.judge(response) or found

    def _record_judged(
        self, look: Look, response: Response, judgement: Judgement, document: Document | None
    ) -> Outcome:
        """Record a look that brought no new state: nothing new, or nothing usable."""
        if judgement.verdict is Verdict.UNCHANGED:
            return self._record_unchanged(look, response, judgement, document)
        snapshot_id = None
        if response.payload:
            snapshot_id = self._ledger.snapshots.add(
                snapshot_of(look.source, response, good=False),
                response.payload,
                response.screenshot,
            )
        check = check_of(look.source, response, judgement, snapshot_id)
        check_id = self._ledger.checks.add(check)
        known = known_after_refusal(look.source, look.known, response, judgement, document)
        waited, known = self._unconfirmed(look.source, known, response.fetched_at, check_id)
        self._ledger.sources.update(known)
        item = self._items.raise_trouble(known, judgement, response, snapshot_id)
        again = wants_another_look(known)
        return Outcome(look.source, judgement, response.fetched_at, item or waited, again)

    def _unconfirmed(
        self, source: Source, known: Known, at: datetime, check_id: int
    ) -> tuple[Change | None, Known]:
        """Tell what waits for a second look that the source does not let us take: nothing waits longer than a day."""
        since = self._states.memory(source.id).waits_since if known.pending else None
        if since is None:
            return None, known
        if at - since < cadence.DECIDED_WITHIN:
            due_at = cadence.in_time(source, known.next_due_at or at, since, at)
            return None, replace(known, next_due_at=due_at)
        state = self._states.again(known, at)
        change, known, _ = self._compare(source, known, state, state, check_id)
        return change, known

    def _record_unchanged(
        self, look: Look, response: Response, judgement: Judgement, document: Document | None
    ) -> Outcome:
        """Record that the source still says the same; a difference that waited is confirmed."""
        known = known_after(look.source, look.known, response, judgement)
        snapshot_id = known.snapshot_id
        markup = known.usual.markup if known.usual else ""
        if response.payload and (digest := response.payload_digest) != known.payload_digest:
            snapshot = replace(
                snapshot_of(look.source, response, good=True), document_id=known.document_id
            )
            snapshot_id = self._ledger.snapshots.add(snapshot, response.payload)
            known = replace(known, snapshot_id=snapshot_id, payload_digest=digest)
            if document is not None:  # the page was read, since there was something else to read
                markup = markup_digest(response, look.source) or ""
        known = seen_at(known, response.final_url, markup)
        check_id = self._ledger.checks.add(check_of(look.source, response, judgement, snapshot_id))
        change, pending = self._items.raise_move(look.known, response), False
        if look.known.pending:
            self._ledger.unsettled.add(look.source.id)
            state = self._states.again(known, response.fetched_at)
            told, known, pending = self._compare(look.source, known, state, state, check_id)
            change = told or change
        self._ledger.sources.update(known)
        self._items.recover(look.known, response.fetched_at)
        return Outcome(look.source, judgement, response.fetched_at, change, pending)

    def _record_new_state(
        self,
        look: Look,
        response: Response,
        judgement: Judgement,
        before: State | None,
        seen: State,
    ) -> Outcome:
        """Record a good look whose text differs from the last: claims, changes, everything."""
        at, document = seen.seen_at, seen.document
        document_id = self._ledger.documents.add(look.source.id, document, at)
        snapshot_id = self._ledger.snapshots.add(
            replace(snapshot_of(look.source, response, good=True), document_id=document_id),
            response.payload,
            response.screenshot,
        )
        check_id = self._ledger.checks.add(check_of(look.source, response, judgement, snapshot_id))
        is_ours = self._states.took_other_steps(before, response)  # a technical upgrade
        cause = "technical" if is_ours else "observed"
        anew = self._ledger.claims.record(look.source.id, document_id, seen.claims, at, cause)
        if anew or look.known.pending:  # while a difference waits, nothing is held against others
            self._ledger.unsettled.add(look.source.id)
        known = replace(
            known_after(look.source, look.known, response, judgement),
            snapshot_id=snapshot_id,
            payload_digest=response.payload_digest,
            document_id=document_id,
            document_digest=document.digest,
            usual=replace(
                usual_of(document, response),
                markup=markup_digest(response, look.source) or "",
            ),
            doubt=None,
            read_by=self._read_by(document.reader, look.source),
        )
        after = replace(seen, snapshot_id=snapshot_id)
        moved = self._items.raise_move(look.known, response)
        change, known, pending = self._compare(
            look.source, known, before, after, check_id, is_ours=is_ours
        )
        self._ledger.sources.update(known)
        self._items.recover(look.known, at)
        return Outcome(look.source, judgement, at, change or moved, pending)

    def settle(self, at: datetime, only: SourceId | None = None) -> tuple[Change, ...]:
        """Hold what sources have said anew against what those beside them say; give the items raised.

        To be called when all looks of a sweep are in, since pages of one provider often change together; with `only`
        where one look was made beside a sweep. What a killed sweep left is held too. An item whose sources agree again
        is closed. Sources of which a difference waits for a second look wait too. What was recorded is sealed then.
        """
        items = settle_contradictions(self._ledger, lambda: self.rules[0], at, only)
        self._ledger.seals.seal_when_due(at)
        return items

    def claims_of(
        self, source: Source, payload: bytes, document: Document, before: State | None = None
    ) -> tuple[Claim, ...]:
        """Give the claims that `document` makes; raises ReadingError for a declared one not found. See claims_said."""
        return claims_said(source, payload, document, *self.rules, before)

    def _upgrade(self, source: Source, known: Known, today: str) -> Known:
        """Read the last good snapshot again, because our reader or our rules are not what they were.

        Whatever differs now is ours, not the source's: claims are recorded as technical, nothing is compared, no
        change is raised. A declared claim that is not there leaves all as it was; the next look reads the page.
        """
        assert known.last_good_at is not None  # it was good once
        with self._ledger.atomic():
            kept = self._states.kept(source, known)
            document = read_response(kept, source)
            anew = replace(to_be_read(known), read_by=today)
            if isinstance(document, Document):
                try:
                    claims = self.claims_of(source, kept.payload, document)
                except ReadingError:
                    anew = to_be_read(known)
                else:
                    at = known.last_good_at
                    number = self._ledger.documents.add(source.id, document, at)
                    self._ledger.claims.record(source.id, number, claims, at, cause="technical")
                    self._ledger.unsettled.add(source.id)
                    # Without its markup: today's reader may look at what the last one left out.
                    known = replace(known, read_by=today, usual=usual_of(document, kept))
                    anew = replace(known, document_id=number, document_digest=document.digest)
            self._ledger.sources.update(anew)
        return anew

    def _compare(
        self,
        source: Source,
        known: Known,
        before: State | None,
        after: State,
        check_id: int,
        *,
        is_ours: bool = False,
    ) -> tuple[Change | None, Known, bool]:
        """Watch the step from `before` to `after`; record memory, suppressions and the change.

        A step that `is_ours` is counted and not told. The last tells whether a second look is wanted soon.
        """
        # Comparing takes thirty milliseconds to load, which a sweep that finds nothing new does without.
        from watcher.changes.watching import watch  # noqa: PLC0415

        source_id, at = source.id, after.seen_at
        memory = self._states.memory(source_id)
        outcome = watch(memory, before, after, is_ours=is_ours)
        if outcome.memory != memory:
            self._ledger.memories.put(source_id, outcome.memory.to_json())
        self._ledger.suppressions.add(source_id, check_id, at, outcome.suppressed)
        change = outcome.change
        if change is not None:
            state_at = partial(self._states.at, source, held=(before, after), rules=self.rules)
            change = replace(naming(change, source, state_at, *self.rules), source_id=source_id)
            change = replace(change, id=self._ledger.changes.add(change))
        due_at, since = known.next_due_at, outcome.memory.waits_since
        if outcome.pending:
            due_at = cadence.sooner(source, known, since or at, at)
        # A variant that has to settle is looked at again in due course, not soon.
        waits = outcome.pending or outcome.settling
        return change, replace(known, pending=waits, next_due_at=due_at), outcome.pending
