"""What a look leaves: claims of the document it read, rows that follow from a response and its verdict. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from watcher import cadence
from watcher.model import (
    Change,
    Check,
    Claim,
    ClaimChange,
    Digest,
    Document,
    Doubt,
    Judgement,
    Known,
    Region,
    Response,
    Snapshot,
    Source,
    State,
    Usual,
    Vocabulary,
    digest_of,
)

if TYPE_CHECKING:
    from watcher.claims import Pack

_A_DAY = timedelta(days=1)


def check_of(
    source: Source, response: Response, judgement: Judgement, snapshot_id: int | None
) -> Check:
    """Give the row of a look that ended in `judgement`."""
    return Check(
        source_id=source.id,
        checked_at=response.fetched_at,
        judgement=judgement,
        status=response.status,
        elapsed=response.elapsed,
        snapshot_id=snapshot_id,
    )


def snapshot_of(source: Source, response: Response, *, good: bool) -> Snapshot:
    """Give what is kept of `response`; its document is known later."""
    return Snapshot(
        source_id=source.id,
        taken_at=response.fetched_at,
        payload_digest=response.payload_digest,
        media_type=response.media_type,
        final_url=response.final_url,
        good=good,
        headers=response.headers,
        hops=response.hops,
        fetched_with=response.fetched_with,
        seen_by=response.seen_by,
        screenshot_digest=digest_of(response.screenshot) if response.screenshot else None,
    )


def known_after(source: Source, known: Known, response: Response, judgement: Judgement) -> Known:
    """Give what is known after a look, but for the state it brought."""
    at, good = response.fetched_at, judgement.verdict.is_good
    failures = 0 if good else known.failures + 1
    return replace(
        known,
        etag=_validator(response, "etag", known.etag, good=good),
        last_modified=_validator(response, "last-modified", known.last_modified, good=good),
        last_check_at=at,
        last_verdict=judgement.verdict,
        last_good_at=at if good else known.last_good_at,
        failures=failures,
        doubt=None if good else known.doubt,
        next_due_at=cadence.next_due(source, at, failures, response.retry_after),
    )


def seen_at(known: Known, final_url: str, markup: str) -> Known:
    """Give what is known after a page that reads the same was found at `final_url`, its markup of this digest."""
    usual = known.usual
    if usual is None or (usual.final_url, usual.markup) == (final_url, markup):
        return known
    return replace(known, usual=replace(usual, final_url=final_url, markup=markup))


def _validator(response: Response, header: str, held: str | None, *, good: bool) -> str | None:
    """Give the validator of the payload we hold: a new payload brings its own, or has none."""
    if not good:
        return held
    said = response.header(header)
    return said or held if response.not_modified else said


ENOUGH_LOOKS = 3
"""What came back the same so many times in one sweep need not be asked for once more in it."""


def known_after_refusal(
    source: Source,
    known: Known,
    response: Response,
    judgement: Judgement,
    document: Document | None,
) -> Known:
    """Give what is known after a look that brought nothing usable; what may be news is looked at again within a day."""
    at = response.fetched_at
    after = known_after(source, known, response, judgement)
    doubt = _doubt_after(known, judgement, document, at)
    if doubt is None or not judgement.verdict.may_be_news or after.next_due_at is None:
        return replace(after, doubt=doubt)
    due_at = cadence.in_time(source, after.next_due_at, doubt.begun, at)
    return replace(after, doubt=doubt, next_due_at=due_at)


def wants_another_look(known: Known) -> bool:
    """Whether what was refused at the last look may be told from an accident by another look soon.

    Only on the first day: what never comes back the same is asked for once a time after that.
    """
    doubt = known.doubt
    if doubt is None or known.last_verdict is None or not known.last_verdict.may_be_news:
        return False
    is_young = known.last_check_at is not None and known.last_check_at - doubt.begun < _A_DAY
    return doubt.looks < ENOUGH_LOOKS and is_young


def _doubt_after(
    known: Known, judgement: Judgement, document: Document | None, at: datetime
) -> Doubt | None:
    """Count how often the same refused document came back; what nobody could read is the same as itself."""
    if document is None and not judgement.verdict.may_be_news:
        return known.doubt
    digest = Digest("") if document is None else document.main_digest
    if known.doubt is not None and known.doubt.document_digest == digest:
        return replace(known.doubt, verdict=judgement.verdict, looks=known.doubt.looks + 1)
    begun = known.doubt.begun if known.doubt is not None else at
    return Doubt(digest, judgement.verdict, at, 1, begun)


def response_of(source: Source, snapshot: Snapshot, payload: bytes) -> Response:
    """Give a kept snapshot as the response that brought it."""
    return Response(
        url=source.url,
        final_url=snapshot.final_url,
        fetched_at=snapshot.taken_at,
        status=200,
        headers=snapshot.headers,
        payload=payload,
        hops=snapshot.hops,
        fetched_with=snapshot.fetched_with,
        seen_by=snapshot.seen_by,
    )


def seen_by_person(
    source: Source, payload: bytes, at: datetime, name: str, *, final_url: str | None = None
) -> Response:
    """Give what the person called `name` saw in a browser of their own, and saved or copied."""
    return Response(
        url=source.url,
        final_url=final_url or source.url,
        fetched_at=at,
        status=200,
        headers=(("content-type", _kind_of(payload)),),
        payload=payload,
        fetched_with="person",
        seen_by=name,
    )


def declared_version(source: Source) -> str:
    """Give what tells apart what is declared of the text of `source`: its claims, the parts to keep and to drop.

    An empty text where nothing is.
    """
    parts = (source.claims, source.keep, source.drop)
    if not any(parts):
        return ""
    return f"declared {blake2b(repr(parts).encode(), digest_size=8).hexdigest()}"


def took_other_steps(before: Snapshot, response: Response) -> bool:
    """Whether other steps were taken before the page was read than before `before`: what differs may be ours.

    Unknown, and so not said, of what a person handed in, and of what was rendered before browsers noted it.
    """
    then, now = _steps_of(before), _steps_of(response)
    return then is not None and now is not None and then != now


def _steps_of(seen: Snapshot | Response) -> str | None:
    if seen.fetched_with == "http":
        return ""
    return dict(seen.headers).get("x-watcher-steps") if seen.fetched_with == "browser" else None


def to_be_read(known: Known) -> Known:
    """Give what is known without all that would spare the next look the reading of the page."""
    usual = replace(known.usual, markup="") if known.usual else None
    return replace(
        known,
        usual=usual,
        payload_digest=None,
        document_digest=None,
        etag=None,
        last_modified=None,
    )


def _kind_of(payload: bytes) -> str:
    """Tell what a person handed in: a PDF, a page, or else text. A page says its encoding itself."""
    start = payload[:1024].lstrip(b" \t\r\n\xef\xbb\xbf")
    if start.startswith(b"%PDF"):
        return "application/pdf"
    return "text/html" if start.startswith(b"<") else "text/plain; charset=utf-8"


def usual_of(document: Document, response: Response) -> Usual:
    """Give how the source looks when it is well."""
    return Usual(
        title=document.title,
        language=document.language,
        final_url=response.final_url,
        length=sum(len(block.text) for block in document.blocks if block.region is Region.MAIN),
        blocks=len(document.main),
    )


def claims_said(
    source: Source,
    payload: bytes,
    document: Document,
    vocabulary: Vocabulary,
    pack: Pack,
    before: State | None = None,
) -> tuple[Claim, ...]:
    """Give declared claims first, then those that rules read; what a person declared wins.

    `before` is the state of the source before this document, if its claims were read by the same rules.
    """
    # Rules and what reads them take a tenth of a second to load; a sweep that finds nothing new does without.
    from watcher.claims import declared_claims  # noqa: PLC0415

    declared = declared_claims(source, payload, document, vocabulary)
    named = {claim.id for claim in declared}
    ruled = ruled_claims(source, document, vocabulary, pack, before)
    return declared + tuple(claim for claim in ruled if claim.id not in named)


def ruled_claims(
    source: Source,
    document: Document,
    vocabulary: Vocabulary,
    pack: Pack,
    before: State | None = None,
) -> tuple[Claim, ...]:
    """Give the claims that rules read, with what the declaration of `source` adds to them; `before` as above."""
    from watcher.claims import carry_claims, completed, read_claims  # noqa: PLC0415 - see claims_said

    if before is None:
        claims = read_claims(document, vocabulary, pack)
    else:
        placed = {declared.key for declared in source.claims if declared.has_place}
        held = before.claims, before.document
        claims = carry_claims(*held, document, vocabulary, pack, without=placed)
    return completed(claims, source)


def naming(
    change: Change,
    source: Source,
    state_at: Callable[[int], State],
    vocabulary: Vocabulary,
    pack: Pack,
) -> Change:
    """Give `change` naming, too, the claims that stand while it touches another sentence that says so.

    `state_at` gives the state that a snapshot brought. The change is told or not whatever it names; what a person
    declared keeps the evidence of its declaration. A claim whose sentences are shown already, as what another claim
    rested on and now rests on, is not named for them once more.
    """
    if not change.blocks or change.before_snapshot is None or change.after_snapshot is None:
        return change
    from watcher.claims import restated_claims  # noqa: PLC0415 - see claims_said

    placed = {declared.key for declared in source.claims if declared.has_place}
    named = {each.key for each in change.claims} | placed
    others = {name: key for name, key in vocabulary.items() if name not in named}
    sides = state_at(change.before_snapshot), state_at(change.after_snapshot)
    shown = _quotes(change.claims)
    restated = restated_claims(change.blocks, *sides, others, pack)
    too = tuple(each for each in restated if not _quotes([each]) <= shown)
    return replace(change, claims=tuple(sorted((*change.claims, *too), key=lambda each: each.key)))


def _quotes(claims: Iterable[ClaimChange]) -> set[str]:
    sides = [side for each in claims for side in (each.before, each.after)]
    return {side.evidence.quote for side in sides if side is not None}


SECRET_HEADERS = frozenset(
    {"set-cookie", "set-cookie2", "cookie", "authorization", "proxy-authorization", "x-api-key"}
)
"""Headers that may hold secrets: of these nothing but the name leaves the ledger."""


def without_secrets(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Give `headers` without those that may hold secrets."""
    return tuple(each for each in headers if each[0].lower() not in SECRET_HEADERS)
