"""The data package, held against the rules of the Frictionless specification, written down here as a schema of ours."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import Result

Watcher = Callable[..., Result]

NAME = {"type": "string", "pattern": "^[-a-z0-9._/]+$"}
FIELD = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "type": {
            "enum": [
                *(
                    "string",
                    "number",
                    "integer",
                    "boolean",
                    "object",
                    "array",
                    "date",
                    "time",
                    "datetime",
                ),
                *("year", "yearmonth", "duration", "geopoint", "geojson", "any"),
            ]
        },
    },
}
RESOURCE = {
    "type": "object",
    "required": ["name", "path", "profile", "schema"],
    "properties": {
        "name": NAME,
        "profile": {"const": "tabular-data-resource"},
        # Relative, POSIX, and never up: the specification forbids both for safety.
        "path": {"type": "string", "pattern": "^(?!/)(?!.*\\.\\.)[^\\\\]+$"},
        "bytes": {"type": "integer"},
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "mediatype": {"type": "string", "pattern": "^(.+)/(.+)$"},
        "schema": {
            "type": "object",
            "required": ["fields"],
            "properties": {
                "fields": {"type": "array", "minItems": 1, "items": FIELD},
                "missingValues": {"type": "array", "items": {"type": "string"}},
                "foreignKeys": {
                    "type": "array",
                    "items": {"type": "object", "required": ["fields", "reference"]},
                },
            },
        },
    },
}
PACKAGE = {
    "type": "object",
    "required": ["resources", "profile"],
    "properties": {
        "profile": {"const": "tabular-data-package"},
        "name": NAME,
        "created": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"},
        "resources": {"type": "array", "minItems": 1, "items": RESOURCE},
    },
}
READ: dict[str, Callable[[str], Any]] = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "object": json.loads,
}


@pytest.fixture
def package(watcher: Watcher, home: Path) -> Path:
    """The package of a registry with one offering whose claims were accepted."""
    watcher("sweep")
    assert watcher("review", "1", "--accept").exit_code == 0
    assert watcher("export", "datapackage", "-o", "package").exit_code == 0
    return home / "package"


def test_it_follows_the_specification(package: Path) -> None:
    told = json.loads((package / "datapackage.json").read_text())
    jsonschema.Draft202012Validator(PACKAGE).validate(told)
    names = [each["name"] for each in told["resources"]]
    assert len(set(names)) == len(names)


def test_every_table_is_as_it_is_said_to_be(package: Path) -> None:
    told = json.loads((package / "datapackage.json").read_text())
    tables: dict[str, list[dict[str, str]]] = {}
    for resource in told["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
        fields = resource["schema"]["fields"]
        assert reader.fieldnames == [field["name"] for field in fields]
        tables[resource["name"]] = rows = list(reader)
        for row in rows:
            for field in fields:
                if row[field["name"]] != "":
                    READ[field["type"]](row[field["name"]])
        keys = resource["schema"].get("primaryKey", [])
        assert not keys or len({tuple(row[key] for key in keys) for row in rows}) == len(rows)
    assert tables["claims"]
    for resource in told["resources"]:
        for pointer in resource["schema"].get("foreignKeys", []):
            there = pointer["reference"]
            held = {row[there["fields"]] for row in tables[there["resource"]]}
            assert {row[pointer["fields"]] for row in tables[resource["name"]]} <= held


def test_the_other_exports_say_the_same(package: Path, watcher: Watcher, home: Path) -> None:
    assert watcher("export", "json", "-o", "all.json").exit_code == 0
    whole = json.loads((home / "all.json").read_text())
    assert watcher("export", "csv", "-o", "claims.csv").exit_code == 0
    assert (home / "claims.csv").read_bytes() == (package / "data" / "claims.csv").read_bytes()
    assert len(whole["claims"]) == len((home / "claims.csv").read_text().splitlines()) - 1
    assert watcher("export", "markdown", "lumen-api", "-o", "entry.md").exit_code == 0
    assert (home / "entry.md").read_text().startswith("# Lumen API")
    assert watcher("export", "warc", "--source", "data-policy", "-o", "a.warc.gz").exit_code == 0
    assert watcher("export", "warc", "--source", "nowhere", "-o", "b.warc.gz").exit_code == 2
    assert watcher("export", "json", "-o", "missing/all.json").exit_code == 2
