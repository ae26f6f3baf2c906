"""The vocabulary: claim keys as data, checked when a file is first read, and kept for the next process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from watcher import kept, shipped
from watcher.model import Key, SourceKind, ValueType, Vocabulary


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """Give the claim keys by name, in the order of the file: Watcher's own, or those at `path`.

    Raises DeclarationError with every problem at once.
    """
    return _load(path or shipped.VOCABULARY)


def vocabulary_version(vocabulary: Vocabulary) -> str:
    """Give what tells vocabularies apart; of Watcher's own, what `watcher.shipped` gives without loading it."""
    if vocabulary is _load(shipped.VOCABULARY):
        return shipped.vocabulary_version()
    told = sorted(_told(key) for key in vocabulary.values())
    return sha256(repr(told).encode()).hexdigest()[:16]


def _told(key: Key) -> str:
    compatible = sorted(map(sorted, key.compatible))
    return f"{replace(key, compatible=())} {compatible}"


@cache
def _load(path: Path) -> Vocabulary:
    return MappingProxyType(dict(_recalled_or_read(path)))


def _recalled_or_read(path: Path) -> Mapping[str, Key]:
    try:
        origin = kept.origin_of(Path(__file__).parent, [path.read_text(encoding="utf-8")])
    except (OSError, UnicodeDecodeError):
        origin = None  # told below, with what to do about it
    keys = kept.recalled("vocabulary", origin, keys_of)
    if keys is None:
        # A tenth of a second to import what reads and checks YAML: only where the file is not what it was.
        from watcher.sources.keys import read_keys  # noqa: PLC0415

        keys = read_keys(path)
        kept.keep("vocabulary", origin, [plain_of(key) for key in keys.values()])
    return keys


def plain_of(key: Key) -> dict[str, Any]:
    """Give a key as data that JSON can write."""
    return asdict(key) | {
        "compatible": [sorted(pair) for pair in key.compatible],
        "max_age": key.max_age.total_seconds() if key.max_age is not None else None,
    }


def keys_of(plain: Any) -> Mapping[str, Key]:
    """Give the keys that `plain_of` told, by name."""
    return {told["name"]: _key_of(told) for told in plain}


def _key_of(told: dict[str, Any]) -> Key:
    among, max_age = told["compared_among"], told["max_age"]
    return Key(
        **told
        | {
            "type": ValueType(told["type"]),
            "choices": tuple(told["choices"]),
            "best_from": tuple(map(SourceKind, told["best_from"])),
            "compared_among": None if among is None else tuple(map(SourceKind, among)),
            "compatible": tuple(map(frozenset, told["compatible"])),
            "max_age": None if max_age is None else timedelta(seconds=max_age),
        }
    )
