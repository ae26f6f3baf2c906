"""docs/declarations.md is true: its examples load, and it explains every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from watcher.model import Authority, FetchMode, SourceKind, StepAction, ValueType
from watcher.sources.declarations import load_declarations
from watcher.sources.schema import json_schema
from watcher.sources.vocabulary import load_vocabulary

REFERENCE = (Path(__file__).parents[2] / "docs" / "declarations.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line {example[:20]!r}")
def test_examples_load(example: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(example, encoding="utf-8")
    assert load_declarations(path, load_vocabulary()).sources


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


def test_every_key_and_choice_is_explained() -> None:
    schema = json_schema()
    keys = {
        name
        for shape in [schema, *schema["$defs"].values()]
        for name in shape.get("properties", {})
    }
    choices = {*Authority, *FetchMode, *SourceKind, *StepAction, *ValueType}
    groups = {key.group for key in load_vocabulary().values()}
    unexplained = [word for word in keys | choices | groups if f"`{word}`" not in REFERENCE]
    assert not unexplained
