"""The registry as a Frictionless data package: CSV tables, and `datapackage.json` that says what is in them.

https://specs.frictionlessdata.io/tabular-data-package/ (version 1) is followed; version 2 reads it too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from watcher.registry.site.data_files import CHANGE_COLUMNS, CLAIM_COLUMNS, csv_of

File = tuple[str, bytes]
Row = dict[str, Any]

OFFERING_COLUMNS = ("slug", "name", "provider", "type", "status", "summary", "checked_at")
SOURCE_COLUMNS = (
    *("id", "url", "title", "kind", "authority", "offerings", "every_hours"),
    *("last_check_at", "last_verdict", "checked_at"),
)
KEY_COLUMNS = ("key", "type", "group", "label", "question", "unit", "choices")

_TYPES = {
    "reviewed": "boolean",
    "amended": "boolean",
    "rank": "integer",
    "every_hours": "number",
    "effective_on": "date",
    "attributes": "object",
    **dict.fromkeys(("checked_at", "changed_at", "decided_at", "last_check_at"), "datetime"),
}
"""Column → its type; all others are strings. Lists and values stand as JSON or as text."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "offerings": ("slug",),
    "sources": ("id",),
    "vocabulary": ("key",),
}
_POINTERS = {
    "claims": {
        "offering": ("offerings", "slug"),
        "source": ("sources", "id"),
        "key": ("vocabulary", "key"),
    },
    "changes": {"source": ("sources", "id")},
}


def package_files(data: Mapping[str, bytes], made_at: str) -> Iterator[File]:
    """Give the files of the package from those of the site's data (`data/claims.csv` and so on), by path.

    `made_at` is the time of the edition, ISO 8601 in UTC.
    """
    tables = {
        "offerings": (
            OFFERING_COLUMNS,
            csv_of(OFFERING_COLUMNS, json.loads(data["data/offerings.json"])),
        ),
        "claims": (CLAIM_COLUMNS, data["data/claims.csv"]),
        "changes": (CHANGE_COLUMNS, data["data/changes.csv"]),
        "sources": (SOURCE_COLUMNS, csv_of(SOURCE_COLUMNS, json.loads(data["data/sources.json"]))),
        "vocabulary": (KEY_COLUMNS, csv_of(KEY_COLUMNS, json.loads(data["data/vocabulary.json"]))),
    }
    for name, (_, content) in tables.items():
        yield f"data/{name}.csv", content
    package = {
        "profile": "tabular-data-package",
        "name": "policy-registry",
        "title": "Policy registry",
        "description": "What offerings say of how they treat data, each claim with its quote and source, as accepted.",
        "created": made_at,
        "resources": [
            _resource(name, columns, content) for name, (columns, content) in tables.items()
        ],
    }
    yield "datapackage.json", json.dumps(package, indent=2, ensure_ascii=False).encode() + b"\n"


def _resource(name: str, columns: tuple[str, ...], content: bytes) -> Row:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"data/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": _schema(name, columns),
    }


def _schema(name: str, columns: tuple[str, ...]) -> Row:
    schema: Row = {"fields": [_field(column) for column in columns], "missingValues": [""]}
    if name in _KEYS:
        schema["primaryKey"] = list(_KEYS[name])
    if name in _POINTERS:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": table, "fields": key}}
            for column, (table, key) in _POINTERS[name].items()
        ]
    return schema


def _field(column: str) -> Row:
    kind = _TYPES.get(column, "string")
    field: Row = {"name": column, "type": kind}
    if kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    return field
