"""The JSON API: everything to read, paged by key, and decisions with a token."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher import __version__, reviews
from watcher.errors import ReviewError
from watcher.ledger.queue import Asked
from watcher.model import Change, Check, Known, Review, Source, SourceId
from watcher.registry import entry_as_data
from watcher.registry.printable import stamp
from watcher.web.openapi import openapi
from watcher.web.visit import Page, Visit, not_found, token_of

_MOST = 200


def changes(visit: Visit) -> Response:
    """Give a page of changes, oldest first."""
    after, limit = _paging(visit)
    held = visit.desk.ledger.changes.following(after, limit)
    return _paged(visit, [(each.id or 0, _change(visit, each)) for each in held], limit)


def waiting(visit: Visit) -> Response:
    """Give the first of what waits, in the order of the queue, groups as lists of ids."""
    ledger = visit.desk.ledger
    groups = ledger.queue.page(Asked(), visit.now, _paging(visit)[1])
    held = ledger.changes.several([each for group in groups for each in group])
    items = [_change(visit, held[each]) for group in groups for each in group]
    counts = ledger.queue.counts(Asked(), visit.now)
    return _json({"waiting": counts.items, "seen": visit.desk.last_seen(), "items": items})


def change(visit: Visit) -> Response:
    """Give one change with its decisions."""
    held = visit.desk.change(visit.number("change"))
    told = [_review(each) for each in visit.desk.ledger.reviews.of(held.id or 0)]
    return _json(_change(visit, held) | {"decisions": told, "seen": visit.desk.last_seen()})


def decisions(visit: Visit) -> Response:
    """Give a page of decisions, oldest first."""
    after, limit = _paging(visit)
    held = visit.desk.ledger.reviews.following(after, limit)
    return _paged(visit, [(each.id or 0, _review(each)) for each in held], limit)


def offerings(visit: Visit) -> Response:
    """Give every offering with its sources."""
    items = [
        {
            "slug": each.slug,
            "name": each.name,
            "provider": each.provider,
            "type": each.type,
            "status": each.status,
            "sources": sorted(visit.desk.sources_of(each.slug)),
        }
        for each in visit.desk.offerings.values()
    ]
    return _json({"items": items})


def entry(visit: Visit) -> Response:
    """Give the entry of an offering."""
    slug = str(visit.request.path_params["offering"])
    return _json(entry_as_data(visit.desk.entry(slug, visit.now)))


def sources(visit: Visit) -> Response:
    """Give every source with how it fares."""
    known = visit.desk.ledger.sources.all_known()
    items = [
        _source(each, known.get(each.id, Known(each.id))) for each in visit.desk.sources.values()
    ]
    return _json({"items": items})


def checks(visit: Visit) -> Response:
    """Give the last looks at a source, newest first."""
    source, limit = _source_of(visit), _paging(visit)[1]
    return _json(
        {"items": [_check(each) for each in visit.desk.ledger.checks.of(source.id, limit)]}
    )


def claims(visit: Visit) -> Response:
    """Give the claims that a source makes now, as read by machine."""
    source = _source_of(visit)
    items = [
        {
            "claim": claim.id,
            "key": claim.key,
            "value": claim.value,
            "condition": claim.condition,
            "quote": claim.evidence.quote,
            "attributes": dict(claim.attributes),
            "rule": claim.rule,
        }
        for claim in visit.desk.ledger.claims.current(source.id)
    ]
    return _json({"checked_at": visit.desk.ledger.last_confirmed(source.id), "items": items})


def vocabulary(visit: Visit) -> Response:
    """Give every claim key."""
    items = [
        {
            "key": key.name,
            "type": key.type,
            "label": key.label,
            "question": key.question,
            "group": key.group,
            "unit": key.unit,
            "choices": key.choices,
        }
        for key in visit.desk.vocabulary.values()
    ]
    return _json({"items": items})


READS: dict[str, Page] = {
    "/api/v1/changes": changes,
    "/api/v1/changes/{change:int}": change,
    "/api/v1/queue": waiting,
    "/api/v1/decisions": decisions,
    "/api/v1/offerings": offerings,
    "/api/v1/offerings/{offering}": entry,
    "/api/v1/sources": sources,
    "/api/v1/sources/{source}/checks": checks,
    "/api/v1/sources/{source}/claims": claims,
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
    return _json({"id": review_id, "status": visit.desk.ledger.changes.status(held.id or 0)}, 201)


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
        "undo": lambda: reviews.undo(
            visit.desk.ledger.reviews.of(held.id or 0), change_id=held.id, **common
        ),
    }
    wanted = str(asked.get("decision", ""))
    if wanted not in make:
        raise ReviewError(f"{wanted[:40]!r} is no decision; one of {', '.join(make)}.")
    return make[wanted]()


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
    return _json(openapi(visit.place.url, __version__))


def health(visit: Visit) -> Response:
    """Say that the desk answers and can read its ledger."""
    return _json({"status": "ok", "version": __version__, "seen": visit.desk.last_seen() >= 0})


def _paging(visit: Visit) -> tuple[int, int]:
    return visit.number("after"), max(1, visit.number("limit", 50, most=_MOST))


def _paged(visit: Visit, items: Iterable[tuple[int, object]], limit: int) -> Response:
    """Give a page: what it holds, and where the next one begins."""
    held = list(items)
    following = held[-1][0] if len(held) == limit else None
    return _json({"items": [item for _, item in held], "next": following})


def _json(data: object, status: int = 200) -> Response:
    content = json.dumps(data, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
    return Response(content, status, media_type="application/json")


def _plain(thing: Any) -> object:
    return stamp(thing) if hasattr(thing, "astimezone") else str(thing)


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


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "checked_at": check.checked_at,
        "verdict": check.judgement.verdict,
        "signal": check.judgement.signal,
        "status": check.status,
        "snapshot": check.snapshot_id,
    }


def _source_of(visit: Visit) -> Source:
    name = SourceId(str(visit.request.path_params["source"]))
    if name not in visit.desk.sources:
        not_found(f"There is no source {name[:80]!r}.")
    return visit.desk.sources[name]
