"""The JSON API: everything to read, paged by key, and decisions with a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher import __version__, finding, reviews
from watcher.errors import ReviewError
from watcher.ledger.queue import Asked
from watcher.model import Change, Comment, Correction, Key, Known, Offering, Review, Source
from watcher.registry import entry_as_data
from watcher.web import api_past as past
from watcher.web.api_answers import as_json, named, paged, paging, size
from watcher.web.finds import found
from watcher.web.openapi import openapi
from watcher.web.visit import Page, Visit, token_of


def changes(visit: Visit) -> Response:
    """Give a page of changes, oldest first."""
    after, limit = paging(visit)
    held = visit.desk.ledger.changes.following(after, limit)
    return paged(visit, [(each.id, _change(visit, each)) for each in held])


def waiting(visit: Visit) -> Response:
    """Give the first of what waits, in the order of the queue, groups as lists of ids."""
    ledger = visit.desk.ledger
    groups = ledger.queue.page(Asked(), visit.now, size(visit))
    held = ledger.changes.several([each for group in groups for each in group])
    items = [_change(visit, held[each]) for group in groups for each in group]
    counts = ledger.queue.counts(Asked(), visit.now)
    return as_json({"waiting": counts.items, "seen": visit.desk.last_seen(), "items": items})


def change(visit: Visit) -> Response:
    """Give one change with its decisions."""
    held = visit.desk.change(visit.number("change"))
    change_id, ledger = held.id or 0, visit.desk.ledger
    told = {
        "decisions": [_review(each) for each in ledger.reviews.of(change_id)],
        "comments": [_comment(each) for each in ledger.comments.of(change_id)],
    }
    return as_json(_change(visit, held) | told | {"seen": visit.desk.last_seen()})


def decisions(visit: Visit) -> Response:
    """Give a page of decisions, oldest first."""
    after, limit = paging(visit)
    held = visit.desk.ledger.reviews.following(after, limit)
    return paged(visit, [(each.id, _review(each)) for each in held])


def corrections(visit: Visit) -> Response:
    """Give a page of what readers proposed, oldest first, by the number of its change."""
    held = visit.desk.ledger.corrections.following(*paging(visit))
    return paged(visit, [(each.change_id, _correction(each)) for each in held])


def offerings(visit: Visit) -> Response:
    """Give a page of offerings with their sources, by slug."""
    held = named(visit, visit.desk.offerings)
    return paged(visit, [(slug, _offering(visit, each)) for slug, each in held])


def entry(visit: Visit) -> Response:
    """Give the entry of an offering."""
    slug = str(visit.request.path_params["offering"])
    return as_json(entry_as_data(visit.desk.entry(slug, visit.now)))


def sources(visit: Visit) -> Response:
    """Give a page of sources with how each fares, by id."""
    known = visit.desk.ledger.sources.all_known()
    held = named(visit, visit.desk.sources)
    return paged(
        visit,
        [(each, _source(source, known.get(source.id, Known(source.id)))) for each, source in held],
    )


def vocabulary(visit: Visit) -> Response:
    """Give a page of claim keys, by name."""
    return paged(visit, [(name, _key(key)) for name, key in named(visit, visit.desk.vocabulary)])


def finds(visit: Visit) -> Response:
    """Give a page of the finds, by address."""
    held = {each.page.url: finding.as_data(each) for each in found(visit)}
    return paged(visit, named(visit, held))


READS: dict[str, Page] = {
    "/api/v1/changes": changes,
    "/api/v1/changes/{change:int}": change,
    "/api/v1/queue": waiting,
    "/api/v1/decisions": decisions,
    "/api/v1/offerings": offerings,
    "/api/v1/offerings/{offering}": entry,
    "/api/v1/sources": sources,
    "/api/v1/sources/{source}/checks": past.checks,
    "/api/v1/sources/{source}/claims": past.claims,
    "/api/v1/sources/{source}/claims/history": past.claim_history,
    "/api/v1/sources/{source}/snapshots": past.snapshots,
    "/api/v1/sources/{source}/suppressions": past.suppressions,
    "/api/v1/snapshots/{snapshot:int}": past.document,
    "/api/v1/corrections": corrections,
    "/api/v1/finds": finds,
    "/api/v1/vocabulary": vocabulary,
}
"""Address → what it gives; all of it is read only."""


def decide(visit: Visit) -> Response:
    """Record a decision. It needs a token: a browser's session alone decides nothing here."""
    if not token_of(visit.request):
        raise HTTPException(401, "Send a token: Authorization: Bearer …")
    held, asked = visit.desk.change(visit.number("change")), _body(visit)
    seen = asked.get("seen", visit.desk.last_seen())
    if not isinstance(seen, int):
        raise ReviewError("`seen` has to be the number that the change was given with.")
    (review_id,) = visit.desk.decide([_decision(visit, held, asked)], seen)
    return as_json({"id": review_id, "status": visit.desk.ledger.changes.status(held.id or 0)}, 201)


def _decision(visit: Visit, held: Change, asked: dict[str, Any]) -> Review:
    common: dict[str, Any] = {
        "reviewer": visit.person.name,
        "at": visit.now,
        "note": str(asked.get("note", ""))[:4_000],
    }
    make: dict[str, Callable[[], Review]] = {
        "accept": lambda: reviews.accept(held, **common),
        "amend": lambda: reviews.amend(held, _values(asked), visit.desk.vocabulary, **common),
        "dismiss": lambda: reviews.dismiss(held, asked.get("reason"), **common),
        "defer": lambda: reviews.defer(held, _until(asked), **common),
        "undo": lambda: reviews.undo(
            visit.desk.ledger.reviews.of(held.id or 0), change_id=held.id, **common
        ),
    }
    wanted = str(asked.get("decision", ""))
    if wanted not in make:
        raise ReviewError(f"{wanted[:40]!r} is no decision; one of {', '.join(make)}.")
    return make[wanted]()


def _until(asked: dict[str, Any]) -> datetime:
    try:
        until = datetime.fromisoformat(str(asked.get("until", "")))
    except ValueError:
        raise ReviewError("`until` has to be a day or a time: 2026-05-01.") from None
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def _values(asked: dict[str, Any]) -> dict[str, object]:
    values = asked.get("values")
    if not isinstance(values, dict):
        raise ReviewError("`values` has to be an object: claim to value, null withdraws.")
    return values


def _body(visit: Visit) -> dict[str, Any]:
    try:
        data = json.loads(visit.body)
    except ValueError:
        raise ReviewError("Send a JSON object, with content-type: application/json.") from None
    if not isinstance(data, dict):
        raise ReviewError("Send a JSON object.")
    return data


def description(visit: Visit) -> Response:
    """Describe this API as OpenAPI does."""
    return as_json(openapi(visit.place.url, __version__))


def health(visit: Visit) -> Response:
    """Say that the desk answers and can read its ledger."""
    return as_json({"status": "ok", "version": __version__, "seen": visit.desk.last_seen() >= 0})


def _change(visit: Visit, held: Change) -> dict[str, Any]:
    return visit.desk.as_data(held)


def _review(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "change": review.change_id,
        "decision": review.decision,
        "reviewer": review.reviewer,
        "decided_at": review.decided_at,
        "reason": review.reason,
        "note": review.note,
        "values": dict(review.values),
        "until": review.until,
        "undoes": review.undoes,
    }


def _source(source: Source, known: Known) -> dict[str, Any]:
    return {
        "id": source.id,
        "url": source.url,
        "title": source.title,
        "kind": source.kind,
        "authority": source.authority,
        "offerings": source.offerings,
        "verdict": known.last_verdict,
        "last_check_at": known.last_check_at,
        "checked_at": known.last_good_at,
        "next_due_at": known.next_due_at,
        "failures": known.failures,
    }


def _offering(visit: Visit, offering: Offering) -> dict[str, Any]:
    return {
        "slug": offering.slug,
        "name": offering.name,
        "provider": offering.provider,
        "type": offering.type,
        "status": offering.status,
        "sources": sorted(visit.desk.sources_of(offering.slug)),
    }


def _key(key: Key) -> dict[str, Any]:
    return {
        "key": key.name,
        "type": key.type,
        "label": key.label,
        "question": key.question,
        "group": key.group,
        "unit": key.unit,
        "choices": key.choices,
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {"author": comment.author, "written_at": comment.written_at, "text": comment.text}


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "change": correction.change_id,
        "offering": correction.offering,
        "claim": correction.claim_id,
        "value": correction.value,
        "evidence_url": correction.evidence_url,
        "quote": correction.quote,
        "credit": correction.credit,
        "sent_at": correction.sent_at,
    }
