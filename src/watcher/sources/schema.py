"""The JSON Schema of `sources.yaml`, for editors; generated from the models that check the file."""

from __future__ import annotations

from typing import Any

from watcher.model import Vocabulary
from watcher.sources.shapes import FileShape
from watcher.sources.vocabulary import load_vocabulary


def json_schema(vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """Give the schema, draft 2020-12, with the claim keys of `vocabulary` (or Watcher's own) and their questions."""
    keys = vocabulary or load_vocabulary()
    schema = FileShape.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Watcher: offerings and sources"
    schema["$defs"]["ClaimShape"]["properties"]["key"] |= {
        "oneOf": [{"const": key.name, "description": key.question} for key in keys.values()]
    }
    return schema
