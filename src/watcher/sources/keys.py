"""Claim keys as a vocabulary file writes them, checked by pydantic; `vocabulary.py` does without where it can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from watcher.errors import DeclarationError
from watcher.model import Key, SourceKind, ValueType
from watcher.sources.nodes import Written, read_yaml
from watcher.sources.problems import complain_all, validated
from watcher.sources.scalars import read_duration

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
_Pair = Annotated[list[_Name], Field(min_length=2, max_length=2)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_UNITS = {
    ValueType.INT: {"days", "hours", "years"},
    ValueType.NUMBER: {"percent"},
    ValueType.LIST: {"certification", "email address", "endpoint", "model", "region"},
}


class KeyShape(BaseModel):
    """One key as the vocabulary file writes it."""

    model_config = ConfigDict(extra="forbid")

    key: _Name
    type: ValueType
    group: Literal["rights", "constraints", "assurance", "data_handling", "legal"]
    label: _Text
    question: _Text
    unit: _Text | None = None
    choices: list[_Name] = []
    normal_form: str = ""
    best_from: list[SourceKind] = []
    per_document: bool = False
    compared_among: list[SourceKind] | None = None
    compatible: list[_Pair] = []
    max_age: Annotated[timedelta, BeforeValidator(read_duration)] | None = None

    @model_validator(mode="after")
    def fits_its_type(self) -> KeyShape:
        """Refuse an enum without choices, and units and choices that values of the type do not have."""
        if self.type is ValueType.ENUM and not self.choices:
            raise ValueError("an enum needs `choices`")
        if self.choices and self.type not in (ValueType.ENUM, ValueType.LIST):
            raise ValueError(f"a key of type {self.type} has no `choices`")
        if self.unit and self.unit not in _UNITS.get(self.type, set()):
            raise ValueError(f"values of type {self.type} are not counted in {self.unit!r}")
        unknown = {choice for pair in self.compatible for choice in pair} - set(self.choices)
        if unknown:
            raise ValueError(f"`compatible` names what is no choice: {', '.join(sorted(unknown))}")
        return self


def read_keys(path: Path) -> Mapping[str, Key]:
    """Give the keys that the file at `path` declares, by name. Raises DeclarationError with every problem at once."""
    written = read_yaml(path)
    keys = _keys(written)
    if written.problems:
        raise DeclarationError(written.problems)
    return keys


def _keys(written: Written) -> dict[str, Key]:
    if not isinstance(written.data, list):
        written.complain((), "is not a list of keys", "begin each with `- key: …`")
        return {}
    keys: dict[str, Key] = {}
    for at, raw in enumerate(written.data):
        shape, errors = validated(KeyShape, raw)
        complain_all(written, (at,), errors, KeyShape)
        if shape is None:
            continue
        if shape.key in keys:
            written.complain((at, "key"), f"`{shape.key}` is declared twice")
        keys[shape.key] = _key(shape)
    return keys


def _key(shape: KeyShape) -> Key:
    return Key(
        name=shape.key,
        type=shape.type,
        question=shape.question,
        group=shape.group,
        label=shape.label,
        unit=shape.unit,
        choices=tuple(shape.choices),
        normal_form=shape.normal_form,
        best_from=tuple(shape.best_from),
        per_document=shape.per_document,
        compared_among=None if shape.compared_among is None else tuple(shape.compared_among),
        compatible=tuple(map(frozenset, shape.compatible)),
        max_age=shape.max_age,
    )
