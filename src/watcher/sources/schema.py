"""The JSON Schema of `sources.yaml`, for editors; generated from the models that check the file."""

from __future__ import annotations

from typing import Any

from watcher.model import Vocabulary
from watcher.sources.file_shape import FileShape
from watcher.sources.vocabulary import load_vocabulary


def json_schema(vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """Give the schema, draft 2020-12, with the claim keys of `vocabulary` (or Watcher's own) and their questions."""
    keys = vocabulary or load_vocabulary()
    schema = FileShape.model_json_schema()
    for shape in [schema, *schema["$defs"].values()]:
        for name, of in shape.get("properties", {}).items():
            shape["properties"][name] = _without_null(of)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Watcher: offerings and sources"
    schema["properties"]["offerings"]["additionalProperties"] = False
    schema["$defs"]["ClaimShape"]["properties"]["key"] |= {
        "oneOf": [{"const": key.name, "description": key.question} for key in keys.values()]
    }
    return schema


def _without_null(of: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a key that may be left out, but not be empty."""
    kinds = [kind for kind in of.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == len(of.get("anyOf", [])):
        return of
    kept = {name: value for name, value in of.items() if name not in ("anyOf", "default")}
    return kept | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})
