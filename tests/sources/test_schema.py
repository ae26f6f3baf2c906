"""The schema that editors use agrees with the models that check the file."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from watcher.shipped import STARTER
from watcher.sources.nodes import parse_yaml
from watcher.sources.schema import json_schema

HERE = Path(__file__).parent
OWN = HERE.parent.parent / "sources.yaml"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "path", [OWN, *sorted((HERE / "valid").glob("*.yaml"))], ids=lambda path: path.stem
)
def test_valid_files_fit_the_schema_as_texts(path: Path) -> None:
    VALIDATOR.validate(parse_yaml(path.read_text(encoding="utf-8"), path.name).data)


@pytest.mark.parametrize(
    "text", [each.read_text(encoding="utf-8") for each in (OWN, STARTER)], ids=["own", "starter"]
)
def test_files_fit_the_schema_as_editors_read_them(text: str) -> None:
    VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize("name", ["keys", "addresses", "durations", "claims", "steps"])
def test_the_schema_finds_what_editors_can_see(name: str) -> None:
    path = HERE / "invalid" / f"{name}.yaml"
    assert not VALIDATOR.is_valid(parse_yaml(path.read_text(encoding="utf-8"), path.name).data)


def test_editors_explain_every_key() -> None:
    schema = json_schema()
    shapes = [schema, *(shape for shape in schema["$defs"].values() if "properties" in shape)]
    unexplained = [
        name
        for shape in shapes
        for name, of in shape["properties"].items()
        if not of.get("description")
    ]
    assert not unexplained
