"""The description of the JSON API, OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_NUMBER = {"type": "integer"}
_TEXTS = {"type": "array", "items": _TEXT}
_ANYTHING: dict[str, Any] = {}
_CLAIM: dict[str, Any] = {
    "claim": _TEXT,
    "key": _TEXT,
    "value": _ANYTHING,
    "condition": _ANYTHING,
    "quote": _TEXT,
    "attributes": {"type": "object"},
    "rule": _TEXT,
}


def _thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _items(of: str, **more: Any) -> dict[str, Any]:
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}
    return _thing(items=items, **more)


SCHEMAS: dict[str, dict[str, Any]] = {
    "Change": _thing(
        id=_NUMBER,
        kind=_TEXT,
        status={"enum": ["open", "deferred", "accepted", "amended", "dismissed", "closed"]},
        source=_TEXT,
        url=_TEXT,
        title=_TEXT,
        changed_at=_TIME,
        raised_at=_TIME,
        level={"type": "integer", "minimum": 1, "maximum": 5},
        reasons=_TEXTS,
        claims={"type": "array", "items": {"type": "object"}},
        blocks={"type": "array", "items": {"type": "object"}},
        second_reader={"type": "array", "items": {"type": "object"}},
    ),
    "Decision": _thing(
        id=_NUMBER,
        change=_NUMBER,
        decision={"enum": ["accept", "amend", "dismiss", "defer", "undo"]},
        reviewer=_TEXT,
        decided_at=_TIME,
        reason={"type": ["string", "null"]},
        note=_TEXT,
        values={"type": "object"},
        until=_TIME,
        undoes={"type": ["integer", "null"]},
    ),
    "NewDecision": {
        "type": "object",
        "required": ["decision"],
        "properties": {
            "decision": {"enum": ["accept", "amend", "dismiss", "defer", "undo"]},
            "until": {"type": "string", "description": "until when it waits, if deferred"},
            "seen": {
                "type": "integer",
                "description": "`seen` as the change was given with: a later decision by somebody else is then refused",
            },
            "reason": {"enum": ["artifact", "cosmetic", "duplicate", "not_relevant"]},
            "values": {"type": "object", "description": "claim to value; null withdraws the claim"},
            "note": _TEXT,
        },
    },
    "Source": _thing(
        id=_TEXT,
        url=_TEXT,
        title=_TEXT,
        kind=_TEXT,
        authority=_TEXT,
        offerings=_TEXTS,
        verdict={"type": ["string", "null"]},
        last_check_at=_TIME,
        checked_at=_TIME,
        next_due_at=_TIME,
        failures=_NUMBER,
    ),
    "Check": _thing(
        id=_NUMBER,
        checked_at=_TIME,
        verdict=_TEXT,
        signal=_TEXT,
        status=_ANYTHING,
        snapshot=_ANYTHING,
    ),
    "Claim": _thing(**_CLAIM),
    "ClaimOverTime": _thing(
        id=_NUMBER,
        seen_from=_TIME,
        seen_until=_TIME,
        cause={"enum": ["observed", "technical"]},
        ended_cause=_ANYTHING,
        **_CLAIM,
    ),
    "Snapshot": _thing(
        id=_NUMBER,
        source=_TEXT,
        taken_at=_TIME,
        sha256=_TEXT,
        media_type=_TEXT,
        final_url=_TEXT,
        good={"type": "boolean"},
        fetched_with=_TEXT,
        seen_by={"type": ["string", "null"]},
        has_screenshot={"type": "boolean"},
        title={"type": ["string", "null"]},
        blocks={"type": "array", "items": {"type": "object"}},
    ),
    "Suppression": _thing(
        id=_NUMBER,
        at=_TIME,
        rule=_TEXT,
        differences={"type": "array", "items": {"type": "object"}},
    ),
    "Correction": _thing(
        change=_NUMBER,
        offering=_TEXT,
        claim=_TEXT,
        value=_ANYTHING,
        evidence_url=_TEXT,
        quote=_TEXT,
        credit=_TEXT,
        sent_at=_TIME,
    ),
    "Offering": _thing(
        slug=_TEXT,
        name=_TEXT,
        provider=_TEXT,
        type=_TEXT,
        status=_TEXT,
        sources=_TEXTS,
    ),
    "Entry": {
        "type": "object",
        "description": "an offering with its accepted claims, changes and sources",
    },
    "Key": _thing(
        key=_TEXT,
        type=_TEXT,
        label=_TEXT,
        question=_TEXT,
        group=_TEXT,
        unit=_ANYTHING,
        choices=_TEXTS,
    ),
    "Find": _thing(
        find=_TEXT,
        url=_TEXT,
        kind=_TEXT,
        words=_TEXT,
        words_before=_ANYTHING,
        place=_TEXT,
        first_seen=_TIME,
        last_seen=_TIME,
        source=_ANYTHING,
        because=_TEXT,
    ),
    "Error": _thing(error=_TEXT),
}

_PAGED = ("after", "limit")
_NAMED = ("after_name", "limit")
"""Paged by names: `after` is a text there."""

_ASKED: dict[str, dict[str, Any]] = {
    "after": {"type": "integer", "minimum": 0},
    "after_name": _TEXT,
    "limit": {"type": "integer", "minimum": 1, "maximum": 200},
}
_READS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "/api/v1/changes": (
        "Changes, oldest first, paged by id",
        _items("Change", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/changes/{change}": (
        "A change with its decisions",
        {"$ref": "#/components/schemas/Change"},
        (),
    ),
    "/api/v1/queue": (
        "What waits, most significant first",
        _items("Change", waiting=_NUMBER, seen=_NUMBER),
        ("limit",),
    ),
    "/api/v1/decisions": (
        "Decisions, oldest first, paged by id",
        _items("Decision", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/offerings": ("Offerings, paged by slug", _items("Offering", next=_ANYTHING), _NAMED),
    "/api/v1/offerings/{offering}": (
        "The entry of an offering",
        {"$ref": "#/components/schemas/Entry"},
        (),
    ),
    "/api/v1/sources": (
        "Sources with how each fares, paged by id",
        _items("Source", next=_ANYTHING),
        _NAMED,
    ),
    "/api/v1/sources/{source}/checks": (
        "Looks at a source, oldest first, paged by id",
        _items("Check", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/sources/{source}/claims": (
        "What a source states now",
        _items("Claim", checked_at=_TIME),
        (),
    ),
    "/api/v1/sources/{source}/claims/history": (
        "What a source ever stated, and when, oldest first, paged by id",
        _items("ClaimOverTime", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/sources/{source}/snapshots": (
        "Snapshots of a source, oldest first, paged by id",
        _items("Snapshot", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/sources/{source}/suppressions": (
        "What was silenced for a source, oldest first, paged by id",
        _items("Suppression", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/snapshots/{snapshot}": (
        "A snapshot with the blocks that it reads as",
        {"$ref": "#/components/schemas/Snapshot"},
        (),
    ),
    "/api/v1/corrections": (
        "What readers proposed, oldest first, paged by the number of its change",
        _items("Correction", next=_ANYTHING),
        _PAGED,
    ),
    "/api/v1/finds": (
        "Pages that providers list and nobody watches, paged by address",
        _items("Find", next=_ANYTHING),
        _NAMED,
    ),
    "/api/v1/vocabulary": ("Claim keys, paged by name", _items("Key", next=_ANYTHING), _NAMED),
}


def openapi(url: str, version: str) -> dict[str, Any]:
    """Give the description of the API of a desk at `url`."""
    paths: dict[str, dict[str, Any]] = {
        path: {"get": _read(path, *told)} for path, told in _READS.items()
    }
    paths["/api/v1/changes/{change}/decisions"] = {"post": _decide()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Watcher",
            "version": version,
            "description": "What sources state, what changed, and what people decided. Times are UTC.",
        },
        "servers": [{"url": url}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _read(path: str, told: str, schema: dict[str, Any], query: tuple[str, ...]) -> dict[str, Any]:
    asked = [
        {"name": name.removesuffix("_name"), "in": "query", "schema": _ASKED[name]}
        for name in query
    ]
    return {
        "summary": told,
        "operationId": f"get{path.removeprefix('/api/v1').replace('{', '').replace('}', '').replace('/', '_')}",
        "parameters": [*_in_path(path), *asked],
        "responses": {
            "200": _answer("Done", schema),
            "401": _error("No token"),
            "404": _error("No such thing"),
        },
    }


def _decide() -> dict[str, Any]:
    wanted = {"application/json": {"schema": {"$ref": "#/components/schemas/NewDecision"}}}
    made = _thing(id=_NUMBER, status=_TEXT)
    return {
        "summary": "Decide on a change",
        "operationId": "decide",
        "parameters": _in_path("/{change}"),
        "requestBody": {"required": True, "content": wanted},
        "responses": {
            "201": _answer("Recorded", made),
            "409": _error("Somebody else decided meanwhile"),
            "422": _error("The decision cannot stand"),
        },
    }


def _in_path(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _NUMBER if name in ("change", "snapshot") else _TEXT,
        }
        for name in names
    ]


def _answer(told: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": schema}}}


def _error(told: str) -> dict[str, Any]:
    return _answer(told, {"$ref": "#/components/schemas/Error"})
